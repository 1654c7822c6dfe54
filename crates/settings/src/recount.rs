//! Running clocks counted anew after a change of law, some hundred matters a transaction.

use db::Tx;
use jiff::ToSpan as _;
use jobs::{Failure, Job};
use kernel::{Ctx, MatterId};
use serde_json::json;
use web::Result;

use crate::EditionId;

/// Kind of the job.
pub(crate) const RECOUNT: &str = "recount_clocks";
/// Matters of one transaction.
const BATCH: usize = 300;
/// Minutes after which every server has read an edition: what one of them started meanwhile under the law before is
/// counted once more.
const AGAIN: i64 = 3;

/// Plans the counting for an edition: at once, and again when every server has read it.
///
/// # Errors
/// A fault of the database.
pub(crate) fn plan(tx: &mut Tx, ctx: &Ctx, edition: EditionId, why: &str) -> Result<()> {
    let payload = json!({ "why": why });
    jobs::enqueue(tx, ctx, RECOUNT, &edition.to_string(), &payload, ctx.now)?;
    let later = ctx.now.checked_add(AGAIN.minutes()).unwrap_or(ctx.now);
    jobs::enqueue(tx, ctx, RECOUNT, &format!("{edition} again"), &payload, later)?;
    Ok(())
}

/// Counts a batch and plans the next.
pub(crate) fn run(tx: &mut Tx, ctx: &Ctx, job: &Job) -> Result<(), Failure> {
    crate::in_use::follow(tx, ctx.today())?;
    let word = |key: &str| job.payload.get(key).and_then(|value| value.as_str());
    let why = word("why").unwrap_or_default();
    let after: Option<MatterId> = word("after").and_then(|text| text.parse().ok());
    if let Some(last) = matters::clocks::recount(tx, ctx, after, BATCH, why)? {
        let payload = json!({ "why": why, "after": last.to_string() });
        jobs::enqueue(tx, ctx, RECOUNT, &job.subject, &payload, ctx.now)?;
    }
    Ok(())
}
