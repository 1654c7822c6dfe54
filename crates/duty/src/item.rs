//! Open items (遗留事项): carried from note to note until somebody says they are done.

use db::{Row, Select, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, MatterId, Permission, Refusal, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    discretion,
    note::NoteId,
    place::{self, SEEN},
};

/// An id of an item.
pub type ItemId = Id<kind::Notice>;

/// Something left to the next shift.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// What is to be done.
    pub words: String,
    /// Who left it.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
    /// What became of it, who said so and when.
    pub ended: Option<(String, String, Timestamp)>,
}

db::sql! {
    OPEN = "SELECT id, words, by_name, at, ended_words, ended_name, ended_at FROM duty_item \
            WHERE unit_path = $1 AND ended_at IS NULL ORDER BY at, id";
    CARRIED = "SELECT i.id, i.words, i.by_name, i.at, i.ended_words, i.ended_name, i.ended_at FROM duty_carried c \
               JOIN duty_item i ON i.id = c.item_id WHERE c.note_id = $1 ORDER BY i.at, i.id";
    INSERT = "INSERT INTO duty_item (id, note_id, unit_path, matter_id, words, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CARRY = "INSERT INTO duty_carried (note_id, item_id) VALUES ($1, $2)";
    END = "UPDATE duty_item SET ended_words = $2, ended_name = $3, ended_at = $4 WHERE id = $1 AND ended_at IS NULL";
}

const HEAD: &str = "SELECT id, words, by_name, at, ended_words, ended_name, ended_at FROM duty_item";

fn read(row: &Row) -> Result<Item, db::Error> {
    let at: Option<Timestamp> = row.get("ended_at")?;
    let (words, name): (String, String) = (row.get("ended_words")?, row.get("ended_name")?);
    Ok(Item {
        id: row.get("id")?,
        words: row.get("words")?,
        by: row.get("by_name")?,
        at: row.get("at")?,
        ended: at.map(|at| (words, name, at)),
    })
}

impl Item {
    /// When and by whom it was left: `2026-09-23 17:00 张伟`.
    pub fn since(&self) -> String {
        format!("{} {}", kernel::office_minute(self.at), self.by)
    }

    /// What became of it, in a line; empty while it is open.
    pub fn outcome(&self) -> String {
        self.ended.as_ref().map_or_else(String::new, |(words, name, at)| {
            format!("{words}（{name} {}）", kernel::office_minute(*at))
        })
    }
}

/// What is open in a unit.
///
/// # Errors
/// A fault of the database.
pub fn open(tx: &mut Tx, unit_path: &str) -> Result<Vec<Item>> {
    Ok(tx.query(&OPEN, &params![unit_path])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// What a note carried.
///
/// # Errors
/// A fault of the database.
pub fn of_note(tx: &mut Tx, note: NoteId) -> Result<Vec<Item>> {
    Ok(tx.query(&CARRIED, &params![note])?.iter().map(read).collect::<Result<_, _>>()?)
}

pub(crate) fn one(ctx: &Ctx, id: ItemId) -> Select {
    Select::from(HEAD).and(SEEN, place::seen_values(ctx)).and("id = ?", params![id])
}

/// Leaves `words` to the next shift, with the note that says so.
pub(crate) fn leave(tx: &mut Tx, ctx: &Ctx, note: NoteId, unit_path: &str, words: &str) -> Result<ItemId> {
    let matter: Option<MatterId> = discretion::check(tx, ctx, "items", words)?;
    let (id, by): (ItemId, _) = (ctx.id(), ctx.officer()?.name.clone());
    tx.execute(&INSERT, &params![id, note, unit_path, matter, words, by, ctx.now])?;
    Ok(id)
}

/// Notes that a note carries an item.
pub(crate) fn carry(tx: &mut Tx, note: NoteId, item: ItemId) -> Result<()> {
    tx.execute(&CARRY, &params![note, item])?;
    Ok(())
}

/// Says what became of an item; it is carried no more.
///
/// # Errors
/// Refusals without the right or words, for one that is done; not found.
pub fn end(tx: &mut Tx, ctx: &Ctx, id: ItemId, words: &str) -> Result<()> {
    ctx.may(Permission::StandDuty)?;
    let item = tx.select(&one(ctx, id))?.first().map(read).transpose()?.ok_or(Problem::NotFound)?;
    let refuse = |code, words: String| Problem::from(Refusal::new(code, words).at("done"));
    if let Some((_, name, at)) = item.ended {
        let at = kernel::office_minute(at);
        return Err(refuse("ended", format!("{name} {at} 已经登记办完")));
    }
    if words.is_empty() {
        return Err(refuse("words", "请写明办理结果".to_owned()));
    }
    discretion::check(tx, ctx, "done", words)?;
    tx.exactly_one(&END, &params![id, words, ctx.officer()?.name, ctx.now])?;
    Ok(journal::note(tx, ctx, &id.to_string(), "duty_item_end", &json!({}))?)
}
