//! A split that was a mistake, taken back (分立撤回): the spine's part. Who may, and until when, the desk decides (`intake`).

use db::{Tx, params};
use kernel::{Ctx, Refusal};
use serde_json::json;
use web::Result;

use crate::{Matter, evidence, matter, number};

db::sql! {
    UNSPLIT = "UPDATE matter_link SET ended_at = $3 WHERE from_id = $1 AND to_id = $2 AND kind = 'split' AND ended_at IS NULL";
}

/// Takes back that `part` was split from `from`: the link ends, the shared evidence is the first matter's alone again, the
/// number of `part` is void with the reason and never given again, its clocks count neither as kept nor as late.
///
/// The reason stands with `part` alone: what is said about a report is not to be read on a complaint (令第121号 第三十七条).
///
/// # Errors
/// A refusal without a reason, for what was not split from it, or a matter that has ended; stale.
pub fn unsplit(tx: &mut Tx, ctx: &Ctx, from: &Matter, part: &mut Matter, reason: &str) -> Result<()> {
    if tx.execute(&UNSPLIT, &params![from.id, part.id, ctx.now])? == 0 {
        return Err(Refusal::new("not_split", "这件事项不是由它分立的").into());
    }
    evidence::give_back(tx, part.id)?;
    let detail = json!({ "words": from.number, "reason": reason.trim() });
    number::take_back(tx, ctx, part, reason, ("unsplit", &detail))?;
    matter::note(tx, ctx, from.id, "unsplit", None, &json!({ "words": part.number }))
}
