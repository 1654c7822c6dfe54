//! Idempotency keys: the same request sent again gives the same answer and no second effect (SEC_45).
//!
//! A key is claimed in a transaction of its own before the work begins. Whoever finds it claimed waits or is told; should the
//! program die between work and answer, the key stays claimed and says so, because nobody may pretend to know.

use db::{Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Ctx, Field, Id};
use web::Result;

use crate::token::TokenId;

/// Hours for which answers are kept.
const KEPT: i64 = 24;
/// A claim older than this many seconds was left behind.
const WORKING: i64 = 120;

const ANSWER: Field = Field { table: "api_replay", column: "answer" };

db::sql! {
    CLAIM = "INSERT INTO api_replay (id, token_id, key, request, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (token_id, key) DO NOTHING";
    FIND = "SELECT id, request, status, answer, at FROM api_replay WHERE token_id = $1 AND key = $2";
    KEEP = "UPDATE api_replay SET status = $2, answer = $3 WHERE id = $1";
    LET_GO = "DELETE FROM api_replay WHERE id = $1 AND status IS NULL";
    OLD = "DELETE FROM api_replay WHERE token_id = $1 AND key = $2 AND at < $3";
    TIDY = "DELETE FROM api_replay WHERE at < $1";
}

/// An id of a kept answer.
pub(crate) type ReplayId = Id<kernel::kind::Job>;

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nothing stood there: it is the caller's.
    Mine(ReplayId),
    /// This was answered before: status and body.
    Answered(u16, String),
    /// The same request is being worked on.
    Working,
    /// The program ended before the answer was kept.
    Unknown,
    /// Another request came under this key.
    Other,
}

fn before(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_sub(hours.hours()).unwrap_or(now)
}

/// Claims `key` for `request` (a digest), or tells what stands there.
pub(crate) fn claim(tx: &mut Tx, ctx: &Ctx, token: TokenId, key: &str, request: &str) -> Result<Claim> {
    tx.execute(&OLD, &params![token, key, before(ctx.now, KEPT)])?;
    let id: ReplayId = ctx.id();
    if tx.execute(&CLAIM, &params![id, token, key, request, ctx.now])? == 1 {
        return Ok(Claim::Mine(id));
    }
    let Some(row) = tx.one(&FIND, &params![token, key])? else { return Ok(Claim::Working) };
    if row.get::<String>("request")? != request {
        return Ok(Claim::Other);
    }
    let id: ReplayId = row.get("id")?;
    let (status, answer): (Option<i64>, Option<Vec<u8>>) = (row.get("status")?, row.get("answer")?);
    match (status.and_then(|status| u16::try_from(status).ok()), answer) {
        (Some(status), Some(answer)) => {
            Ok(Claim::Answered(status, ctx.keyring().open(ANSWER, id.uuid(), &answer)?))
        }
        _ if row.get::<Timestamp>("at")?.as_second() + WORKING < ctx.now.as_second() => Ok(Claim::Unknown),
        _ => Ok(Claim::Working),
    }
}

/// Keeps the answer to a claimed request.
pub(crate) fn keep(tx: &mut Tx, ctx: &Ctx, id: ReplayId, status: u16, answer: &str) -> Result<()> {
    let sealed = ctx.keyring().seal(ANSWER, id.uuid(), answer, ctx.entropy());
    tx.execute(&KEEP, &params![id, i64::from(status), sealed])?;
    Ok(())
}

/// Lets go of a claim where nothing was done.
pub(crate) fn let_go(tx: &mut Tx, id: ReplayId) -> Result<()> {
    tx.execute(&LET_GO, &params![id])?;
    Ok(())
}

/// Forgets answers older than a day.
pub(crate) fn tidy(tx: &mut Tx, now: Timestamp) -> Result<(), db::Error> {
    tx.execute(&TIDY, &params![before(now, KEPT)])?;
    Ok(())
}
