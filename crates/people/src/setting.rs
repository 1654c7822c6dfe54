//! Settings of the bureau: one row a key.

use db::{Tx, params};
use kernel::Ctx;
use web::Result;

db::sql! {
    GET = "SELECT value FROM setting WHERE key = $1";
    SET = "INSERT INTO setting (key, value, changed_at) VALUES ($1, $2, $3) \
           ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at";
}

/// The value of `key`, if set.
///
/// # Errors
/// A fault of the database.
pub fn get(tx: &mut Tx, key: &str) -> Result<Option<String>> {
    Ok(tx.one(&GET, &params![key])?.map(|row| row.get("value")).transpose()?)
}

/// Sets `key`.
///
/// # Errors
/// A fault of the database.
pub fn set(tx: &mut Tx, ctx: &Ctx, key: &str, value: &str) -> Result<()> {
    tx.execute(&SET, &params![key, value, ctx.now])?;
    Ok(())
}
