#![doc = include_str!("../README.md")]

mod dead;
mod late;
mod overview;
mod reason;
mod worker;

use db::{Error, Row, Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Ctx, JobId};
use serde_json::Value as Json;

pub use dead::{Dead, dead, dismiss, revive};
pub use late::{Fault, Late, late};
pub use overview::{Depth, Turn, depths, done_since, schedules};
pub use worker::{Failure, HEARTBEAT, Handler, Ran, TIDY, Worker};

/// Tries before a job stands as failed.
pub const TRIES: i64 = 8;
/// A claim lapses after this many minutes.
const CLAIM_MINUTES: i64 = 10;
/// Characters of an error that are kept.
const ERROR_LENGTH: usize = 2_000;

db::sql! {
    ENQUEUE = "INSERT INTO job (id, kind, subject, payload, run_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (kind, subject) WHERE done_at IS NULL AND failed_at IS NULL DO UPDATE SET \
               payload = CASE WHEN job.locked_until IS NULL THEN job.payload ELSE excluded.payload END, \
               locked_until = NULL, run_at = CASE WHEN job.error IS NULL AND excluded.run_at < job.run_at \
               THEN excluded.run_at ELSE job.run_at END";
    DUE = "SELECT id, kind, subject, payload, attempts FROM job WHERE kind = $2 AND done_at IS NULL AND failed_at IS NULL \
              AND run_at <= $1 AND (locked_until IS NULL OR locked_until <= $1) ORDER BY run_at, id LIMIT 1 SKIP_LOCKED";
    WAITING = "SELECT subject FROM job WHERE kind = $2 AND done_at IS NULL AND failed_at IS NULL AND run_at <= $1 \
               AND (locked_until IS NULL OR locked_until <= $1) ORDER BY run_at, id LIMIT $3";
    THIS = "SELECT id, kind, subject, payload, attempts FROM job WHERE kind = $2 AND subject = $3 AND done_at IS NULL AND failed_at IS NULL \
            AND run_at <= $1 AND (locked_until IS NULL OR locked_until <= $1) LIMIT 1 SKIP_LOCKED";
    CLAIM = "UPDATE job SET locked_until = $2, attempts = attempts + 1 WHERE id = $1 AND done_at IS NULL \
             AND (locked_until IS NULL OR locked_until <= $3)";
    DONE = "UPDATE job SET done_at = $4, locked_until = NULL, error = NULL WHERE id = $1 AND attempts = $2 \
            AND locked_until = $3 AND done_at IS NULL AND failed_at IS NULL";
    AGAIN = "UPDATE job SET run_at = $4, locked_until = NULL, error = $5 WHERE id = $1 AND attempts = $2 \
             AND locked_until = $3 AND done_at IS NULL AND failed_at IS NULL";
    FAILED = "UPDATE job SET failed_at = $4, locked_until = NULL, error = $5 WHERE id = $1 AND attempts = $2 \
              AND locked_until = $3 AND done_at IS NULL AND failed_at IS NULL";
    OPEN = "SELECT COUNT(*) FROM job WHERE done_at IS NULL";
    EVERY = "INSERT INTO schedule (name, every_seconds) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET every_seconds = excluded.every_seconds";
    LAST = "SELECT last_end FROM schedule WHERE name = $1";
    START = "UPDATE schedule SET last_start = $2 WHERE name = $1 AND (last_start IS NULL OR last_start <= $3)";
    END = "UPDATE schedule SET last_end = $2, last_error = $3 WHERE name = $1";
}

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [STATEMENTS, dead::STATEMENTS, late::STATEMENTS, overview::STATEMENTS, worker::STATEMENTS].concat()
}

/// A job that was claimed.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// What it is about; one job of a kind and subject waits at a time.
    pub subject: String,
    /// Particulars.
    pub payload: Json,
    /// This try's number, from 1.
    pub attempt: i64,
    locked_until: Timestamp,
}

/// Puts a job into the queue, in the transaction that causes it. Where one of the same kind and subject waits, that one serves,
/// at the earlier of both times; a job that failed keeps its wait. One that is claimed already may have missed what the caller
/// changed, so it is taken back and runs again with the new payload. Payloads hold ids, never personal data.
///
/// ```
/// # fn f(tx: &mut db::Tx, ctx: &kernel::Ctx) -> Result<(), db::Error> {
/// let payload = serde_json::json!({ "notice": "01900000-0000-7000-8000-000000000001" });
/// jobs::enqueue(tx, ctx, "send_notice", "TS-2301-2026-00012", &payload, ctx.now)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Whatever the database says.
pub fn enqueue(
    tx: &mut Tx,
    ctx: &Ctx,
    kind: &str,
    subject: &str,
    payload: &Json,
    run_at: Timestamp,
) -> Result<(), Error> {
    let id: JobId = ctx.id();
    tx.put(&ENQUEUE, &params![id, kind, subject, payload.to_string(), run_at])?;
    Ok(())
}

/// Claims the job of `kind` that has been due longest, if any: a program leaves kinds it does not know to others. For work
/// that must not run inside a transaction: claim, work, [`settle`]. A claim lapses after ten minutes.
///
/// # Errors
/// Whatever the database says.
pub fn claim(tx: &mut Tx, now: Timestamp, kind: &str) -> Result<Option<Job>, Error> {
    let row = tx.one(&DUE, &params![now, kind])?;
    row.map_or(Ok(None), |row| take(tx, now, &row))
}

/// The subjects of the jobs of `kind` that are due, longest first, for whoever sorts them before [`claim_this`].
///
/// # Errors
/// Whatever the database says.
pub fn due(tx: &mut Tx, now: Timestamp, kind: &str, limit: usize) -> Result<Vec<String>, Error> {
    let rows = tx.query(&WAITING, &params![now, kind, limit])?;
    rows.iter().map(|row| row.get("subject")).collect()
}

/// As [`claim`], but the job about `subject`; `None` when it is not due, or somebody else's.
///
/// # Errors
/// Whatever the database says.
pub fn claim_this(tx: &mut Tx, now: Timestamp, kind: &str, subject: &str) -> Result<Option<Job>, Error> {
    let row = tx.one(&THIS, &params![now, kind, subject])?;
    row.map_or(Ok(None), |row| take(tx, now, &row))
}

fn take(tx: &mut Tx, now: Timestamp, row: &Row) -> Result<Option<Job>, Error> {
    let id: JobId = row.get("id")?;
    let until = now.checked_add(CLAIM_MINUTES.minutes()).unwrap_or(now);
    if tx.execute(&CLAIM, &params![id, until, now])? == 0 {
        return Ok(None);
    }
    let payload = serde_json::from_str(&row.get::<String>("payload")?).unwrap_or(Json::Null);
    let attempt = row.get::<i64>("attempts")? + 1;
    let (kind, subject) = (row.get("kind")?, row.get("subject")?);
    Ok(Some(Job { id, kind, subject, payload, attempt, locked_until: until }))
}

/// Records how a claimed job ended; a failed one is tried again later, at last it stands as failed. Nothing is recorded for a
/// claim that lapsed or was taken back: the job belongs to whoever claims it next.
///
/// # Errors
/// Whatever the database says.
pub fn settle(tx: &mut Tx, now: Timestamp, job: &Job, outcome: Result<(), String>) -> Result<(), Error> {
    match outcome {
        Ok(()) => drop(finish(tx, now, job)?),
        Err(error) => fail(tx, now, job, &error)?,
    }
    Ok(())
}

/// Gives a claimed job up at once: another try would not help, or must not happen unasked. Nothing happens when the claim
/// does not hold any more.
///
/// # Errors
/// Whatever the database says.
pub fn give_up(tx: &mut Tx, now: Timestamp, job: &Job, error: &str) -> Result<(), Error> {
    end(tx, &FAILED, job, now, error)
}

/// Marks a claimed job as done; `false` when the claim does not hold any more.
pub(crate) fn finish(tx: &mut Tx, now: Timestamp, job: &Job) -> Result<bool, Error> {
    Ok(tx.execute(&DONE, &params![job.id, job.attempt, job.locked_until, now])? == 1)
}

fn fail(tx: &mut Tx, now: Timestamp, job: &Job, error: &str) -> Result<(), Error> {
    if job.attempt >= TRIES {
        return end(tx, &FAILED, job, now, error);
    }
    // 1, 4, 9, … minutes.
    let at = now.checked_add((job.attempt * job.attempt).minutes()).unwrap_or(now);
    end(tx, &AGAIN, job, at, error)
}

fn end(tx: &mut Tx, statement: &db::Sql, job: &Job, at: Timestamp, error: &str) -> Result<(), Error> {
    let error = reason::nameless(error, ERROR_LENGTH);
    tx.execute(statement, &params![job.id, job.attempt, job.locked_until, at, error])?;
    Ok(())
}

/// Whether nothing waits and nothing stands as failed: the end of every story that enqueues.
///
/// # Errors
/// Whatever the database says.
pub fn is_empty(tx: &mut Tx) -> Result<bool, Error> {
    Ok(tx.scalar::<i64>(&OPEN, &[])? == 0)
}

/// What must happen by itself every so many seconds.
///
/// # Errors
/// Whatever the database says.
pub fn every(tx: &mut Tx, name: &str, seconds: i64) -> Result<(), Error> {
    tx.execute(&EVERY, &params![name, seconds])?;
    Ok(())
}

/// Takes the next beat of `name` when it is due: of several programs only one gets it.
///
/// # Errors
/// Whatever the database says.
pub fn take_beat(tx: &mut Tx, name: &str, seconds: i64, now: Timestamp) -> Result<bool, Error> {
    let before = now.checked_sub(seconds.seconds()).unwrap_or(now);
    Ok(tx.execute(&START, &params![name, now, before])? == 1)
}

/// Records how a beat ended.
///
/// # Errors
/// Whatever the database says.
pub fn end_beat(tx: &mut Tx, name: &str, now: Timestamp, error: Option<&str>) -> Result<(), Error> {
    tx.execute(&END, &params![name, now, error.map(|error| reason::nameless(error, ERROR_LENGTH))])?;
    Ok(())
}

/// When `name` last ended, if ever.
///
/// # Errors
/// Whatever the database says.
pub fn last_end(tx: &mut Tx, name: &str) -> Result<Option<Timestamp>, Error> {
    tx.one(&LAST, &params![name])?.map_or(Ok(None), |row| row.get("last_end"))
}
