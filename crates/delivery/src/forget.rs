//! What delivery forgets when the time has come: the carrier's own number, by which a telephone can be found there, and what
//! carriers said of an address.

use db::{Tx, params};
use kernel::{Ctx, MatterId};
use matters::forget::{Texts, strike_texts};
use web::Result;

db::sql! {
    OUTSIDE = "UPDATE dispatch SET outside_id = NULL WHERE matter_id = $1 AND outside_id IS NOT NULL";
    SAID = "SELECT notice_id AS id, error FROM dispatch WHERE matter_id = $1 AND error IS NOT NULL";
    STRUCK = "UPDATE dispatch SET error = $2 WHERE notice_id = $1";
}

const TEXTS: &[Texts] = &[(&SAID, &STRUCK, &["error"])];

/// Strikes `values` out of what carriers said of a matter's notices, and lets the carriers' numbers go; how many, and no words
/// to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    let numbers = i64::try_from(tx.execute(&OUTSIDE, &params![matter])?).unwrap_or_default();
    Ok((numbers + strike_texts(tx, matter, values, TEXTS)?, String::new()))
}
