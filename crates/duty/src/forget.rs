//! What hand-over notes and remarks forget when the time has come: people named in the words about a matter.

use db::Tx;
use kernel::{Ctx, MatterId};
use matters::forget::{Texts, strike_texts};
use web::Result;

db::sql! {
    ITEMS = "SELECT id, words, ended_words FROM duty_item WHERE matter_id = $1";
    ITEM = "UPDATE duty_item SET words = $2, ended_words = $3 WHERE id = $1";
    // A note and what was added to it speak of what it carried.
    NOTES = "SELECT DISTINCT n.id, n.words FROM duty_note n JOIN duty_carried c ON c.note_id = n.id JOIN duty_item i ON i.id = c.item_id \
             WHERE i.matter_id = $1";
    NOTE = "UPDATE duty_note SET words = $2 WHERE id = $1";
    ENTRIES = "SELECT DISTINCT e.id, e.words FROM duty_note_entry e JOIN duty_carried c ON c.note_id = e.note_id \
               JOIN duty_item i ON i.id = c.item_id WHERE i.matter_id = $1";
    ENTRY = "UPDATE duty_note_entry SET words = $2 WHERE id = $1";
    REMARKS = "SELECT id, words FROM day_remark WHERE matter_id = $1";
    REMARK = "UPDATE day_remark SET words = $2 WHERE id = $1";
}

const TEXTS: &[Texts] = &[
    (&ITEMS, &ITEM, &["words", "ended_words"]),
    (&NOTES, &NOTE, &["words"]),
    (&ENTRIES, &ENTRY, &["words"]),
    (&REMARKS, &REMARK, &["words"]),
];

/// Strikes `values` out of notes, items and remarks about a matter; how many, and no words to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    Ok((strike_texts(tx, matter, values, TEXTS)?, String::new()))
}
