//! Notices on the web: what the person of a matter reads on the status page, and that reading is the proof.

use db::{Tx, params};
use kernel::{Ctx, MatterId};
use web::Result;

use super::{Notice, Proof, delivered, read};
use crate::Matter;

db::sql! {
    FOR_PERSON = "SELECT id, kind, party_id, channel, text, form_number, state, sent_at, delivered_at, proof_kind, proof FROM notice \
                  WHERE matter_id = $1 AND channel = 'web' AND state <> 'failed' AND (party_id IS NOT NULL OR \
                  (state = 'delivered' AND kind IN ('accepted', 'refused', 'material'))) ORDER BY made_at, id";
}

/// The notices on the web to the person of the matter: those to one of its people, and decisions that only the complainant is
/// told. What goes to the respondent names no party and is left out.
///
/// # Errors
/// A fault of the database.
pub fn for_person(tx: &mut Tx, matter: MatterId) -> Result<Vec<Notice>> {
    Ok(tx.query(&FOR_PERSON, &params![matter])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// The person opened the page that shows the notices on the web: that is their proof of delivery (网页已读记录).
///
/// # Errors
/// A fault of the database.
pub fn read_by_person(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<()> {
    for notice in for_person(tx, matter.id)?.iter().filter(|notice| notice.is_open()) {
        let words = format!("公众页面 {}", kernel::office_minute(ctx.now));
        let proof = Proof { at: None, kind: "read_mark".to_owned(), words, attachment: None };
        delivered(tx, ctx, matter, notice.id, &proof)?;
    }
    Ok(())
}
