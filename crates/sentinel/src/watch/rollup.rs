//! One excess, one alarm: at the most specific stream that explains it.

use std::collections::HashMap;

use super::{
    panel::Panel,
    score::{Expectations, Hit, Settings, baseline},
};

/// A stream explains another's excess when it holds this share of it.
pub const EXPLAINS: f64 = 0.7;

/// An alarm after roll-up.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// The stream named, its window and figures.
    pub hit: Hit,
    /// Other streams that rang for the same excess, and are not named on their own.
    pub also: Vec<usize>,
}

/// What names a hit: stream, day, window.
type Key = (usize, usize, usize);

/// Rolls up, and remembers what it worked out: a replay asks the same again at every threshold.
pub struct Rollup<'a> {
    panel: &'a Panel,
    settings: &'a Settings,
    expectations: Expectations<'a>,
    inside: HashMap<usize, Vec<usize>>,
    named: HashMap<Key, Hit>,
    told: HashMap<(usize, Key), bool>,
}

impl<'a> Rollup<'a> {
    /// Of a panel.
    pub fn new(panel: &'a Panel, settings: &'a Settings) -> Self {
        let expectations = Expectations::new(panel, settings);
        let (inside, named, told) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { panel, settings, expectations, inside, named, told }
    }

    /// The number of the panel's first day.
    pub fn first(&self) -> i32 {
        self.panel.first
    }

    /// How many streams there are.
    pub fn streams(&self) -> usize {
        self.panel.len()
    }

    /// Whether two streams are the same or one lies within the other.
    pub fn related(&self, a: usize, b: usize) -> bool {
        related(self.panel, a, b)
    }

    /// Rolls up the hits above the threshold of one day.
    ///
    /// From the general to the specific: where one stream within holds [`EXPLAINS`] of the excess in the same window, that one
    /// is named (the most specific, then the largest excess); where none does, the general stream is, and those within are
    /// evidence.
    pub fn alarms(&mut self, hits: &[Hit]) -> Vec<Alarm> {
        let panel = self.panel;
        let depth = |stream: usize| panel.stream(stream).depth();
        let mut order: Vec<&Hit> = hits.iter().collect();
        order.sort_by(|a, b| {
            let general = depth(a.stream).cmp(&depth(b.stream));
            general.then(b.score.total_cmp(&a.score)).then(a.stream.cmp(&b.stream))
        });
        let mut alarms: Vec<Alarm> = Vec::new();
        let mut done = vec![false; order.len()];
        for i in 0..order.len() {
            if done[i] {
                continue;
            }
            done[i] = true;
            let mut alarm = Alarm { hit: self.name(order[i]), also: Vec::new() };
            if alarm.hit.stream != order[i].stream {
                alarm.also.push(order[i].stream);
            }
            for (j, other) in order.iter().enumerate().filter(|(j, _)| *j != i) {
                if !done[j] && related(panel, alarm.hit.stream, other.stream) {
                    done[j] = true;
                    if other.stream != alarm.hit.stream {
                        alarm.also.push(other.stream);
                    }
                }
            }
            alarms.push(alarm);
        }
        alarms
    }

    /// The hit at the most specific stream that explains it.
    fn name(&mut self, hit: &Hit) -> Hit {
        let key = (hit.stream, hit.day, hit.window);
        if let Some(named) = self.named.get(&key) {
            return *named;
        }
        let panel = self.panel;
        let inside = self.inside.entry(hit.stream).or_insert_with(|| {
            let own = panel.stream(hit.stream);
            panel.streams().filter(|stream| own.holds(stream)).map(|stream| stream.at()).collect()
        });
        let excess = f64::from(hit.observed) - hit.expected;
        let enough = |s: &usize| panel.within(*s, hit.day, hit.window) >= self.settings.fewest;
        let explains = |stream: usize| {
            let own = excess_of(panel, &self.expectations, stream, hit, self.settings)?;
            let depth = panel.stream(stream).depth();
            (own.0 >= EXPLAINS * excess).then_some((depth, own.0, stream, own.1))
        };
        let best = inside
            .iter()
            .copied()
            .filter(enough)
            .filter_map(explains)
            .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)));
        let named = best.map_or(*hit, |(_, _, stream, expected)| {
            let observed = panel.within(stream, hit.day, hit.window);
            Hit { stream, observed, expected, ..*hit }
        });
        self.named.insert(key, named);
        named
    }

    /// Whether an alarm of the stream `before` has told what `hit` tells: the same stream, or one within it that holds half of
    /// the excess.
    pub fn told(&mut self, before: usize, hit: &Hit) -> bool {
        if before == hit.stream {
            return true;
        }
        if !self.panel.stream(hit.stream).holds(&self.panel.stream(before)) {
            return false;
        }
        let key = (before, (hit.stream, hit.day, hit.window));
        if let Some(known) = self.told.get(&key) {
            return *known;
        }
        let excess = f64::from(hit.observed) - hit.expected;
        let theirs = excess_of(self.panel, &self.expectations, before, hit, self.settings);
        let told = theirs.is_some_and(|(theirs, _)| theirs >= 0.5 * excess);
        self.told.insert(key, told);
        told
    }
}

/// Excess and expectation of a stream in the window of a hit.
fn excess_of(
    panel: &Panel,
    expectations: &Expectations<'_>,
    stream: usize,
    hit: &Hit,
    settings: &Settings,
) -> Option<(f64, f64)> {
    baseline(hit.day, settings)?;
    let expectation = expectations.of(stream);
    let days = (hit.day + 1).saturating_sub(hit.window)..=hit.day;
    let expected: f64 = days.map(|day| expectation.on(day).unwrap_or(0.0)).sum();
    Some((f64::from(panel.within(stream, hit.day, hit.window)) - expected, expected))
}

/// Whether two streams are the same or one lies within the other.
pub fn related(panel: &Panel, a: usize, b: usize) -> bool {
    let (one, other) = (panel.stream(a), panel.stream(b));
    a == b || one.holds(&other) || other.holds(&one)
}
