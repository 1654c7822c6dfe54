//! The outbox: claims a notice that is due, sends it outside every transaction, and settles what came of it.
//!
//! A try is noted before it leaves. Whoever finds it noted and unsettled knows that the program died with it, and that it
//! may have been sent: it is repeated only where the carrier takes two for one, and otherwise shown as 发送结果未知.

mod bounced;
mod report;
mod settle;

use std::sync::Arc;

use db::Tx;
use jobs::Job;
use kernel::{Actor, Ctx, NoticeId};
use matters::notices::{self, KINDS, NoticeState, Outgoing, SEND};
use serde_json::json;
use tokio::sync::watch;
use web::{App, Problem, Result};

use crate::{
    carriers::{Carrier, Outcome, Parcel, bounces},
    config::Config,
    record::{self, State},
};

pub use report::{arrived, collect};

/// Notices of one round.
const ROUND: usize = 500;
/// Seconds between two rounds.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(5);
/// Every so many rounds a gateway is asked for reports: once a minute.
const TURNS: u64 = 12;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Taken over by their carriers.
    pub sent: usize,
    /// Not sent: tried again later, refused, given up, or of unknown result.
    pub failed: usize,
    /// Left to people: the channel is not configured, or the notice has its result already.
    pub by_hand: usize,
    /// Results that came in.
    pub reports: usize,
}

enum Taken {
    Nothing,
    Left,
    Lost,
    Go(Box<Try>),
}

/// A try that was claimed and noted.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    pub job: Job,
    pub carrier: Carrier,
    pub parcel: Parcel,
}

/// The context in which the program sends.
pub(crate) fn sender(app: &App) -> Ctx {
    app.ctx(Actor::System("发送告知"))
}

/// Works until `stop` says so: the notice at hand is settled first.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    for turn in 0_u64.. {
        if let Err(problem) = round(&app, turn % TURNS == 0).await {
            tracing::error!(%problem, "sending notices");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Sends what is due at the clock's present instant and takes in what results there are: one round, also for tests.
///
/// # Errors
/// A configuration that cannot be read, a fault of the database; what fails with a notice is kept with it.
pub async fn deliver_due(app: &App) -> Result<Ran> {
    round(app, true).await
}

async fn round(app: &App, asks: bool) -> Result<Ran> {
    let config = Arc::new(Config::read(&app.config.data)?);
    let mut ran = Ran::default();
    for _ in 0..ROUND {
        let (ctx, known) = (sender(app), Arc::clone(&config));
        let bureau = app.config.bureau();
        match app.db.write(move |tx| take(tx, &ctx, &known, &bureau)).await? {
            Taken::Nothing => break,
            Taken::Left => ran.by_hand += 1,
            Taken::Lost => ran.failed += 1,
            Taken::Go(tried) => {
                let outcome = carry(app, &config, &tried).await?;
                let sent = matches!(outcome, Outcome::Accepted { .. });
                let ctx = sender(app);
                app.db.write(move |tx| settle::settle(tx, &ctx, &tried, &outcome)).await?;
                *if sent { &mut ran.sent } else { &mut ran.failed } += 1;
            }
        }
    }
    ran.reports = collect(app, &config, asks).await?;
    Ok(ran)
}

/// Sends on a thread that may wait. A carrier that panicked may have sent.
async fn carry(app: &App, config: &Arc<Config>, tried: &Try) -> Result<Outcome> {
    let (config, data, tried) = (Arc::clone(config), app.config.data.clone(), tried.clone());
    let send = move || tried.carrier.send(&config, &data, &tried.parcel);
    Ok(tokio::task::spawn_blocking(send).await.unwrap_or_else(|_| Outcome::Unknown("发送中断".to_owned())))
}

/// Claims the next notice and notes the try.
fn take(tx: &mut Tx, ctx: &Ctx, config: &Config, bureau: &str) -> Result<Taken> {
    let Some(job) = jobs::claim(tx, ctx.now, SEND)? else { return Ok(Taken::Nothing) };
    let found = job.subject.parse::<NoticeId>().map_err(|_| Problem::NotFound);
    let notice = match found.and_then(|id| notices::outgoing(tx, ctx, id)) {
        Ok(notice) => notice,
        Err(Problem::NotFound) => return left(tx, ctx, &job),
        Err(problem) => return Err(problem),
    };
    if notice.state != NoticeState::Planned {
        return left(tx, ctx, &job);
    }
    let Some(carrier) = Carrier::of(config, &notice.channel) else {
        record::begin(tx, ctx, &notice, job.id, None)?;
        return left(tx, ctx, &job);
    };
    let before = record::find(tx, notice.id)?;
    if before.is_some_and(|before| before.state == State::Sending) && !carrier.repeats_safely() {
        let words = "程序在发送途中中断，可能已经发出，没有自动重发";
        settle::unknown(tx, ctx, &job, &notice, words)?;
        return Ok(Taken::Lost);
    }
    record::begin(tx, ctx, &notice, job.id, Some(carrier.code()))?;
    let parcel = parcel(ctx, notice, bureau);
    Ok(Taken::Go(Box::new(Try { job, carrier, parcel })))
}

fn left(tx: &mut Tx, ctx: &Ctx, job: &Job) -> Result<Taken> {
    jobs::settle(tx, ctx.now, job, Ok(()))?;
    Ok(Taken::Left)
}

fn parcel(ctx: &Ctx, notice: Outgoing, bureau: &str) -> Parcel {
    let label = KINDS.iter().find(|(code, _)| *code == notice.kind).map_or("告知", |(_, words)| words);
    Parcel {
        notice: notice.id,
        to: notice.address,
        subject: format!("{bureau}：{label}（{}）", notice.matter.number),
        text: notice.text,
        envelope: bounces::envelope(ctx.keyring(), notice.id),
        at: ctx.now,
    }
}

/// Lets the program try again what was given up or is of unknown result: an officer's decision.
///
/// # Errors
/// [`Problem::NotFound`] out of reach; refusals for what is not given up.
pub fn retry(tx: &mut Tx, ctx: &Ctx, id: NoticeId) -> Result<()> {
    let notice = notices::outgoing(tx, ctx, id)?;
    let dispatch = record::find(tx, id)?.ok_or(Problem::NotFound)?;
    let is_given_up = matches!(dispatch.state, State::Dead | State::Unknown);
    if !is_given_up || notice.state != NoticeState::Planned {
        return Err(
            kernel::Refusal::new("dispatch_state", "这份告知现在不能重发，请刷新后查看最新情况").into()
        );
    }
    jobs::revive(tx, ctx, dispatch.job)?;
    record::set(tx, ctx.now, id, State::Waiting, dispatch.error.as_deref())?;
    matters::note(tx, ctx, notice.matter.id, "notice_retry", None, &json!({ "notice": id.to_string() }))
}

/// Takes a notice out of the outbox because it will be given otherwise.
///
/// # Errors
/// As [`retry`].
pub fn give_otherwise(tx: &mut Tx, ctx: &Ctx, id: NoticeId) -> Result<String> {
    let notice = notices::outgoing(tx, ctx, id)?;
    let dispatch = record::find(tx, id)?.ok_or(Problem::NotFound)?;
    if !matches!(dispatch.state, State::Dead | State::Unknown | State::Refused) {
        return Err(
            kernel::Refusal::new("dispatch_state", "这份告知正在发送，请等有了结果再改用其他方式").into()
        );
    }
    if notice.state == NoticeState::Planned {
        let why = format!(
            "{}，改用其他方式：{}",
            dispatch.state.label(),
            dispatch.error.as_deref().unwrap_or_default()
        );
        notices::failed(tx, ctx, &notice.matter, id, &why)?;
    }
    close(tx, ctx, &dispatch)?;
    Ok(notice.matter.number)
}

/// Ends a record and takes its job off the health page.
pub(crate) fn close(tx: &mut Tx, ctx: &Ctx, dispatch: &record::Dispatch) -> Result<()> {
    match tx.attempt(|tx| jobs::dismiss(tx, ctx, dispatch.job)) {
        // It was not given up: nothing to take off.
        Ok(()) | Err(db::Error::Stale) => {}
        Err(error) => return Err(error.into()),
    }
    record::set(tx, ctx.now, dispatch.notice, State::Closed, dispatch.error.as_deref())
}
