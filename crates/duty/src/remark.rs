//! Remarks and corrections in the book of a day: entries of their own, with who and when; nothing that stands is changed. Each
//! is a row of the journal too, with a keyed mark of its words, so that a changed one shows.

use db::{Row, Select, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, Id, Keyring, MatterId, Permission, Refusal, hex, kind, mask, words};
use serde_json::json;
use web::{Problem, Result};

use crate::{book, discretion, place};

/// An id of a remark.
pub type RemarkId = Id<kind::Notice>;
/// The journal's verbs of both kinds.
const VERBS: [&str; 2] = ["day_log_remark", "day_log_correction"];

words! {
    /// What an entry is.
    Kind {
        /// Adds something.
        Remark = "remark", "备注";
        /// Says what is wrong in the book, and how it was.
        Correction = "correction", "更正";
    }
}

/// A remark.
#[derive(Clone, Debug)]
pub struct Remark {
    /// Its id.
    pub id: RemarkId,
    /// What it is.
    pub kind: Kind,
    /// The unit's name.
    pub unit: String,
    /// What it says.
    pub words: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Whether the words are those the journal knows of; those that were cleared by the rules of retention are.
    pub holds: bool,
}

db::sql! {
    INSERT = "INSERT INTO day_remark (id, unit_id, unit_path, day, kind, matter_id, words, by_id, by_name, at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    MARK = "SELECT detail FROM journal WHERE verb = $1 AND at = $2 AND subject = $3";
}

const HEAD: &str = "SELECT r.id, r.kind, r.words, r.by_name, r.at, u.name AS unit FROM day_remark r JOIN unit u ON u.id = r.unit_id";

impl Remark {
    /// Who and when.
    pub fn signed(&self) -> String {
        format!("{} {} {}", self.unit, self.by, kernel::office_minute(self.at))
    }
}

fn verb(kind: Kind) -> &'static str {
    match kind {
        Kind::Remark => VERBS[0],
        Kind::Correction => VERBS[1],
    }
}

fn mark(keyring: &Keyring, id: RemarkId, words: &str) -> String {
    hex(&keyring.journal_seal(format!("day remark {id} {words}").as_bytes()))
}

/// The remarks of a day from the units at or below `path`.
pub(crate) fn of_day(day: Date, path: &str) -> Select {
    Select::from(HEAD)
        .and("r.day = ?", params![day])
        .and("r.unit_path >= ? AND r.unit_path < ?", params![path, format!("{path}~")])
        .order("r.at, r.id")
}

/// The remarks of a day from the units at or below `path`, each held against the journal.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, ctx: &Ctx, day: Date, path: &str) -> Result<Vec<Remark>> {
    let mut found = Vec::new();
    for row in tx.select(&of_day(day, path))? {
        let mut remark = read(&row)?;
        let known = tx.one(&MARK, &params![verb(remark.kind), remark.at, remark.id.to_string()])?;
        let detail: Option<String> = known.map(|row| row.get("detail")).transpose()?;
        let known = detail.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
        let same = known.is_some_and(|known| known["mark"] == mark(ctx.keyring(), remark.id, &remark.words));
        remark.holds = same || remark.words.contains(mask::FORGOTTEN);
        found.push(remark);
    }
    Ok(found)
}

fn read(row: &Row) -> Result<Remark, db::Error> {
    Ok(Remark {
        id: row.get("id")?,
        kind: Kind::from_code(&row.get::<String>("kind")?).unwrap_or(Kind::Remark),
        unit: row.get("unit")?,
        words: row.get("words")?,
        by: row.get("by_name")?,
        at: row.get("at")?,
        holds: false,
    })
}

/// Writes a remark or a correction into the book of a day of the actor's unit.
///
/// # Errors
/// Refusals without the right or words, for a day that has not come, for words that name somebody of a matter of that day.
pub fn write(tx: &mut Tx, ctx: &Ctx, day: Date, kind: Kind, words: &str) -> Result<RemarkId> {
    ctx.may(Permission::StandDuty)?;
    let refuse = |field, words: &str| Problem::from(Refusal::new(field, words.to_owned()).at(field));
    if words.is_empty() {
        return Err(refuse("words", "请写明备注或者更正的内容"));
    }
    if day > ctx.today() {
        return Err(refuse("words", "这一天还没有到"));
    }
    let matter: Option<MatterId> = discretion::check(tx, ctx, "words", words)?;
    for one in book::matters_of(tx, ctx, day)? {
        if discretion::names(tx, ctx, &one, words)? {
            return Err(discretion::refusal("words"));
        }
    }
    let (id, officer): (RemarkId, _) = (ctx.id(), ctx.officer()?);
    tx.execute(
        &INSERT,
        &params![
            id,
            officer.unit,
            place::path(ctx),
            day,
            kind.code(),
            matter,
            words,
            officer.id,
            officer.name,
            ctx.now
        ],
    )?;
    let detail = json!({ "on": day, "mark": mark(ctx.keyring(), id, words) });
    journal::note(tx, ctx, &id.to_string(), verb(kind), &detail)?;
    Ok(id)
}
