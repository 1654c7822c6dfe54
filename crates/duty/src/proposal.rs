//! A proposal for the places that are still empty: shared evenly, leave respected; taken as it was shown or not at all.

use std::collections::BTreeMap;

use db::Tx;
use jiff::{ToSpan as _, civil::Date};
use kernel::{Ctx, OfficerId, Refusal};
use law::Law;
use people::Unit;
use web::{Problem, Result};

use crate::{
    place,
    roster::{self, Cell},
    rules::{
        self, Class, Part,
        fair::{Candidate, Place, share},
    },
    shift::ShiftId,
    turn::{self, Able},
};

/// Days of one proposal.
const MOST: i64 = 92;
/// How far back counts.
const PAST: i64 = 365;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The unit's code.
    pub unit: String,
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// Whether those of the units below take part too.
    pub wide: bool,
}

/// A place with who is proposed.
#[derive(Clone, Debug)]
pub struct Line {
    /// The day.
    pub day: Date,
    /// What the day is.
    pub words: String,
    /// The shift.
    pub shift: ShiftId,
    /// Its name.
    pub shift_name: String,
    /// What is to be done.
    pub part: Part,
    /// Who; `None` where nobody can.
    pub who: Option<(OfficerId, String)>,
}

impl Line {
    /// 周一 … 周日.
    pub fn weekday(&self) -> &'static str {
        rules::weekday(self.day)
    }
}

/// An empty place.
struct Empty {
    day: Date,
    words: String,
    class: Class,
    shift: ShiftId,
    shift_name: String,
}

fn empty(days: &[roster::Day], part: Part) -> Vec<Empty> {
    let wanted = |cell: &Cell| match part {
        Part::Officer => cell.shift.officers - i64::try_from(cell.officers.len()).unwrap_or(0),
        Part::Leader => i64::from(cell.shift.led && cell.leaders.is_empty()),
    };
    let mut found = Vec::new();
    for day in days {
        for cell in &day.cells {
            found.extend((0..wanted(cell)).map(|_| Empty {
                day: day.day,
                words: day.words.clone(),
                class: day.class,
                shift: cell.shift.id,
                shift_name: cell.shift.name.clone(),
            }));
        }
    }
    found
}

/// Who takes part: those of the unit, and of those below where it is wished; heads lead and do not stand while others can.
fn taking_part(able: &[Able], unit: &Unit, wide: bool, part: Part) -> Vec<Able> {
    let near = |one: &&Able| one.unit == unit.id || (wide && one.below);
    let of = |wanted: &dyn Fn(&Able) -> bool| -> Vec<Able> {
        able.iter().filter(|one| wanted(one)).cloned().collect()
    };
    let choices = match part {
        Part::Officer => [of(&|one| near(&one) && !one.leads), of(&|one| near(&one))],
        Part::Leader => [of(&|one| near(&one) && one.leads), of(&|one| one.leads && !one.below)],
    };
    choices.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn candidates(
    tx: &mut Tx,
    unit: &Unit,
    wish: &Wish,
    able: &[Able],
    part: Part,
) -> Result<BTreeMap<OfficerId, Candidate>> {
    let since = wish.first.saturating_sub(PAST.days());
    let beyond = wish.last.saturating_add(1.day());
    let calendar = &Law::in_use().calendar;
    let mut found: BTreeMap<OfficerId, Candidate> =
        able.iter().map(|one| (one.officer, Candidate::default())).collect();
    for turn in turn::between(tx, &unit.path, since, beyond)? {
        let Some(one) = found.get_mut(&turn.officer) else { continue };
        one.away.insert(turn.day);
        if turn.part == part {
            one.stood.insert(turn.day);
            *one.counts.entry(Class::of(calendar, turn.day)).or_default() += 1;
        }
    }
    for (officer, first, last) in turn::on_leave(tx, wish.first, wish.last)? {
        if let Some(one) = found.get_mut(&officer) {
            one.away.extend(roster::days(first.max(wish.first), last.min(wish.last)));
        }
    }
    Ok(found)
}

/// Draws the proposal up: leaders first, then officers, each place of each day.
///
/// # Errors
/// Refusals without the right, for days in the past, out of order or too many; not found.
pub fn draw(tx: &mut Tx, ctx: &Ctx, wish: &Wish) -> Result<Vec<Line>> {
    let unit = place::kept(tx, ctx, &wish.unit)?;
    let refuse = |field, words: &str| Problem::from(Refusal::new(field, words.to_owned()).at(field));
    if wish.first < ctx.today() {
        return Err(refuse("from", "从今天或者以后的日子排起"));
    }
    let span = wish.first.until(wish.last).map_or(-1, |span| i64::from(span.get_days()));
    if !(0..MOST).contains(&span) {
        return Err(refuse("to", "到的日期不能早于开始，一次最多排 92 天"));
    }
    let days = roster::of_unit(tx, &unit, wish.first, wish.last)?;
    let able = turn::able(tx, &unit, wish.first)?;
    let mut lines = Vec::new();
    for part in [Part::Leader, Part::Officer] {
        let places = empty(&days, part);
        let those = taking_part(&able, &unit, wish.wide, part);
        let mut candidates = candidates(tx, &unit, wish, &those, part)?;
        block(&mut candidates, &lines);
        let asked: Vec<Place> = places.iter().map(|one| Place { day: one.day, class: one.class }).collect();
        let chosen = share(&asked, candidates);
        lines.extend(places.into_iter().zip(chosen).map(|(place, who)| Line {
            day: place.day,
            words: place.words,
            shift: place.shift,
            shift_name: place.shift_name,
            part,
            who: who.and_then(|id| Some((id, those.iter().find(|one| one.officer == id)?.name.clone()))),
        }));
    }
    lines.sort_by_key(|line| (line.day, line.shift, line.part));
    Ok(lines)
}

/// Whoever leads on a day does not stand on it.
fn block(candidates: &mut BTreeMap<OfficerId, Candidate>, lines: &[Line]) {
    for line in lines {
        if let Some(one) = line.who.as_ref().and_then(|(id, _)| candidates.get_mut(id)) {
            one.away.insert(line.day);
        }
    }
}

/// What names a proposal, so that what is taken is what was shown.
pub fn mark(lines: &[Line]) -> String {
    let text: String = lines
        .iter()
        .map(|line| {
            let who = line.who.as_ref().map_or_else(String::new, |(id, _)| id.to_string());
            format!("{} {} {} {who}\n", line.day, line.shift, line.part.code())
        })
        .collect();
    kernel::hex(&kernel::sm3(text.as_bytes())[..12])
}

/// Puts the proposal on the roster; how many turns.
///
/// # Errors
/// As [`draw`]; a refusal when it would be another one by now.
pub fn take(tx: &mut Tx, ctx: &Ctx, wish: &Wish, shown: &str) -> Result<usize> {
    let lines = draw(tx, ctx, wish)?;
    if mark(&lines) != shown {
        let words = "排班、请假或者人员刚有变化，建议已经重新计算，请核对后再采用";
        return Err(Refusal::new("proposal_changed", words).into());
    }
    let mut count = 0;
    for line in &lines {
        if let Some((officer, _)) = line.who {
            turn::set(tx, ctx, line.shift, line.day, officer, line.part)?;
            count += 1;
        }
    }
    Ok(count)
}
