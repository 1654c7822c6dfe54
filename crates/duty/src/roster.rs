//! The roster of a stretch of days: what is kept on each, who stands it, what it lacks; how often everybody stood.

use std::collections::BTreeMap;

use db::Tx;
use jiff::{Timestamp, ToSpan as _, civil::Date};
use kernel::{Ctx, OFFICE_ZONE, OfficerId};
use law::{Calendar, Law};
use people::Unit;
use web::Result;

use crate::{
    place,
    rules::{self, Class, Part},
    shift::{self, Shift},
    turn::{self, Turn},
};

/// How far ahead a gap rings (缺口提醒), in days from today on.
pub const AHEAD: i64 = 14;

/// A shift on a day.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The shift.
    pub shift: Shift,
    /// Who stands it.
    pub officers: Vec<Turn>,
    /// Who leads it.
    pub leaders: Vec<Turn>,
    /// What it lacks; empty where nothing. Who is on leave is not there.
    pub lacks: String,
}

/// A day of the roster.
#[derive(Clone, Debug)]
pub struct Day {
    /// The day.
    pub day: Date,
    /// What it is.
    pub class: Class,
    /// The holiday's name, 调休上班, 周末, 工作日.
    pub words: String,
    /// Its shifts in their order.
    pub cells: Vec<Cell>,
}

impl Day {
    /// 周一 … 周日.
    pub fn weekday(&self) -> &'static str {
        rules::weekday(self.day)
    }
}

/// Every day from the first to the last.
pub fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(1.day()).take_while(move |day| *day <= last)
}

fn cell(shift: &Shift, day: Date, turns: &[Turn]) -> Cell {
    let of = |part: Part| -> Vec<Turn> {
        let mine = turns.iter().filter(|turn| turn.shift == shift.id && turn.day == day && turn.part == part);
        mine.cloned().collect()
    };
    let (officers, leaders) = (of(Part::Officer), of(Part::Leader));
    let here = |turns: &[Turn]| i64::try_from(turns.iter().filter(|turn| !turn.away).count()).unwrap_or(0);
    let lacks = rules::lacks(shift.officers, shift.led, here(&officers), here(&leaders));
    Cell { shift: shift.clone(), officers, leaders, lacks }
}

fn put_together(calendar: &Calendar, shifts: &[Shift], turns: &[Turn], first: Date, last: Date) -> Vec<Day> {
    let day = |day: Date| {
        let on = shifts.iter().filter(|shift| shift.is_on(calendar, day));
        Day {
            day,
            class: Class::of(calendar, day),
            words: rules::day_words(calendar, day),
            cells: on.map(|shift| cell(shift, day, turns)).collect(),
        }
    };
    days(first, last).map(day).collect()
}

/// The roster of a unit from the first to the last day.
///
/// # Errors
/// A fault of the database.
pub fn of_unit(tx: &mut Tx, unit: &Unit, first: Date, last: Date) -> Result<Vec<Day>> {
    let shifts = shift::of_unit(tx, unit.id, first)?;
    let turns = turn::between(tx, &unit.path, first, last)?;
    Ok(put_together(&Law::in_use().calendar, &shifts, &turns, first, last))
}

/// How often somebody stood or led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The person.
    pub officer: OfficerId,
    /// The name.
    pub name: String,
    /// On worked days.
    pub worked: u32,
    /// On weekends.
    pub weekend: u32,
    /// On holidays.
    pub holiday: u32,
}

impl Count {
    /// All together.
    pub const fn total(&self) -> u32 {
        self.worked + self.weekend + self.holiday
    }
}

/// How often everybody stood a shift of the unit from the first to the last day, by class of day.
///
/// # Errors
/// A fault of the database.
pub fn counts(tx: &mut Tx, unit: &Unit, first: Date, last: Date) -> Result<Vec<Count>> {
    let shifts = shift::of_unit(tx, unit.id, first)?;
    let calendar = &Law::in_use().calendar;
    let mut counts: BTreeMap<(String, OfficerId), Count> = BTreeMap::new();
    for turn in turn::between(tx, &unit.path, first, last)? {
        if !shifts.iter().any(|shift| shift.id == turn.shift) {
            continue;
        }
        let fresh =
            Count { officer: turn.officer, name: turn.name.clone(), worked: 0, weekend: 0, holiday: 0 };
        let count = counts.entry((turn.name, turn.officer)).or_insert(fresh);
        match Class::of(calendar, turn.day) {
            Class::Worked => count.worked += 1,
            Class::Weekend => count.weekend += 1,
            Class::Holiday => count.holiday += 1,
        }
    }
    Ok(counts.into_values().collect())
}

/// A shift of a day without enough officers, or without its leader.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The day.
    pub day: Date,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The shift's name.
    pub shift: String,
    /// What it lacks.
    pub lacks: String,
}

/// The gaps of the units below `path` from `today` on, [`AHEAD`] days far.
///
/// # Errors
/// A fault of the database.
pub fn gaps(tx: &mut Tx, path: &str, today: Date) -> Result<Vec<Gap>> {
    let last = today.saturating_add((AHEAD - 1).days());
    let shifts = shift::below(tx, path, today)?;
    if shifts.is_empty() {
        return Ok(Vec::new());
    }
    let turns = turn::between(tx, path, today, last)?;
    let units = people::units(tx)?;
    let mut found = Vec::new();
    for day in put_together(&Law::in_use().calendar, &shifts, &turns, today, last) {
        for cell in day.cells.into_iter().filter(|cell| !cell.lacks.is_empty()) {
            // A unit that was closed has no roster.
            let Some(unit) = units.iter().find(|unit| unit.id == cell.shift.unit) else { continue };
            found.push(Gap {
                day: day.day,
                unit: unit.code.clone(),
                unit_name: unit.name.clone(),
                shift: cell.shift.name,
                lacks: cell.lacks,
            });
        }
    }
    Ok(found)
}

/// A shift that runs at an instant.
#[derive(Clone, Debug)]
pub struct Now {
    /// The unit's name.
    pub unit: String,
    /// The shift with who stands it.
    pub cell: Cell,
}

impl Now {
    /// `中山所白班 张伟（带班 李敏）`.
    pub fn words(&self) -> String {
        let names = |turns: &[Turn]| {
            let here: Vec<&str> =
                turns.iter().filter(|turn| !turn.away).map(|turn| turn.name.as_str()).collect();
            here.join("、")
        };
        let (officers, leaders) = (names(&self.cell.officers), names(&self.cell.leaders));
        let who = match (officers.is_empty(), leaders.is_empty()) {
            (true, true) => "没有排班".to_owned(),
            (false, true) => officers,
            (true, false) => format!("带班 {leaders}"),
            (false, false) => format!("{officers}（带班 {leaders}）"),
        };
        format!("{}{} {who}", self.unit, self.cell.shift.name)
    }
}

/// What runs at `at` of these shifts. The units are asked for only where there are shifts: every look at the desk comes here.
fn running(tx: &mut Tx, shifts: &[Shift], at: Timestamp) -> Result<Vec<Now>> {
    if shifts.is_empty() {
        return Ok(Vec::new());
    }
    let here = OFFICE_ZONE.to_datetime(at);
    let (today, minute) = (here.date(), i64::from(here.hour()) * 60 + i64::from(here.minute()));
    let yesterday = today.yesterday().unwrap_or(today);
    let calendar = &Law::in_use().calendar;
    let mut found = Vec::new();
    for unit in people::units(tx)? {
        let own: Vec<&Shift> = shifts.iter().filter(|shift| shift.unit == unit.id).collect();
        if own.is_empty() {
            continue;
        }
        let turns = turn::between(tx, &unit.path, yesterday, today)?;
        for day in [yesterday, today] {
            let on = own.iter().filter(|shift| shift.is_on(calendar, day));
            for shift in on.filter(|shift| shift.hours.runs(day, today, minute)) {
                found.push(Now { unit: unit.name.clone(), cell: cell(shift, day, &turns) });
            }
        }
    }
    Ok(found)
}

/// Who is on duty now at the actor's unit and above it.
///
/// # Errors
/// A fault of the database.
pub fn now(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Now>> {
    let shifts = shift::above(tx, &place::path(ctx), yesterday(ctx))?;
    running(tx, &shifts, ctx.now)
}

/// Who is on duty now below the actor's unit too.
///
/// # Errors
/// A fault of the database.
pub fn now_below(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Now>> {
    let (own, since) = (place::path(ctx), yesterday(ctx));
    let mut shifts = shift::above(tx, &own, since)?;
    let below = shift::below(tx, &own, since)?;
    shifts.extend(below.into_iter().filter(|shift| shift.unit_path != own));
    running(tx, &shifts, ctx.now)
}

/// What began yesterday may still run.
fn yesterday(ctx: &Ctx) -> Date {
    ctx.today().yesterday().unwrap_or(ctx.today())
}

/// Who is on duty now, in a line for the desk and the work list; `None` where no shift runs.
///
/// # Errors
/// A fault of the database.
pub fn now_words(tx: &mut Tx, ctx: &Ctx) -> Result<Option<String>> {
    let words: Vec<String> = now(tx, ctx)?.iter().map(Now::words).collect();
    Ok((!words.is_empty()).then(|| words.join("；")))
}
