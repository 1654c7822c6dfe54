//! The seal of a day's book: a row of the journal with the number and the digest of all rows of the day, and the digest of the
//! seal before. The journal is chained with a key that lies outside the database; so is this row, and with it the book.
//!
//! The digest is over the whole day of the whole office, not over a unit's lines: a matter that goes to another unit moves its
//! lines from one unit's book to another's, and no seal may break by that.

use db::{Tx, params};
use jiff::{SignedDuration, Timestamp, civil::Date};
use journal::{Heads, Record, Stretch};
use kernel::{Ctx, Keyring, OFFICE_ZONE, hex, sm3};
use serde_json::{Value as Json, json};
use web::Result;

/// The verb of a seal in the journal.
pub const SEALED: &str = "day_log_sealed";
/// So long after midnight the book of the day before is closed: what was begun before midnight is written by then.
const PATIENCE: SignedDuration = SignedDuration::from_mins(30);
/// Days closed in one turn.
const STRETCH: usize = 31;

db::sql! {
    OF_DAY = "SELECT id, lane, seq, matter_id, subject, verb, actor_id, actor, post, at, request, state, detail, seal FROM journal \
              WHERE verb = 'day_log_sealed' AND subject = $1 ORDER BY at, id LIMIT 1";
    LAST = "SELECT MAX(subject) AS day FROM journal WHERE verb = 'day_log_sealed'";
    DAYS = "SELECT DISTINCT subject FROM journal WHERE verb = 'day_log_sealed' AND subject >= $1 AND subject <= $2 ORDER BY subject";
}

/// The seal of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The day.
    pub day: Date,
    /// When the book was closed.
    pub at: Timestamp,
    /// Rows of the journal of that day.
    pub rows: u64,
    /// The digest over the day's rows and the seal before.
    pub digest: String,
    /// The digest of the seal before; empty for the first.
    pub before: String,
    /// The heads of the journal's lanes when the book was closed.
    pub heads: Heads,
}

impl Seal {
    /// When the book was closed: `2026-09-24 00:30`.
    pub fn when(&self) -> String {
        kernel::office_minute(self.at)
    }
}

/// From the first instant of a day to the first of the next.
pub(crate) fn span(day: Date) -> (Timestamp, Timestamp) {
    let at = |day: Date| OFFICE_ZONE.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX);
    (at(day), day.tomorrow().map_or(Timestamp::MAX, at))
}

fn digest(day: Date, before: &str, stretch: &Stretch) -> String {
    hex(&sm3(format!("day-log 1\n{day}\n{before}\n{}\n{}", stretch.rows, stretch.digest).as_bytes()))
}

fn read(record: &Record) -> Option<Seal> {
    let detail = &record.detail;
    let text = |key: &str| detail.get(key).and_then(Json::as_str).map(str::to_owned);
    let heads = detail.get("heads")?.as_object()?;
    let head = |(lane, seq): (&String, &Json)| Some((lane.parse().ok()?, seq.as_i64()?));
    Some(Seal {
        day: record.subject.parse().ok()?,
        at: record.at,
        rows: detail.get("rows")?.as_u64()?,
        digest: text("digest")?,
        before: text("before")?,
        heads: heads.iter().map(head).collect::<Option<_>>()?,
    })
}

/// The seal of `day`, where the book is closed.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, day: Date) -> Result<Option<Seal>> {
    let row = tx.one(&OF_DAY, &params![day])?;
    Ok(row.as_ref().map(Record::read).transpose()?.as_ref().and_then(read))
}

/// The days between two whose books are closed.
///
/// # Errors
/// A fault of the database.
pub fn days(tx: &mut Tx, first: Date, last: Date) -> Result<Vec<Date>> {
    let rows = tx.query(&DAYS, &params![first, last])?;
    Ok(rows.iter().map(|row| row.get("subject")).collect::<Result<_, db::Error>>()?)
}

fn last(tx: &mut Tx) -> Result<Option<Date>> {
    let row = tx.one(&LAST, &[])?;
    Ok(row.map(|row| row.get::<Option<Date>>("day")).transpose()?.flatten())
}

/// Closes the book of `day`; nothing happens where it is closed, or not over yet.
///
/// # Errors
/// A fault of the database.
pub fn close(tx: &mut Tx, ctx: &Ctx, day: Date) -> Result<Option<Seal>> {
    let (from, until) = span(day);
    if of(tx, day)?.is_some() || ctx.now < until {
        return Ok(None);
    }
    let before = match last(tx)? {
        Some(last) => of(tx, last)?.map(|seal| seal.digest).unwrap_or_default(),
        None => String::new(),
    };
    // Heads first: on PostgreSQL every statement sees what was committed before it, so all rows up to the heads are seen.
    let heads = journal::heads(tx)?;
    let stretch = journal::stretch(tx, ctx.keyring(), from, until, &heads)?;
    let digest = digest(day, &before, &stretch);
    let named: serde_json::Map<String, Json> =
        heads.iter().map(|(lane, seq)| (lane.to_string(), json!(seq))).collect();
    let detail = json!({ "rows": stretch.rows, "digest": digest, "before": before, "heads": named });
    journal::note(tx, ctx, &day.to_string(), SEALED, &detail)?;
    Ok(Some(Seal { day, at: ctx.now, rows: stretch.rows, digest, before, heads }))
}

/// Closes the books of the days that are over: from the day after the last that is closed, else yesterday's. How many.
///
/// # Errors
/// A fault of the database.
pub fn close_due(tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
    let Ok(over) = kernel::office_date(ctx.now.saturating_sub(PATIENCE).unwrap_or(ctx.now)).yesterday()
    else {
        return Ok(0);
    };
    let first = last(tx)?.map_or(over, |last| last.tomorrow().unwrap_or(over));
    let mut count = 0;
    for day in crate::roster::days(first, over).take(STRETCH) {
        count += usize::from(close(tx, ctx, day)?.is_some());
    }
    Ok(count)
}

/// What a look at the book of a day found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The day.
    pub day: Date,
    /// The seal, where the book is closed.
    pub seal: Option<Seal>,
    /// What is wrong, in sentences; empty where nothing is.
    pub faults: Vec<String>,
    /// Rows of the day that hold.
    pub rows: u64,
    /// Rows that came into the day after its book was closed.
    pub later: u64,
}

impl Finding {
    /// Whether the book is as it was.
    pub const fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }

    /// The finding in a line.
    pub fn words(&self) -> String {
        if !self.is_whole() {
            return format!("{} 校验不通过：{}", self.day, self.faults.join("；"));
        }
        let later = match self.later {
            0 => String::new(),
            later => format!("，封存后另有 {later} 行记入这一天"),
        };
        match &self.seal {
            Some(seal) => {
                format!("{} 与封存时一致：日志 {} 行，摘要 {}{later}", self.day, seal.rows, seal.digest)
            }
            None => format!("{} 尚未封存：日志 {} 行，逐行校验完整", self.day, self.rows),
        }
    }
}

/// Recomputes the book of a day from the journal: each row against the one before it, the whole against the seal, the seal
/// against its own row and the seal before.
///
/// # Errors
/// A fault of the database.
pub fn verify(tx: &mut Tx, keyring: &Keyring, day: Date) -> Result<Finding> {
    let (from, until) = span(day);
    let seal = of(tx, day)?;
    let heads = match &seal {
        Some(seal) => seal.heads.clone(),
        None => journal::heads(tx)?,
    };
    let stretch = journal::stretch(tx, keyring, from, until, &heads)?;
    let mut faults: Vec<String> = stretch
        .verdict
        .broken
        .iter()
        .map(|broken| format!("第 {} 链第 {} 行{}", broken.lane, broken.seq, broken.why))
        .collect();
    if let Some(seal) = &seal {
        if seal.rows != stretch.rows {
            faults.push(format!("封存时 {} 行，现有 {} 行", seal.rows, stretch.rows));
        }
        if digest(day, &seal.before, &stretch) != seal.digest {
            faults.push("摘要与封存时不一致".to_owned());
        }
        faults.extend(of_seal(tx, keyring, seal)?);
    }
    let rows = stretch.verdict.rows;
    Ok(Finding { day, seal, faults, rows, later: stretch.later })
}

/// What is wrong with the row of the seal itself.
fn of_seal(tx: &mut Tx, keyring: &Keyring, seal: &Seal) -> Result<Vec<String>> {
    let next = seal.at.saturating_add(SignedDuration::from_millis(1)).unwrap_or(seal.at);
    let own = journal::stretch(tx, keyring, seal.at, next, &seal.heads)?;
    let mut faults = Vec::new();
    if !own.verdict.broken.is_empty() {
        faults.push("封存记录本身被改动".to_owned());
    }
    let days = days(tx, seal.day.saturating_sub(jiff::Span::new().days(400)), seal.day)?;
    let previous = days.iter().rev().find(|day| **day < seal.day);
    if let Some(previous) = previous {
        let digest = of(tx, *previous)?.map(|seal| seal.digest).unwrap_or_default();
        if digest != seal.before {
            faults.push(format!("与前一份封存（{previous}）不相接"));
        }
    }
    Ok(faults)
}
