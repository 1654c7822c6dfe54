//! Incidents (同一事件): matters of different people that tell the same, followed from night to night.
//!
//! Each matter is put once: to an incident of the 28 days before it, or together with a matter that stood alone. A link that an officer made
//! (repeat, supplement, merge) decides.

use std::collections::HashMap;

use db::{Tx, params};
use jiff::{ToSpan as _, civil::Date};
use kernel::MatterId;
use triage::{Gate, Incidents, Index, Message};
use web::Result;

use crate::rhythm::number;

/// Days between two matters of an incident at most.
pub(crate) const WINDOW: i32 = 28;
/// Texts that the first look follows back at most; an office with more begins with the last weeks.
const MOST: i64 = 100_000;
/// Days of the past that are followed at once.
const SPAN: i32 = 28;
/// Incidents are watched when the past that sets the threshold has them too: days.
const KNOWN: i32 = 182;

db::sql! {
    COUNT = "SELECT COUNT(*) FROM matter m WHERE m.kind IN ('complaint', 'report') AND m.received_on >= $1 AND m.received_on <= $2";
    TEXTS = "SELECT m.id, m.received_on, m.title, COALESCE(c.facts, '') AS facts, i.first_id FROM matter m \
             LEFT JOIN contact c ON c.matter_id = m.id LEFT JOIN matter_incident i ON i.matter_id = m.id \
             WHERE m.kind IN ('complaint', 'report') AND m.received_on >= $1 AND m.received_on <= $2 ORDER BY m.received_on, m.id";
    LINKS = "SELECT l.from_id, l.to_id FROM matter_link l JOIN matter m ON m.id = l.from_id \
             WHERE l.ended_at IS NULL AND l.kind IN ('repeat', 'supplement', 'merge') AND m.received_on >= $1 AND m.received_on <= $2";
    PUT = "INSERT INTO matter_incident (matter_id, first_id, received_on) VALUES ($1, $2, $3) ON CONFLICT (matter_id) DO NOTHING";
    FOLLOWED = "SELECT MIN(followed_from) AS day FROM watch_run";
}

/// A matter put to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The matter.
    pub matter: MatterId,
    /// The first of its incident.
    pub first: MatterId,
    /// The day the matter was received.
    pub day: Date,
}

/// A matter with its words, and where it was put before.
pub(crate) struct Text {
    matter: Known,
    title: String,
    facts: String,
}

/// A matter, and where it was put before.
struct Known {
    matter: MatterId,
    day: Date,
    first: Option<MatterId>,
}

/// From which day incidents are followed; nothing before the first time.
///
/// # Errors
/// A fault of the database.
pub(crate) fn followed_from(tx: &mut Tx) -> Result<Option<Date>> {
    let row = tx.one(&FOLLOWED, &[])?;
    Ok(row.map(|row| row.get::<Option<Date>>("day")).transpose()?.flatten())
}

/// Where following begins for the first time: at `begin`, or four weeks before `from` in an office that has too much.
///
/// # Errors
/// A fault of the database.
pub(crate) fn beginning(tx: &mut Tx, begin: Date, from: Date, to: Date) -> Result<Date> {
    let all: i64 = tx.scalar(&COUNT, &params![begin, to])?;
    Ok(if all <= MOST { begin } else { from.saturating_sub(WINDOW.days()) })
}

/// Whether incidents were followed long enough before `from` to be watched.
pub(crate) fn are_known(followed: Date, from: Date) -> bool {
    number(from) - number(followed) >= KNOWN
}

/// The spans of days that are followed one after the other, up to `to`; each reads the weeks before it too.
pub(crate) fn spans(from: Date, to: Date) -> Vec<(Date, Date)> {
    let begins = (0..).map(|at| from.saturating_add((at * SPAN).days())).take_while(|begin| *begin <= to);
    begins.map(|begin| (begin, begin.saturating_add((SPAN - 1).days()).min(to))).collect()
}

/// Pairs of matters that officers linked.
pub(crate) type Links = Vec<(MatterId, MatterId)>;

/// The first day whose texts are read to follow from `from` on.
pub(crate) fn before(from: Date) -> Date {
    from.saturating_sub(WINDOW.days())
}

/// The texts of a day.
///
/// # Errors
/// A fault of the database.
pub(crate) fn texts(tx: &mut Tx, day: Date) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    tx.for_each(&TEXTS, &params![day, day], |row| {
        let matter =
            Known { matter: row.get("id")?, day: row.get("received_on")?, first: row.get("first_id")? };
        texts.push(Text { matter, title: row.get("title")?, facts: row.get("facts")? });
        Ok::<_, web::Problem>(())
    })?;
    Ok(texts)
}

/// What officers linked among the matters of a span and of the weeks before it.
///
/// # Errors
/// A fault of the database.
pub(crate) fn links(tx: &mut Tx, (from, to): (Date, Date)) -> Result<Links> {
    let mut links = Vec::new();
    tx.for_each(&LINKS, &params![before(from), to], |row| {
        links.push((row.get("from_id")?, row.get("to_id")?));
        Ok::<_, web::Problem>(())
    })?;
    Ok(links)
}

/// Matters whose words were read; the texts themselves are not kept.
#[derive(Default)]
pub(crate) struct Following {
    index: Index,
    matters: Vec<Known>,
}

impl Following {
    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.matters.is_empty()
    }

    /// Reads more, in the order of the days.
    pub fn read(mut self, texts: Vec<Text>) -> Self {
        for Text { matter, title, facts } in texts {
            let (covered, day) = (triage::cover(&facts), i64::from(number(matter.day)));
            self.index.add(&Message { title: &title, text: &covered, day });
            self.matters.push(matter);
        }
        self
    }

    /// Puts what was not put yet; each once.
    pub fn follow(mut self, links: &[(MatterId, MatterId)]) -> Vec<Put> {
        self.index.refresh();
        let tied = self.tied(links);
        let gate = Gate { window: i64::from(WINDOW), ..Gate::default() };
        let (mut incidents, mut firsts, mut numbers) = (Incidents::default(), Vec::new(), HashMap::new());
        for (at, known) in self.matters.iter().enumerate() {
            if let Some(first) = known.first {
                let known = *numbers.entry(first).or_insert_with(|| {
                    firsts.push(first);
                    firsts.len() - 1
                });
                incidents.put(at, known);
            }
        }
        let mut put = Vec::new();
        for (at, now) in self.matters.iter().enumerate().filter(|(_, known)| known.first.is_none()) {
            let tie = tied.get(&at).copied();
            let Some(incident) = incidents.follow(&self.index, at, &gate, tie) else { continue };
            if incident == firsts.len() {
                let first = &self.matters[incidents.members(incident)[0]];
                firsts.push(first.matter);
                put.push(Put { matter: first.matter, first: first.matter, day: first.day });
            }
            put.push(Put { matter: now.matter, first: firsts[incident], day: now.day });
        }
        put
    }

    /// For each matter that an officer linked, the earlier one.
    fn tied(&self, links: &[(MatterId, MatterId)]) -> HashMap<usize, usize> {
        if links.is_empty() {
            return HashMap::new();
        }
        let places: HashMap<MatterId, usize> =
            self.matters.iter().zip(0..).map(|(known, at)| (known.matter, at)).collect();
        let both = links.iter().filter_map(|(one, other)| Some((*places.get(one)?, *places.get(other)?)));
        both.map(|(one, other)| (one.max(other), one.min(other))).collect()
    }
}

/// Keeps where matters were put.
///
/// # Errors
/// A fault of the database.
pub(crate) fn keep(tx: &mut Tx, put: &[Put]) -> Result<()> {
    for one in put {
        tx.put(&PUT, &params![one.matter, one.first, one.day])?;
    }
    Ok(())
}
