//! A visit: somebody who gave number and code looks at the matter for some minutes, and leaves no door open behind.

use db::{Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Ctx, MatterId, hex, sm3};
use matters::receipts::{self, Opened, ReceiptId};
use web::Result;

use crate::limits;

db::sql! {
    BEGIN = "INSERT INTO portal_visit (digest, matter_id, receipt_id, made_at, seen_at) VALUES ($1, $2, $3, $4, $4)";
    FIND = "SELECT matter_id, receipt_id FROM portal_visit WHERE digest = $1 AND seen_at > $2";
    SEEN = "UPDATE portal_visit SET seen_at = $2 WHERE digest = $1";
    END = "DELETE FROM portal_visit WHERE digest = $1";
    OLD = "DELETE FROM portal_visit WHERE seen_at <= $1";
}

/// What number and code led to.
pub(crate) enum Door {
    /// The token for the cookie.
    Open(String),
    /// Number or code is wrong.
    Wrong,
    /// Wait so many seconds.
    Wait(i64),
}

fn digest(token: &str) -> String {
    hex(&sm3(format!("visit|{token}").as_bytes()))
}

fn idle(ctx: &Ctx) -> Timestamp {
    ctx.now.checked_sub(limits::VISIT_MINUTES.minutes()).unwrap_or(ctx.now)
}

/// Opens the door, or counts the wrong try.
pub(crate) fn enter(tx: &mut Tx, ctx: &Ctx, number: &str, code: &str) -> Result<Door> {
    Ok(match receipts::open(tx, ctx, number, code)? {
        Opened::Matter(matter, receipt) => {
            let token = hex(&ctx.entropy().bytes::<32>());
            tx.execute(&BEGIN, &params![digest(&token), matter, receipt, ctx.now])?;
            Door::Open(token)
        }
        Opened::Wrong => Door::Wrong,
        Opened::Wait(seconds) => Door::Wait(seconds),
    })
}

/// The matter of the visit, while it lives and its receipt is the one in force; the visit lives on from now.
pub(crate) fn matter(tx: &mut Tx, ctx: &Ctx, token: &str) -> Result<Option<MatterId>> {
    let Some(row) = tx.one(&FIND, &params![digest(token), idle(ctx)])? else { return Ok(None) };
    let (matter, receipt): (MatterId, ReceiptId) = (row.get("matter_id")?, row.get("receipt_id")?);
    if receipts::current(tx, matter)? != Some(receipt) {
        return Ok(None);
    }
    tx.execute(&SEEN, &params![digest(token), ctx.now])?;
    Ok(Some(matter))
}

/// Ends the visit.
pub(crate) fn end(tx: &mut Tx, token: &str) -> Result<()> {
    tx.execute(&END, &params![digest(token)])?;
    Ok(())
}

/// Forgets visits that have ended by themselves.
pub(crate) fn tidy(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    tx.execute(&OLD, &params![idle(ctx)])?;
    Ok(())
}
