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

/// The notices that stand on a person's status page: those by 互联网 to one of the matter's people, and decisions that only
/// the complainant is told. What goes to the respondent names no party and is left out. Whoever opened the page has read
/// them, which is their proof (网页已读记录). Called by the page that shows them, for whoever proved to be that person.
///
/// # Errors
/// A fault of the database.
pub fn read_on_page(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<Notice>> {
    for notice in for_person(tx, matter.id)?.iter().filter(|notice| notice.is_open()) {
        let words = format!("公众页面 {}", kernel::office_minute(ctx.now));
        let proof = Proof { kind: "read_mark".to_owned(), words, ..Proof::default() };
        delivered(tx, ctx, matter, notice.id, &proof)?;
    }
    for_person(tx, matter.id)
}

fn for_person(tx: &mut Tx, matter: MatterId) -> Result<Vec<Notice>> {
    Ok(tx.query(&FOR_PERSON, &params![matter])?.iter().map(read).collect::<Result<_, _>>()?)
}
