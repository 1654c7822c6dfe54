//! What the door for programs forgets when the time has come: what webhooks told. Kept answers go by themselves after a day.

use db::{Tx, params};
use jiff::Timestamp;
use web::Result;

db::sql! {
    BEFORE = "SELECT COUNT(*) FROM webhook_delivery WHERE made_at < $1 AND state <> 'waiting'";
    FORGET = "DELETE FROM webhook_delivery WHERE made_at < $1 AND state <> 'waiting'";
    TOLD = "DELETE FROM webhook_overdue WHERE at < $1 AND NOT EXISTS (SELECT 1 FROM clock c WHERE c.id = webhook_overdue.clock_id AND c.stopped_on IS NULL)";
}

/// How many messages to other systems are older than `before` and settled.
///
/// # Errors
/// A fault of the database.
pub fn told_before(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    Ok(tx.scalar(&BEFORE, &params![before])?)
}

/// Deletes the messages to other systems older than `before`, and that the end of a stopped clock was told.
///
/// # Errors
/// A fault of the database.
pub fn forget_told(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    tx.execute(&TOLD, &params![before])?;
    Ok(i64::try_from(tx.execute(&FORGET, &params![before])?).unwrap_or(i64::MAX))
}
