//! The past, with each incident told once: the replay that sets the threshold counts what the office will hear, not every stream in
//! which it shows.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use super::{
    events::Events,
    joined::{self, Joined, Seen},
    panel::{Panel, Stream},
    replay::EPISODE,
    rollup::Alarm,
    score::Hit,
};

/// Alarms of one day that are held against each other; the others count each for itself.
const COMPARED: usize = 64;

/// The events of a panel, ready to be asked what an alarm rests on.
pub struct Once<'a> {
    panel: &'a Panel,
    events: &'a Events,
    people: Vec<u32>,
    ranks: Vec<usize>,
    seen: RefCell<HashMap<(usize, usize, usize), Rc<Seen>>>,
}

impl<'a> Once<'a> {
    /// Of the events of a panel, ascending by day. `rank` says how much a stream tells; the most specific has the lowest.
    pub fn new(panel: &'a Panel, events: &'a Events, rank: impl Fn(Stream<'a>) -> usize) -> Self {
        let ranks = panel.streams().map(rank).collect();
        Self { panel, events, people: events.people(), ranks, seen: RefCell::default() }
    }

    fn rows(&self, stream: usize, from: i32, to: i32) -> Vec<usize> {
        self.events.rows(&self.panel.stream(stream).key(), from..=to)
    }

    fn seen(&self, hit: &Hit) -> Rc<Seen> {
        let key = (hit.stream, hit.day, hit.window);
        if let Some(known) = self.seen.borrow().get(&key) {
            return Rc::clone(known);
        }
        let last = self.panel.first + hit.day as i32;
        let first = last - hit.window as i32 + 1;
        let seen = Rc::new(Seen {
            rank: self.ranks[hit.stream],
            observed: f64::from(hit.observed),
            expected: hit.expected,
            own: self.rows(hit.stream, first, last),
            since: self.rows(hit.stream, first, last + EPISODE as i32),
        });
        self.seen.borrow_mut().insert(key, Rc::clone(&seen));
        seen
    }

    fn person(&self, row: usize) -> u32 {
        self.people.get(row).copied().unwrap_or_default()
    }
}

/// An alarm that was told, and the streams in which it was seen.
struct Head {
    stream: usize,
    day: usize,
    seen: Rc<Seen>,
    also: Vec<usize>,
}

/// The streams in which what a head tells was seen that day, its own aside.
pub(super) fn seen_in(alarms: &[Alarm], head: &Joined) -> Vec<usize> {
    let under = head
        .also
        .iter()
        .flat_map(|at| std::iter::once(alarms[*at].hit.stream).chain(alarms[*at].also.iter().copied()));
    let mut also: Vec<usize> = Vec::new();
    for stream in alarms[head.at].also.iter().copied().chain(under) {
        if stream != alarms[head.at].hit.stream && !also.contains(&stream) {
            also.push(stream);
        }
    }
    also
}

/// What was told in the weeks before.
#[derive(Default)]
pub struct Told(Vec<Head>);

impl Told {
    /// Those of the alarms of one day that tell something that was not told, by their places: those of one incident are one, and what
    /// an alarm of the four weeks before explains is none.
    pub fn news(&mut self, once: &Once<'_>, alarms: &[Alarm]) -> Vec<Joined> {
        let Some(day) = alarms.first().map(|alarm| alarm.hit.day) else { return Vec::new() };
        self.0.retain(|head| day < head.day + EPISODE);
        let compared = alarms.len().min(COMPARED);
        let new: Vec<usize> = (0..compared).filter(|at| !self.has_told(once, &alarms[*at])).collect();
        let seen: Vec<Seen> = new.iter().map(|at| Seen::clone(&once.seen(&alarms[*at].hit))).collect();
        let place =
            |head: Joined| Joined { at: new[head.at], also: head.also.iter().map(|at| new[*at]).collect() };
        let mut heads: Vec<Joined> =
            joined::joined(&seen, |row| once.person(row)).into_iter().map(place).collect();
        self.0.extend(heads.iter().map(|head| {
            let hit = &alarms[head.at].hit;
            Head { stream: hit.stream, day, seen: once.seen(hit), also: seen_in(alarms, head) }
        }));
        heads.extend((compared..alarms.len()).map(|at| Joined { at, also: Vec::new() }));
        heads
    }

    /// Whether an alarm of the weeks before has told it; notes that it was seen there.
    fn has_told(&mut self, once: &Once<'_>, alarm: &Alarm) -> bool {
        let (hit, now) = (&alarm.hit, once.seen(&alarm.hit));
        let tells = |head: &&mut Head| {
            let named = head.also.contains(&hit.stream);
            head.stream == hit.stream || joined::told(&head.seen, &now, named, |row| once.person(row))
        };
        let Some(head) = self.0.iter_mut().find(tells) else { return false };
        head.also.push(hit.stream);
        true
    }
}
