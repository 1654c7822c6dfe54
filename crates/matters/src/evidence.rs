//! Evidence that two matters share after a split (分立; 令第121号 第九条): one original, read from both. People are not
//! shared: each matter has its own, and a report keeps its reporter to itself (第三十七条).

use db::{Tx, params};
use kernel::{Ctx, MatterId};
use web::Result;

use crate::Matter;

db::sql! {
    SHARE = "INSERT INTO evidence_share (matter_id, from_id, facts_id, at) VALUES ($1, $2, COALESCE( \
             (SELECT e.facts_id FROM evidence_share e WHERE e.matter_id = $2), \
             (SELECT k.facts_from FROM complaint k WHERE k.matter_id = $2), $2), $3)";
    GIVE_BACK = "DELETE FROM evidence_share WHERE matter_id = $1";
}

/// Ends that a matter reads the facts and the evidence of another one.
pub(crate) fn give_back(tx: &mut Tx, part: MatterId) -> Result<()> {
    tx.execute(&GIVE_BACK, &params![part])?;
    Ok(())
}

/// Lets `new` read the facts and the evidence files of `from`.
///
/// # Errors
/// A fault of the database.
pub fn share(tx: &mut Tx, ctx: &Ctx, new: MatterId, from: &Matter) -> Result<()> {
    tx.execute(&SHARE, &params![new, from.id, ctx.now])?;
    Ok(())
}
