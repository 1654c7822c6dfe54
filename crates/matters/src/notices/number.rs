//! The number a notice bears: that of the approved paper which tells the same.

use db::{Tx, params};
use kernel::MatterId;
use web::Result;

db::sql! {
    PAPER = "SELECT number FROM paper WHERE matter_id = $1 AND notice_kind IN ($2, $3) AND number IS NOT NULL \
             AND state IN ('approved', 'printed') ORDER BY approved_at DESC, number DESC LIMIT 1";
}

/// The number of the latest approved paper of a matter that is of either of `kinds` of notices.
///
/// # Errors
/// A fault of the database.
pub fn paper_number(tx: &mut Tx, matter: MatterId, kinds: [&str; 2]) -> Result<Option<String>> {
    let [one, other] = kinds;
    Ok(tx.one(&PAPER, &params![matter, one, other])?.map(|row| row.get("number")).transpose()?)
}
