//! What single sign-on forgets when the time has come: accounts of officers who left, and accounts that belong to nobody.

use db::{Tx, params};
use jiff::Timestamp;
use web::Result;

db::sql! {
    BEFORE = "SELECT COUNT(*) FROM sso_account WHERE COALESCE(last_at, first_at) < $1 AND (state <> 'linked' OR officer_id IS NULL \
              OR officer_id IN (SELECT id FROM officer WHERE enabled = FALSE))";
    FORGET = "DELETE FROM sso_account WHERE COALESCE(last_at, first_at) < $1 AND (state <> 'linked' OR officer_id IS NULL \
              OR officer_id IN (SELECT id FROM officer WHERE enabled = FALSE))";
    REQUESTS = "DELETE FROM sso_request WHERE made_at < $1";
}

/// How many accounts of nobody, or of an officer who left, were last used before `before`.
///
/// # Errors
/// A fault of the database.
pub fn accounts_before(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    Ok(tx.scalar(&BEFORE, &params![before])?)
}

/// Deletes the accounts of nobody, or of an officer who left, last used before `before`. Who comes again afterwards waits for
/// an administrator as at the first time.
///
/// # Errors
/// A fault of the database.
pub fn forget_accounts(tx: &mut Tx, before: Timestamp) -> Result<i64> {
    tx.execute(&REQUESTS, &params![before])?;
    Ok(i64::try_from(tx.execute(&FORGET, &params![before])?).unwrap_or(i64::MAX))
}
