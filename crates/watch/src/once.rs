//! An incident is told once: on the most specific stream that explains it, however many streams it shows in, tonight or on the
//! nights after.

use std::collections::HashMap;

use db::{Row, Tx, params};
use jiff::{ToSpan as _, civil::Date};
use kernel::MatterId;
use sentinel::watch::joined::{self, Joined, Seen};
use web::{Problem, Result};

use crate::{
    alarm::{State, WatchId, from_thousandths},
    evidence::Evidence,
    gather::Gathered,
    rhythm::number,
    stream::Key,
};

/// Days within which the same stream does not ring again, and the same matters make one alarm.
pub(crate) const EPISODE: i32 = 28;

db::sql! {
    RECENT = "SELECT a.id, a.rung_on, a.stream, a.window_days, a.observed, a.expected, a.score, a.state, a.evidence FROM alarm a \
              WHERE a.rung_on > $1 AND a.kind IN ('scan', 'slow') ORDER BY a.rung_on, a.id";
    ROWS_OF = "SELECT r.matter_id FROM alarm_row r WHERE r.alarm_id = $1";
    EVIDENCE = "SELECT stream, evidence FROM alarm WHERE id = $1";
    SEEN_IN = "UPDATE alarm SET evidence = $2 WHERE id = $1";
}

/// What rang, as far as telling it once needs.
#[derive(Clone, Debug)]
pub(crate) struct Rang {
    pub key: Key,
    pub day: Date,
    pub window: usize,
    pub observed: f64,
    pub expected: f64,
    pub score: f64,
}

/// An alarm that was told on an earlier night.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    id: WatchId,
    rang: Rang,
    dismissed: bool,
    rows: Vec<MatterId>,
    also: Vec<Key>,
}

/// The alarms by figures that were told since `day`, less an episode.
///
/// # Errors
/// A fault of the database.
pub(crate) fn told_since(tx: &mut Tx, day: Date) -> Result<Vec<Told>> {
    let mut found = Vec::new();
    for row in tx.query(&RECENT, &params![day.saturating_sub(EPISODE.days())])? {
        let id: WatchId = row.get("id")?;
        let rows = tx.query(&ROWS_OF, &params![id])?;
        found.push(Told {
            id,
            rang: rang(&row)?,
            dismissed: row.get::<String>("state")? == State::Dismissed.code(),
            rows: rows.iter().map(|row| row.get("matter_id")).collect::<Result<_, db::Error>>()?,
            also: serde_json::from_str::<Evidence>(&row.get::<String>("evidence")?).unwrap_or_default().also,
        });
    }
    Ok(found)
}

fn rang(row: &Row) -> Result<Rang> {
    Ok(Rang {
        key: Key::read(&row.get::<String>("stream")?),
        day: row.get("rung_on")?,
        window: usize::try_from(row.get::<i64>("window_days")?).unwrap_or(1),
        observed: row.get::<i64>("observed")? as f64,
        expected: from_thousandths(row, "expected")?,
        score: from_thousandths(row, "score")?,
    })
}

/// Notes that what an alarm tells was seen in another stream too.
///
/// # Errors
/// A fault of the database.
pub(crate) fn also_in(tx: &mut Tx, alarm: WatchId, keys: &[Key]) -> Result<()> {
    let Some(row) = tx.one(&EVIDENCE, &params![alarm])? else { return Ok(()) };
    let own = Key::read(&row.get::<String>("stream")?);
    let mut evidence: Evidence = serde_json::from_str(&row.get::<String>("evidence")?).unwrap_or_default();
    let before = evidence.also.len();
    for key in keys.iter().filter(|key| **key != own) {
        if !evidence.also.contains(key) {
            evidence.also.push(key.clone());
        }
    }
    if evidence.also.len() > before {
        let text = serde_json::to_string(&evidence).map_err(|error| Problem::Fault(error.to_string()))?;
        tx.execute(&SEEN_IN, &params![alarm, text])?;
    }
    Ok(())
}

/// The gathered matters, ready to be asked who is in what.
pub(crate) struct Who<'a> {
    gathered: &'a Gathered,
    people: Vec<u32>,
    places: HashMap<MatterId, usize>,
}

impl<'a> Who<'a> {
    /// Of the gathered matters; `told` are the alarms whose matters are asked for.
    pub fn of(gathered: &'a Gathered, told: &[Told]) -> Self {
        let people = gathered.events.people();
        let asked: std::collections::HashSet<&MatterId> = told.iter().flat_map(|told| &told.rows).collect();
        let places = gathered.matters.iter().zip(0..).filter(|(matter, _)| asked.contains(matter));
        Self { gathered, people, places: places.map(|(matter, at)| (*matter, at)).collect() }
    }

    fn person(&self, row: usize) -> u32 {
        self.people.get(row).copied().unwrap_or_default()
    }

    /// Places of a stream's matters from one day to another; the gathered lie in the order of their days.
    fn rows(&self, key: &Key, from: i32, to: i32) -> Vec<usize> {
        let events = &self.gathered.events;
        events.on(from..=to).filter(|at| key.holds(|column| events.value(*at, column))).collect()
    }

    /// What an alarm rests on.
    pub fn seen(&self, rang: &Rang) -> Seen {
        let last = number(rang.day);
        let first = last - rang.window as i32 + 1;
        Seen {
            rank: rang.key.rank(),
            observed: rang.observed,
            expected: rang.expected,
            own: self.rows(&rang.key, first, last),
            since: self.rows(&rang.key, first, last + EPISODE),
        }
    }

    /// The earlier alarm that has told it. What was dismissed tells its own matters only, and its stream until it grew.
    pub fn told_by(&self, told: &[Told], now: &Rang) -> Option<WatchId> {
        let seen = self.seen(now);
        let near = |told: &&Told| now.day < told.rang.day.saturating_add(EPISODE.days());
        let tells = |told: &&Told| {
            let stream = told.rang.key == now.key;
            let mut before = self.seen(&told.rang);
            if told.dismissed {
                let mut rows: Vec<usize> =
                    told.rows.iter().filter_map(|matter| self.places.get(matter).copied()).collect();
                rows.sort_unstable();
                before = Seen { own: rows.clone(), since: rows, ..before };
                let grew = now.score > told.rang.score && now.day > told.rang.day;
                if stream && !grew {
                    return true;
                }
            } else if stream {
                return true;
            }
            joined::told(&before, &seen, told.also.contains(&now.key), |row| self.person(row))
        };
        told.iter().filter(near).find(tells).map(|told| told.id)
    }

    /// Which of tonight's are told, and which are shown under them.
    pub fn joined(&self, rang: &[Rang]) -> Vec<Joined> {
        let seen: Vec<Seen> = rang.iter().map(|one| self.seen(one)).collect();
        joined::joined(&seen, |row| self.person(row))
    }
}
