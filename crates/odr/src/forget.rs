//! What a settlement forgets when the time has come: people named in the answer, the mark of its words, the link.

use db::{Tx, params};
use kernel::{Ctx, MatterId};
use matters::forget::{Texts, strike_texts};
use web::Result;

db::sql! {
    ANSWERS = "SELECT matter_id AS id, answer FROM odr_case WHERE matter_id = $1 AND answer IS NOT NULL";
    ANSWER = "UPDATE odr_case SET answer = $2 WHERE matter_id = $1";
    // The mark of a link must differ from every other's: the matter's own id opens nothing, for links are marked by a digest.
    MARKS = "UPDATE odr_case SET answer_mark = NULL, link_mark = CAST(matter_id AS TEXT) WHERE matter_id = $1";
}

const TEXTS: &[Texts] = &[(&ANSWERS, &ANSWER, &["answer"])];

/// Strikes `values` out of the answer and lets its marks go; how many, and no words to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    tx.execute(&MARKS, &params![matter])?;
    Ok((strike_texts(tx, matter, values, TEXTS)?, String::new()))
}
