//! Who does the work: claims, runs, marks as done; stops when told.

use std::{collections::BTreeMap, error::Error as StdError, time::Duration};

use db::{Db, Error, Row, Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Actor, Ctx, Ground};
use serde_json::Value as Json;
use tokio::sync::watch;

use crate::{Job, TRIES, claim, dead::bury, end_beat, enqueue, every, finish, settle, take_beat};

/// The row of the schedule in which the worker says that it lives.
pub const HEARTBEAT: &str = "worker";
/// Seconds between two beats of it.
const BEAT: i64 = 60;

/// Why a handler did not do its job. Kept with the job and shown to the administrator: no personal data.
pub type Failure = Box<dyn StdError + Send + Sync>;

/// Does jobs of one kind. It runs in the transaction that marks the job as done, so that what it writes happens once;
/// what it does outside the database can happen again after a crash.
pub type Handler = fn(&mut Tx, &Ctx, &Job) -> Result<(), Failure>;

/// Pause of the loop when nothing is due.
const PAUSE: Duration = Duration::from_secs(5);
/// Jobs of one round, so that work that enqueues itself at once cannot keep the round from its end.
const ROUND: usize = 1_000;
/// Repeating work of this crate: forgets old jobs.
pub const TIDY: &str = "jobs_tidy";
const DAY: u32 = 86_400;
/// Hours for which done jobs are kept, for whoever asks what happened.
const KEPT: i64 = 30 * 24;
/// What is left of the reason of a job that was given up longer ago: whoever wanted to know has looked.
const STRUCK: &str = "原因已过三十天，不再保存";

db::sql! {
    KINDS = "SELECT DISTINCT kind FROM job WHERE done_at IS NULL AND failed_at IS NULL AND run_at <= $1 \
             AND (locked_until IS NULL OR locked_until <= $1) ORDER BY kind";
    TURNS = "SELECT name, every_seconds, last_start FROM schedule";
    FORGET = "DELETE FROM job WHERE done_at < $1";
    STRIKE = "UPDATE job SET error = $2 WHERE failed_at < $1 AND done_at IS NULL AND error IS NOT NULL AND error <> $2";
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Jobs done.
    pub done: usize,
    /// Tries that failed; the job waits for the next.
    pub failed: usize,
    /// Jobs given up.
    pub dead: usize,
    /// Jobs that were taken back between claim and start; they run again.
    pub taken_back: usize,
}

enum Outcome {
    Done,
    Failed,
    Dead,
    TakenBack,
}

impl Ran {
    fn count(&mut self, outcome: &Outcome) {
        *match outcome {
            Outcome::Done => &mut self.done,
            Outcome::Failed => &mut self.failed,
            Outcome::Dead => &mut self.dead,
            Outcome::TakenBack => &mut self.taken_back,
        } += 1;
    }

    const fn all(self) -> usize {
        self.done + self.failed + self.dead + self.taken_back
    }
}

/// The handlers of a program and its repeating work. Several workers, in one program or many, share one queue.
///
/// ```
/// fn send(_: &mut db::Tx, _: &kernel::Ctx, job: &jobs::Job) -> Result<(), jobs::Failure> {
///     if job.subject.is_empty() { Err("没有写明发给谁".into()) } else { Ok(()) }
/// }
/// fn plan(_: &mut db::Tx, _: &kernel::Ctx, _: &jobs::Job) -> Result<(), jobs::Failure> { Ok(()) }
/// let worker = jobs::Worker::new().handle("send_notice", send).every("plan_callbacks", 3_600, plan);
/// ```
#[derive(Clone, Debug)]
pub struct Worker {
    handlers: BTreeMap<&'static str, Handler>,
    schedules: Vec<Schedule>,
}

impl Default for Worker {
    fn default() -> Self {
        Self::new()
    }
}

impl Worker {
    /// A worker that only keeps its own house: jobs done a month ago are forgotten once a day.
    pub fn new() -> Self {
        let empty = Self { handlers: BTreeMap::new(), schedules: Vec::new() };
        empty.every(TIDY, DAY, forget)
    }

    /// Names the handler of a kind.
    #[must_use]
    pub fn handle(mut self, kind: &'static str, handler: Handler) -> Self {
        self.handlers.insert(kind, handler);
        self
    }

    /// Names work that comes again every so many seconds, first at once. Its job has the name as kind, no subject and no
    /// payload; while one waits or is being retried no second one is made.
    #[must_use]
    pub fn every(mut self, name: &'static str, seconds: u32, handler: Handler) -> Self {
        self.schedules.push(Schedule { name, every_seconds: i64::from(seconds) });
        self.handle(name, handler)
    }

    /// Runs what is due at the clock's present instant, until nothing is: one round, also for tests.
    ///
    /// # Errors
    /// A fault of the queue itself; failures of handlers are kept with their jobs.
    pub async fn run_due(&self, db: &Db, ground: &Ground) -> Result<Ran, Error> {
        self.round(db, ground, || false).await
    }

    /// Works until `stop` says `true` or its sender is gone; the job at hand is finished first.
    pub async fn run(&self, db: &Db, ground: &Ground, mut stop: watch::Receiver<bool>) {
        loop {
            let told = stop.clone();
            match self.round(db, ground, move || *told.borrow() || told.has_changed().is_err()).await {
                Ok(_) => {}
                Err(Error::Closed) => return,
                Err(error) => tracing::error!(%error, "the queue of jobs cannot be read"),
            }
            tokio::select! {
                () = told_to_stop(&mut stop) => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn round(&self, db: &Db, ground: &Ground, stop: impl Fn() -> bool) -> Result<Ran, Error> {
        let mut ran = Ran::default();
        if stop() {
            return Ok(ran);
        }
        self.take_turns(db, &ground.ctx(Actor::System("后台任务"))).await?;
        let now = ground.clock.now();
        let kinds = db.read(move |tx| due_kinds(tx, now)).await?;
        if !kinds.is_empty() {
            db.write(move |tx| bury(tx, now)).await?;
        }
        for (kind, handler) in self.handlers.iter().filter(|(kind, _)| kinds.iter().any(|due| due == *kind)) {
            while ran.all() < ROUND && !stop() {
                let (now, kind) = (ground.clock.now(), *kind);
                let Some(job) = db.write(move |tx| claim(tx, now, kind)).await? else { break };
                ran.count(&perform(db, ground, job, *handler).await?);
            }
        }
        Ok(ran)
    }

    /// Enqueues the repeating work whose turn has come, and beats.
    async fn take_turns(&self, db: &Db, ctx: &Ctx) -> Result<(), Error> {
        let turns = db.read(turns).await?;
        let heart = Schedule { name: HEARTBEAT, every_seconds: BEAT };
        for schedule in std::iter::once(&heart).chain(&self.schedules) {
            if schedule.has_come(&turns, ctx.now) {
                let (schedule, ctx) = (*schedule, ctx.clone());
                db.write(move |tx| schedule.take(tx, &ctx)).await?;
            }
        }
        Ok(())
    }
}

/// Work that comes again.
#[derive(Clone, Copy, Debug)]
struct Schedule {
    name: &'static str,
    every_seconds: i64,
}

/// A row of the schedule: name, seconds, last start.
type Turn = (String, i64, Option<Timestamp>);

fn turns(tx: &mut Tx) -> Result<Vec<Turn>, Error> {
    let read = |row: &Row| Ok((row.get("name")?, row.get("every_seconds")?, row.get("last_start")?));
    tx.query(&TURNS, &[])?.iter().map(read).collect()
}

fn due_kinds(tx: &mut Tx, now: Timestamp) -> Result<Vec<String>, Error> {
    tx.query(&KINDS, &params![now])?.iter().map(|row| row.get("kind")).collect()
}

impl Schedule {
    /// Whether its turn has come, or the program wants another pace: a look without a write.
    fn has_come(&self, turns: &[Turn], now: Timestamp) -> bool {
        let before = now.checked_sub(self.every_seconds.seconds()).unwrap_or(now);
        let row = turns.iter().find(|(name, ..)| name == self.name);
        row.is_none_or(|(_, seconds, last)| {
            *seconds != self.every_seconds || last.is_none_or(|last| last <= before)
        })
    }

    /// Enqueues its job when the turn is this worker's; one that waits still, or is being retried, serves for both turns.
    fn take(&self, tx: &mut Tx, ctx: &Ctx) -> Result<(), Error> {
        every(tx, self.name, self.every_seconds)?;
        if !take_beat(tx, self.name, self.every_seconds, ctx.now)? {
            return Ok(());
        }
        if self.name == HEARTBEAT {
            return end_beat(tx, HEARTBEAT, ctx.now, None);
        }
        enqueue(tx, ctx, self.name, "", &Json::Null, ctx.now)
    }
}

fn forget(tx: &mut Tx, ctx: &Ctx, _: &Job) -> Result<(), Failure> {
    let before = ctx.now.checked_sub(KEPT.hours())?;
    tx.execute(&FORGET, &params![before])?;
    tx.execute(&STRIKE, &params![before, STRUCK])?;
    Ok(())
}

async fn told_to_stop(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// Runs one claimed job. The mark comes before the work: what the handler enqueues under its own kind and subject is a new
/// job, and whoever enqueues the same meanwhile waits for this transaction and then makes a new one too.
async fn perform(db: &Db, ground: &Ground, job: Job, handler: Handler) -> Result<Outcome, Error> {
    let ctx = ground.ctx(Actor::System("后台任务"));
    let (at_hand, by) = (job.clone(), ctx.clone());
    let outcome: Result<bool, Failure> = db
        .write(move |tx| {
            let mine = finish(tx, by.now, &at_hand)?;
            if mine {
                handler(tx, &by, &at_hand)?;
                end_beat(tx, &at_hand.kind, by.now, None)?;
            }
            Ok(mine)
        })
        .await;
    match outcome {
        Ok(true) => Ok(Outcome::Done),
        Ok(false) => Ok(Outcome::TakenBack),
        Err(failure) => note(db, ctx.now, job, failure.to_string().replace('\0', "")).await,
    }
}

async fn note(db: &Db, now: Timestamp, job: Job, error: String) -> Result<Outcome, Error> {
    tracing::warn!(kind = %job.kind, subject = %job.subject, attempt = job.attempt, %error, "a job failed");
    let outcome = if job.attempt >= TRIES { Outcome::Dead } else { Outcome::Failed };
    db.write(move |tx| {
        end_beat(tx, &job.kind, now, Some(&error))?;
        settle(tx, now, &job, Err(error.clone()))
    })
    .await?;
    Ok(outcome)
}

#[cfg(test)]
mod tests;
