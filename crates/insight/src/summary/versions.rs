//! Versions of a report's text: one for every save, none ever lost.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Refusal, office_minute, workflow};
use numerals::Ledger;
use serde_json::json;
use web::{Problem, Result};

use super::{
    Act, Kept, MOVES, SummaryId, find,
    seals::{Seal, Seals},
    store::{mark, write},
    text::{joined, title_of},
};

/// Characters of a text.
pub const LONGEST: usize = 20_000;

db::sql! {
    ALL = "SELECT v.version, v.title, v.body, v.seals, v.note, o.name AS maker, v.made_at \
           FROM summary_version v JOIN officer o ON o.id = v.made_by WHERE v.summary_id = $1 ORDER BY v.version DESC";
    ONE = "SELECT v.version, v.title, v.body, v.seals, v.note, o.name AS maker, v.made_at \
           FROM summary_version v JOIN officer o ON o.id = v.made_by WHERE v.summary_id = $1 AND v.version = $2";
    RENEW = "UPDATE summary SET title = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'";
}

/// A version.
#[derive(Clone, Debug)]
pub struct Version {
    /// From 1.
    pub version: i64,
    /// Its title.
    pub title: String,
    /// Its text with the title.
    pub text: String,
    /// What the writer said of it.
    pub note: String,
    /// Who wrote it.
    pub maker: String,
    /// When.
    pub at: Timestamp,
}

fn read(row: &Row) -> Result<Version, db::Error> {
    Ok(Version {
        version: row.get("version")?,
        title: row.get("title")?,
        text: row.get("body")?,
        note: row.get("note")?,
        maker: row.get("maker")?,
        at: row.get("made_at")?,
    })
}

/// What is typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Title.
    pub title: String,
    /// What stands below it.
    pub text: String,
    /// What was changed.
    pub note: String,
}

impl Kept {
    /// Its versions, the latest first.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn versions(&self, tx: &mut Tx) -> Result<Vec<Version>> {
        Ok(tx.query(&ALL, &params![self.id])?.iter().map(read).collect::<Result<_, _>>()?)
    }

    /// One of its versions.
    ///
    /// # Errors
    /// [`Problem::NotFound`].
    pub fn version(&self, tx: &mut Tx, version: i64) -> Result<Version> {
        let row = tx.one(&ONE, &params![self.id, version])?.ok_or(Problem::NotFound)?;
        Ok(read(&row)?)
    }

    /// Refuses what was prepared on another version.
    pub(super) fn fresh(&self, tx: &mut Tx, version: i64) -> Result<()> {
        if version == self.version {
            return Ok(());
        }
        let last = self.version(tx, self.version)?;
        let (who, at, number) = (last.maker, office_minute(last.at), last.version);
        Err(Problem::Stale(format!("{who}在 {at} 保存了第 {number} 版，请核对后再办理")))
    }
}

/// Saves what was typed as the next version, on the version it was typed over; the version that stands then. A text that fails the
/// second reader is saved all the same and marked.
///
/// # Errors
/// [`Problem::Stale`] where somebody saved in between; refusals of the table, without a title or a text.
pub fn save(tx: &mut Tx, ctx: &Ctx, id: SummaryId, base: i64, typed: &Typed) -> Result<i64> {
    let kept = find(tx, ctx, id)?;
    let role = ctx.officer()?.role;
    workflow::find(MOVES, kept.state, Act::Save, Some(role))?;
    kept.fresh(tx, base)?;
    for (words, name, sentence) in
        [(&typed.title, "title", "请填写标题"), (&typed.text, "text", "请填写正文")]
    {
        if words.trim().is_empty() {
            return Err(Refusal::new("empty", sentence).at(name).into());
        }
    }
    let text = joined(&typed.title.replace(['\n', '\r'], " "), &typed.text);
    let ledger = kept.ledger()?;
    if text == kept.text {
        return Ok(kept.version);
    }
    put(tx, ctx, &kept, &ledger, (&text, typed.note.trim()), Vec::new())
}

/// Keeps a text as the version after `kept`, with the seals it carries along and those `new` in it.
pub(super) fn put(
    tx: &mut Tx,
    ctx: &Ctx,
    kept: &Kept,
    ledger: &Ledger,
    (text, words): (&str, &str),
    new: Vec<Seal>,
) -> Result<i64> {
    let (mut seals, _): (Seals, _) = kept.seals.carry(&kept.text, text, ledger);
    seals.put(new);
    let (id, version) = (kept.id, kept.version + 1);
    let title = title_of(text).0;
    tx.exactly_one(&RENEW, &params![id, kept.version, title])?;
    write(tx, ctx, (id, version), (&title, text), &seals, words)?;
    let detail =
        json!({ "title": title, "version": version, "text": mark(text), "broken": seals.broken.len() });
    journal::note(tx, ctx, &id.to_string(), Act::Save.code(), &detail)?;
    Ok(version)
}
