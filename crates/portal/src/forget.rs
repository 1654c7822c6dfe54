//! What the public pages forget when the time has come: the draft a matter came from with its photographs, visits, and the
//! words of a rating. Its score stays.

use db::{Tx, params};
use kernel::{Ctx, MatterId};
use web::Result;

db::sql! {
    PHOTOS = "DELETE FROM portal_photo WHERE draft_id IN (SELECT id FROM portal_draft WHERE matter_id = $1)";
    DRAFTS = "DELETE FROM portal_draft WHERE matter_id = $1";
    VISITS = "DELETE FROM portal_visit WHERE matter_id = $1";
    REASON = "UPDATE portal_rating SET reason = NULL WHERE matter_id = $1 AND reason IS NOT NULL";
}

/// Lets go what the public pages keep of a matter; how much, and no words to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, _: &[String]) -> Result<(i64, String)> {
    let mut count = 0;
    for statement in [&PHOTOS, &DRAFTS, &VISITS, &REASON] {
        count += i64::try_from(tx.execute(statement, &params![matter])?).unwrap_or_default();
    }
    Ok((count, String::new()))
}
