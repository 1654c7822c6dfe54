//! Hand-over notes (交接班记录): written once by who stands the shift, taken by who stands the next; never changed, a correction
//! is an entry of its own.

use db::{Row, Select, Tx, params};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use kernel::{Ctx, Id, OFFICE_ZONE, OfficerId, Permission, Refusal, kind};
use serde_json::json;
use web::{Problem, Result};

use crate::{
    discretion,
    item::{self, Item},
    place,
    shift::{self, Shift, ShiftId},
    turn::{self, Turn},
};

/// An id of a note.
pub type NoteId = Id<kind::Paper>;
/// How far ahead the next shift is looked for.
const AHEAD: i64 = 14;
/// Notes on the page.
const LINES: usize = 60;
/// Items of one note.
const ITEMS: usize = 40;

/// A note.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Of which shift.
    pub shift: ShiftId,
    /// The shift's name.
    pub shift_name: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's place.
    pub unit_path: String,
    /// The day on which the shift began.
    pub day: Date,
    /// What happened.
    pub words: String,
    /// Who wrote it.
    pub by: OfficerId,
    /// The name.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
    /// Who took over, and when.
    pub taken: Option<(String, Timestamp)>,
}

/// What was added to a note.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What.
    pub words: String,
    /// Who, and when.
    pub by: String,
}

db::sql! {
    INSERT = "INSERT INTO duty_note (id, shift_id, unit_path, day, words, by_id, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    THERE = "SELECT COUNT(*) FROM duty_note WHERE shift_id = $1 AND day = $2";
    TAKE = "UPDATE duty_note SET taken_by = $2, taken_name = $3, taken_at = $4 WHERE id = $1 AND taken_at IS NULL";
    ENTER = "INSERT INTO duty_note_entry (id, note_id, words, by_name, at) VALUES ($1, $2, $3, $4, $5)";
    ENTRIES = "SELECT words, by_name, at FROM duty_note_entry WHERE note_id = $1 ORDER BY at, id";
}

const HEAD: &str = "SELECT n.id, n.shift_id, h.name AS shift_name, u.name AS unit_name, n.unit_path, n.day, n.words, n.by_id, n.by_name, \
     n.at, n.taken_name, n.taken_at FROM duty_note n JOIN duty_shift h ON h.id = n.shift_id JOIN unit u ON u.id = h.unit_id";
const SEEN: &str = "(n.unit_path >= ? AND n.unit_path < ?) OR ? LIKE n.unit_path || '%'";

fn read(row: &Row) -> Result<Note, db::Error> {
    let taken: Option<Timestamp> = row.get("taken_at")?;
    let name: Option<String> = row.get("taken_name")?;
    Ok(Note {
        id: row.get("id")?,
        shift: row.get("shift_id")?,
        shift_name: row.get("shift_name")?,
        unit_name: row.get("unit_name")?,
        unit_path: row.get("unit_path")?,
        day: row.get("day")?,
        words: row.get("words")?,
        by: row.get("by_id")?,
        by_name: row.get("by_name")?,
        at: row.get("at")?,
        taken: taken.map(|at| (name.unwrap_or_default(), at)),
    })
}

impl Note {
    /// Who wrote it and when.
    pub fn written(&self) -> String {
        format!("{} {}", self.by_name, kernel::office_minute(self.at))
    }

    /// Who took over and when; empty while nobody did.
    pub fn taken(&self) -> String {
        let words = |(name, at): &(String, Timestamp)| format!("{name} {}", kernel::office_minute(*at));
        self.taken.as_ref().map(words).unwrap_or_default()
    }
}

pub(crate) fn lately(ctx: &Ctx) -> Select {
    Select::from(HEAD).and(SEEN, place::seen_values(ctx)).order("n.at DESC, n.id").limit(LINES)
}

pub(crate) fn one(ctx: &Ctx, id: NoteId) -> Select {
    Select::from(HEAD).and(SEEN, place::seen_values(ctx)).and("n.id = ?", params![id])
}

pub(crate) fn untaken(ctx: &Ctx) -> Select {
    Select::from(HEAD)
        .and(SEEN, place::seen_values(ctx))
        .and("n.taken_at IS NULL", [])
        .order("n.at DESC, n.id")
        .limit(LINES)
}

/// The latest notes of the units whose rosters the actor may see.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Note>> {
    Ok(tx.select(&lately(ctx))?.iter().map(read).collect::<Result<_, _>>()?)
}

/// One note with what was added to it and what it carried.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn find(tx: &mut Tx, ctx: &Ctx, id: NoteId) -> Result<(Note, Vec<Entry>, Vec<Item>)> {
    let rows = tx.select(&one(ctx, id))?;
    let note = read(rows.first().ok_or(Problem::NotFound)?)?;
    let entry = |row: &Row| {
        let (name, at): (String, Timestamp) = (row.get("by_name")?, row.get("at")?);
        Ok::<_, db::Error>(Entry {
            words: row.get("words")?,
            by: format!("{name} {}", kernel::office_minute(at)),
        })
    };
    let entries = tx.query(&ENTRIES, &params![id])?.iter().map(entry).collect::<Result<_, _>>()?;
    Ok((note, entries, item::of_note(tx, id)?))
}

/// The shifts of which the actor may write the note now: own turns that have begun since the day before, without a note.
///
/// # Errors
/// A fault of the database.
pub fn due(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<(Turn, Shift)>> {
    let yesterday = ctx.today().yesterday().unwrap_or(ctx.today());
    let mut found = Vec::new();
    for turn in turn::of_officer(tx, ctx.officer()?.id, yesterday)? {
        // The roster of another unit: the post of a deputy, or one that ended.
        let shift = match shift::find(tx, ctx, turn.shift) {
            Err(Problem::NotFound) => continue,
            found => found?,
        };
        let noted: i64 = tx.scalar(&THERE, &params![turn.shift, turn.day])?;
        if begins(&shift, turn.day) <= ctx.now && noted == 0 {
            found.push((turn, shift));
        }
    }
    Ok(found)
}

/// When a shift of a day begins.
fn begins(shift: &Shift, day: Date) -> Timestamp {
    let at = day.at(0, 0, 0, 0).saturating_add(shift.hours.begins.minutes());
    OFFICE_ZONE.to_timestamp(at).unwrap_or(Timestamp::MAX)
}

/// Writes the note of a shift: what happened, and what is left, a line each. What was open already is carried on.
///
/// # Errors
/// Refusals for who does not stand the shift, before it begins, where there is a note, for words that name somebody; not found.
pub fn write(tx: &mut Tx, ctx: &Ctx, shift: ShiftId, day: Date, words: &str, items: &str) -> Result<NoteId> {
    ctx.may(Permission::StandDuty)?;
    let shift = shift::find(tx, ctx, shift)?;
    let refuse = |field, words: &str| Problem::from(Refusal::new(field, words.to_owned()).at(field));
    let stands = due(tx, ctx)?.iter().any(|(turn, _)| turn.shift == shift.id && turn.day == day);
    if !stands {
        let words = "只有这一班的值班人员或者带班领导可以写交接记录，开始值班以后写，一班一份；已有记录的请在其中补充";
        return Err(refuse("turn", words));
    }
    let lines: Vec<&str> = items.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > ITEMS || lines.iter().any(|line| line.chars().count() > 200) {
        return Err(refuse("items", "遗留事项最多 40 条，每条最多 200 字"));
    }
    if words.is_empty() {
        return Err(refuse("words", "请写明当班情况，没有特别情况的写“无”"));
    }
    discretion::check(tx, ctx, "words", words)?;
    let (id, officer): (NoteId, _) = (ctx.id(), ctx.officer()?);
    tx.execute(
        &INSERT,
        &params![id, shift.id, shift.unit_path, day, words, officer.id, officer.name, ctx.now],
    )?;
    for open in item::open(tx, &shift.unit_path)? {
        item::carry(tx, id, open.id)?;
    }
    for line in &lines {
        let left = item::leave(tx, ctx, id, &shift.unit_path, line)?;
        item::carry(tx, id, left)?;
    }
    let detail = json!({ "on": day, "items": lines.len() });
    journal::note(tx, ctx, &shift.name, "duty_note", &detail)?;
    Ok(id)
}

/// Who stands the next shift of the unit after the note's: the earliest that begins later and has somebody; empty where none is
/// on the roster.
fn next(tx: &mut Tx, note: &Note, own: &Shift) -> Result<Vec<OfficerId>> {
    let last = note.day.saturating_add(AHEAD.days());
    let shifts = shift::of_unit(tx, own.unit, note.day)?;
    let after = begins(own, note.day);
    let mut best: Option<(Timestamp, Vec<OfficerId>)> = None;
    for turn in turn::between(tx, &note.unit_path, note.day, last)? {
        let Some(shift) = shifts.iter().find(|shift| shift.id == turn.shift) else { continue };
        let at = begins(shift, turn.day);
        if at <= after || turn.away {
            continue;
        }
        match &mut best {
            Some((first, who)) if *first == at => who.push(turn.officer),
            Some((first, _)) if *first < at => {}
            _ => best = Some((at, vec![turn.officer])),
        }
    }
    Ok(best.map(|(_, who)| who).unwrap_or_default())
}

/// Whether the acting officer is to take the note.
///
/// # Errors
/// A fault of the database.
pub fn is_mine(tx: &mut Tx, ctx: &Ctx, note: &Note) -> Result<bool> {
    let officer = ctx.officer()?;
    if note.taken.is_some() || ctx.may(Permission::StandDuty).is_err() {
        return Ok(false);
    }
    let shift = shift::find(tx, ctx, note.shift)?;
    let next = next(tx, note, &shift)?;
    if next.is_empty() {
        // Nobody is on the roster: somebody of the unit takes it, but not who wrote it.
        return Ok(officer.id != note.by && officer.unit_path.starts_with(&note.unit_path));
    }
    Ok(next.contains(&officer.id))
}

/// Takes over (接班): the one change a note knows.
///
/// # Errors
/// Refusals for who does not stand the next shift, or where somebody took it; not found.
pub fn take(tx: &mut Tx, ctx: &Ctx, id: NoteId) -> Result<Note> {
    let (note, ..) = find(tx, ctx, id)?;
    let refuse = |code, words: String| Problem::from(Refusal::new(code, words));
    if note.taken.is_some() {
        return Err(refuse("taken", format!("{} 已经接班", note.taken())));
    }
    if !is_mine(tx, ctx, &note)? {
        return Err(refuse("not_next", "由下一班的值班人员接班".to_owned()));
    }
    let officer = ctx.officer()?;
    tx.exactly_one(&TAKE, &params![id, officer.id, officer.name, ctx.now])?;
    journal::note(tx, ctx, &note.shift_name, "duty_note_taken", &json!({ "on": note.day }))?;
    Ok(note)
}

/// Adds a correction or an addition to a note.
///
/// # Errors
/// Refusals without words, for words that name somebody, for who is of another unit; not found.
pub fn enter(tx: &mut Tx, ctx: &Ctx, id: NoteId, words: &str) -> Result<()> {
    ctx.may(Permission::StandDuty)?;
    let (note, ..) = find(tx, ctx, id)?;
    if words.is_empty() {
        return Err(Refusal::new("words", "请写明更正或者补充的内容").at("words").into());
    }
    discretion::check(tx, ctx, "words", words)?;
    let entry: NoteId = ctx.id();
    tx.execute(&ENTER, &params![entry, id, words, ctx.officer()?.name, ctx.now])?;
    Ok(journal::note(tx, ctx, &note.shift_name, "duty_note_entry", &json!({ "on": note.day }))?)
}

/// How many notes wait for the actor to take them.
///
/// # Errors
/// A fault of the database.
pub fn waiting(tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
    let mut count = 0;
    for row in tx.select(&untaken(ctx))? {
        count += usize::from(is_mine(tx, ctx, &read(&row)?)?);
    }
    Ok(count)
}
