//! The book of a day (申诉举报日记): what the journal says was done to the matters within the actor's reach on that day, in order.
//!
//! Nothing that a person typed stands in it but the titles of matters that are no reports: time, number, act, clock and days,
//! officer and unit. So neither a reporter nor anybody else is named, whatever a row of the journal holds.

use std::collections::BTreeMap;

use db::{Cursor, Row, Select, Tx, Way, params};
use jiff::{Timestamp, civil::Date};
use journal::Record;
use kernel::{Ctx, words};
use matters::{Kind, Matter, timeline};
use web::Result;

use crate::{rules::discreet, seal};

/// Lines on a page of the screen.
pub const LINES: usize = 300;
/// Lines of a print.
pub const PRINTED: usize = 6_000;
/// Matters of a day that a remark is held against.
const HELD: usize = 2_000;

words! {
    /// What kind of thing was done.
    Part {
        /// Something came in.
        Intake = "intake", "接收";
        /// Somebody was told.
        Notice = "notice", "告知";
        /// Anything else.
        Act = "act", "办理";
    }
}

impl Part {
    /// By the verb of the journal.
    pub fn of(verb: &str) -> Self {
        match verb {
            "register" | "import" | "split" | "talk" => Self::Intake,
            _ if verb.starts_with("notice_") || verb == "talk_reply" => Self::Notice,
            _ => Self::Act,
        }
    }
}

const HEAD: &str = "SELECT j.id, j.lane, j.seq, j.matter_id, j.subject, j.verb, j.actor_id, j.actor, j.post, j.at, j.request, j.state, \
     j.detail, j.seal, m.number, m.kind, m.title, u.name AS unit FROM journal j JOIN matter m ON m.id = j.matter_id \
     JOIN unit u ON u.id = m.unit_id";
const COUNT: &str = "SELECT u.name AS unit, u.path, j.verb, COUNT(*) AS count FROM journal j JOIN matter m ON m.id = j.matter_id \
     JOIN unit u ON u.id = m.unit_id";
const DAYS: &str = "SELECT (j.at + 28800000) / 86400000 AS day, COUNT(*) AS count FROM journal j JOIN matter m ON m.id = j.matter_id";

/// A line of the book.
#[derive(Clone, Debug)]
pub struct Line {
    /// `09:30`.
    pub at: String,
    /// The matter's number.
    pub number: String,
    /// 投诉, 举报, …
    pub kind: &'static str,
    /// What the matter is about; nothing for a report.
    pub title: String,
    /// What kind of thing was done.
    pub part: Part,
    /// What was done, with clock and days.
    pub what: String,
    /// Who, from which post.
    pub who: String,
    /// Which unit has the matter.
    pub unit: String,
    /// Whether it came into the day after its book was closed.
    pub later: bool,
}

/// How much was done in a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The unit.
    pub unit: String,
    /// Came in.
    pub intake: i64,
    /// Done.
    pub acts: i64,
    /// Told.
    pub notices: i64,
}

/// Rows of the journal about matters within reach, of a day and of a unit with those below it.
fn narrowed(list: Select, ctx: &Ctx, (from, until): (Timestamp, Timestamp), path: &str) -> Select {
    let (condition, values) = matters::visible(ctx);
    list.and("j.at >= ? AND j.at < ?", params![from, until])
        .and("m.unit_path >= ? AND m.unit_path < ?", params![path, format!("{path}~")])
        .and(condition, values)
}

pub(crate) fn rows(ctx: &Ctx, day: Date, path: &str, size: usize, after: Option<&Cursor>) -> Select {
    narrowed(Select::from(HEAD), ctx, seal::span(day), path).pages("j.at, j.id", Way::Up, size, after)
}

pub(crate) fn count_of(ctx: &Ctx, day: Date, path: &str) -> Select {
    narrowed(Select::from(COUNT), ctx, seal::span(day), path)
        .group("u.name, u.path, j.verb")
        .order("u.path, j.verb")
}

pub(crate) fn days_of(ctx: &Ctx, first: Date, last: Date, path: &str) -> Select {
    let span = (seal::span(first).0, seal::span(last).1);
    narrowed(Select::from(DAYS), ctx, span, path).group("(j.at + 28800000) / 86400000")
}

pub(crate) fn those_of(ctx: &Ctx, day: Date) -> Select {
    let (from, until) = seal::span(day);
    matters::within_reach(ctx)
        .and("m.id IN (SELECT j.matter_id FROM journal j WHERE j.at >= ? AND j.at < ?)", params![from, until])
        .limit(HELD)
}

fn line(row: &Row, heads: Option<&journal::Heads>) -> Result<Line, db::Error> {
    let record = Record::read(row)?;
    let kind = Kind::from_code(&row.get::<String>("kind")?);
    let title: String = row.get("title")?;
    let title = match kind {
        Some(Kind::Report) => String::new(),
        _ if discreet::tells_a_number(&title) => String::new(),
        _ => title,
    };
    let days = timeline::days(&record);
    let what = timeline::words(&record.verb).to_owned();
    let (lane, seq): (i64, i64) = (row.get("lane")?, row.get("seq")?);
    Ok(Line {
        at: kernel::office_minute(record.at).split(' ').nth(1).unwrap_or_default().to_owned(),
        number: row.get("number")?,
        kind: kind.map_or("", Kind::label),
        title,
        part: Part::of(&record.verb),
        what: if days.is_empty() { what } else { format!("{what}：{days}") },
        who: timeline::who(&record),
        unit: row.get("unit")?,
        later: heads.is_some_and(|heads| heads.get(&lane).is_none_or(|head| seq > *head)),
    })
}

/// Lines of the book from a place on, and where the next begin.
///
/// # Errors
/// A fault of the database; a cursor of another list.
pub fn lines(
    tx: &mut Tx,
    ctx: &Ctx,
    day: Date,
    path: &str,
    size: usize,
    after: Option<&Cursor>,
) -> Result<(Vec<Line>, Option<Cursor>)> {
    let heads = seal::of(tx, day)?.map(|seal| seal.heads);
    let page = tx.page(&rows(ctx, day, path, size, after), |row| line(row, heads.as_ref()))?;
    Ok((page.rows, page.next))
}

/// How much was done, unit by unit.
///
/// # Errors
/// A fault of the database.
pub fn counts(tx: &mut Tx, ctx: &Ctx, day: Date, path: &str) -> Result<Vec<Count>> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for row in tx.select(&count_of(ctx, day, path))? {
        let (at, unit, verb): (String, String, String) =
            (row.get("path")?, row.get("unit")?, row.get("verb")?);
        let count = counts.entry(at).or_default();
        count.unit = unit;
        let number: i64 = row.get("count")?;
        match Part::of(&verb) {
            Part::Intake => count.intake += number,
            Part::Notice => count.notices += number,
            Part::Act => count.acts += number,
        }
    }
    Ok(counts.into_values().collect())
}

/// Lines of each day between two; days without any are not there.
///
/// # Errors
/// A fault of the database.
pub fn per_day(tx: &mut Tx, ctx: &Ctx, first: Date, last: Date, path: &str) -> Result<BTreeMap<Date, i64>> {
    let epoch = Date::constant(1970, 1, 1);
    let mut found = BTreeMap::new();
    for row in tx.select(&days_of(ctx, first, last, path))? {
        let number: i64 = row.get("day")?;
        let day = epoch.checked_add(jiff::Span::new().days(i32::try_from(number).unwrap_or(0)));
        found.insert(day.unwrap_or(epoch), row.get("count")?);
    }
    Ok(found)
}

/// The matters of a day within the actor's reach.
pub(crate) fn matters_of(tx: &mut Tx, ctx: &Ctx, day: Date) -> Result<Vec<Matter>> {
    Ok(tx.select(&those_of(ctx, day))?.iter().map(Matter::read).collect::<Result<_, _>>()?)
}
