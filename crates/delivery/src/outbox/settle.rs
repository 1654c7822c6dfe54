//! What came of a try, written in one transaction: record, job, and the notice of the matter.

use db::Tx;
use jobs::{Job, TRIES};
use kernel::Ctx;
use matters::notices::{self, NoticeState, Outgoing, Proof};
use serde_json::json;
use web::Result;

use super::Try;
use crate::{
    carriers::{Outcome, Parcel},
    record::{self, State},
};

/// Proof code of what a server or the program itself records.
const SYSTEM_RECORD: &str = "system_record";

/// Writes down the outcome of a try.
pub(crate) fn settle(tx: &mut Tx, ctx: &Ctx, tried: &Try, outcome: &Outcome) -> Result<()> {
    let notice = notices::outgoing(tx, ctx, tried.parcel.notice)?;
    match outcome {
        Outcome::Accepted { id, proof } => accepted(tx, ctx, tried, &notice, id.as_deref(), proof.as_deref()),
        Outcome::Later(words) => later(tx, ctx, tried, &told(words, &tried.parcel)),
        Outcome::Refused(words) => refused(tx, ctx, tried, &notice, &told(words, &tried.parcel)),
        Outcome::Unknown(words) if tried.carrier.repeats_safely() => {
            later(tx, ctx, tried, &told(words, &tried.parcel))
        }
        Outcome::Unknown(words) => unknown(tx, ctx, &tried.job, &notice, &told(words, &tried.parcel)),
    }
}

/// What a machine said, without the number or the address in it (SEC_34).
fn told(words: &str, parcel: &Parcel) -> String {
    let to = parcel.to.trim();
    let words = if to.is_empty() { words.to_owned() } else { words.replace(to, "（号码）") };
    match crate::carriers::sms::mobile(to) {
        Some(digits) => words.replace(&digits, "（号码）"),
        None => words,
    }
}

fn accepted(
    tx: &mut Tx,
    ctx: &Ctx,
    tried: &Try,
    notice: &Outgoing,
    outside: Option<&str>,
    proof: Option<&str>,
) -> Result<()> {
    record::taken(tx, ctx.now, notice.id, outside)?;
    // A report that was faster has moved it on already.
    if notice.state == NoticeState::Planned {
        notices::sent(tx, ctx, &notice.matter, notice.id, None)?;
        if let Some(words) = proof {
            let proof = Proof { kind: SYSTEM_RECORD.to_owned(), words: words.to_owned(), ..Proof::default() };
            notices::delivered(tx, ctx, &notice.matter, notice.id, &proof)?;
            record::set(tx, ctx.now, notice.id, State::Delivered, None)?;
        }
    }
    Ok(jobs::settle(tx, ctx.now, &tried.job, Ok(()))?)
}

fn later(tx: &mut Tx, ctx: &Ctx, tried: &Try, words: &str) -> Result<()> {
    let dead = tried.job.attempt >= TRIES;
    let state = if dead { State::Dead } else { State::Waiting };
    record::set(tx, ctx.now, tried.parcel.notice, state, Some(words))?;
    Ok(jobs::settle(tx, ctx.now, &tried.job, Err(words.to_owned()))?)
}

fn refused(tx: &mut Tx, ctx: &Ctx, tried: &Try, notice: &Outgoing, words: &str) -> Result<()> {
    record::set(tx, ctx.now, notice.id, State::Refused, Some(words))?;
    if notice.state == NoticeState::Planned {
        notices::failed(tx, ctx, &notice.matter, notice.id, words)?;
    }
    Ok(jobs::settle(tx, ctx.now, &tried.job, Ok(()))?)
}

/// It may have been sent: nobody sends it again unasked.
pub(super) fn unknown(tx: &mut Tx, ctx: &Ctx, job: &Job, notice: &Outgoing, words: &str) -> Result<()> {
    record::set(tx, ctx.now, notice.id, State::Unknown, Some(words))?;
    jobs::give_up(tx, ctx.now, job, &format!("发送结果未知：{words}"))?;
    let detail = json!({ "notice": notice.id.to_string(), "reason": words });
    matters::note(tx, ctx, notice.matter.id, "notice_unknown", None, &detail)
}
