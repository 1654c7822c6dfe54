//! What papers forget when the time has come: the personal fields of their sealed snapshots, and people named in the others.

use db::{Tx, params};
use kernel::{Ctx, MatterId, mask};
use matters::forget::{Texts, strike_texts};
use web::Result;

use crate::{form, paper};

db::sql! {
    WORDS = "SELECT id, title, returned_words, void_reason FROM paper WHERE matter_id = $1";
    STRUCK = "UPDATE paper SET title = $2, returned_words = $3, void_reason = $4 WHERE id = $1";
    SEALED = "UPDATE paper SET data = $2 WHERE id = $1";
}

const TEXTS: &[Texts] = &[(&WORDS, &STRUCK, &["title", "returned_words", "void_reason"])];

/// Empties the personal fields of every paper of a matter and strikes `values` out of the rest; how many fields and words,
/// and no words to be found by. The papers stay, with their numbers, and print without the people.
///
/// # Errors
/// A fault when a snapshot does not open.
pub fn strike(tx: &mut Tx, ctx: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    let mut count = strike_texts(tx, matter, values, TEXTS)?;
    for paper in paper::of(tx, matter)? {
        let mut kept = paper.values(ctx)?;
        let mut found = 0;
        for (key, value) in kept.iter_mut().filter(|(_, value)| !value.is_empty()) {
            let field = form::find(&paper.form).and_then(|form| form.field(key));
            if field.is_some_and(|field| field.personal.is_some()) {
                // A value may have been mended in the matter since: the field goes whole.
                mask::FORGOTTEN.clone_into(value);
                found += 1;
            } else if let Some((text, struck)) = mask::strike(value, values) {
                *value = text;
                found += struck;
            }
        }
        if found > 0 {
            tx.execute(&SEALED, &params![paper.id, paper::seal(ctx, paper.id, &kept)])?;
            count += found;
        }
    }
    Ok((count, String::new()))
}
