//! The watch list (关注名单): brands and traders of which the first complaint rings.

use db::{Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, Permission, Refusal, office_date};
use serde_json::json;
use web::{Problem, Result};

use crate::{alarm::WatchId, stream::Key};

/// Words that stand at most.
const MOST: usize = 200;

db::sql! {
    STANDING = "SELECT w.id, w.word, w.why, w.at, o.name AS by_name FROM watch_word w JOIN officer o ON o.id = w.by_id \
                WHERE w.ended_at IS NULL ORDER BY w.at, w.id";
    RANG = "SELECT COUNT(*) FROM alarm WHERE kind = 'listed' AND stream = $1 AND at >= $2";
    ADD = "INSERT INTO watch_word (id, word, why, by_id, at) VALUES ($1, $2, $3, $4, $5)";
    END = "UPDATE watch_word SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
}

/// A word on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its id.
    pub id: WatchId,
    /// The brand or trader.
    pub word: String,
    /// Why it is watched.
    pub why: String,
    /// Who put it there.
    pub by: String,
    /// Since when.
    pub since: Date,
    /// Whether it rang since then.
    pub rang: bool,
}

/// The words that stand.
///
/// # Errors
/// A fault of the database.
pub fn standing(tx: &mut Tx) -> Result<Vec<Word>> {
    let mut found = Vec::new();
    for row in tx.query(&STANDING, &[])? {
        let (word, at): (String, Timestamp) = (row.get("word")?, row.get("at")?);
        let key = Key::one("word", &word).stored();
        found.push(Word {
            id: row.get("id")?,
            rang: tx.scalar::<i64>(&RANG, &params![key, at])? > 0,
            word,
            why: row.get("why")?,
            by: row.get("by_name")?,
            since: office_date(at),
        });
    }
    Ok(found)
}

/// Puts a word on the list.
///
/// # Errors
/// Refusals without the right, for a word that is too short to say anything, or that stands already.
pub fn add(tx: &mut Tx, ctx: &Ctx, word: &str, why: &str) -> Result<()> {
    ctx.may(Permission::DecideAlarms)?;
    let officer = ctx.officer()?.id;
    if word.chars().count() < 2 {
        return Err(Refusal::new("word", "请填写至少两个字的品牌或者经营者名称").at("word").into());
    }
    let standing = standing(tx)?;
    if standing.iter().any(|one| one.word == word) {
        return Err(Refusal::new("word", "名单上已经有了").at("word").into());
    }
    if standing.len() >= MOST {
        return Err(Refusal::new("word", format!("名单最多 {MOST} 个，请先撤下不用的")).at("word").into());
    }
    let id: WatchId = ctx.id();
    tx.execute(&ADD, &params![id, word, why, officer, ctx.now])?;
    Ok(journal::note(tx, ctx, &id.to_string(), "watch_word", &json!({ "word": word }))?)
}

/// Takes a word off the list.
///
/// # Errors
/// Refusals without the right; not found when it does not stand.
pub fn end(tx: &mut Tx, ctx: &Ctx, id: WatchId) -> Result<()> {
    ctx.may(Permission::DecideAlarms)?;
    if tx.execute(&END, &params![id, ctx.now])? == 0 {
        return Err(Problem::NotFound);
    }
    Ok(journal::note(tx, ctx, &id.to_string(), "watch_word_end", &json!({}))?)
}
