//! What speaks for an alarm and what against it, as it stood on the night it rang.

use std::collections::BTreeMap;

use sentinel::{
    counts,
    watch::{
        panel::Panel,
        score::{Expectations, Hit, Settings, baseline},
    },
};
use serde::{Deserialize, Serialize};

use crate::{gather::Gathered, rhythm::dated, stream::Key};

/// Weeks of a series.
const WEEKS: usize = 16;
/// Series beside the alarm's own.
const BESIDE: usize = 5;
/// Areas of the table.
const AREAS: usize = 12;
/// Days before the window that areas are compared with.
const BEFORE: i32 = 180;
/// Chance that a week stays below the band.
const BAND: f64 = 0.99;

/// A week of a series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Week {
    /// Its first day.
    pub from: String,
    /// Different people.
    pub observed: u32,
    /// Expected; nothing while there was too little past.
    pub expected: Option<f64>,
    /// Upper end of the band.
    pub upper: Option<u32>,
}

/// A stream over some weeks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The stream.
    pub key: Key,
    /// Weeks, the last ends with the window.
    pub weeks: Vec<Week>,
}

/// An area in the window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// `unit:…` or `region:…`.
    pub area: String,
    /// Matters in the window.
    pub observed: u32,
    /// Matters in as many days before, on average.
    pub before: f64,
}

/// Everything that is kept of an alarm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// The alarm's own series first, then its group and others beside it.
    pub series: Vec<Series>,
    /// Where they came from.
    pub areas: Vec<Area>,
    /// Known seasons that the window touches.
    pub seasons: Vec<String>,
    /// Other streams that rang for the same.
    pub also: Vec<Key>,
    /// Matters in the window.
    pub matters: u32,
    /// Of them, most by one person.
    pub by_one: u32,
    /// Of them, most with the same text.
    pub same_text: u32,
    /// Of them, most on one day.
    pub one_day: u32,
    /// Everything in the window, and what was to be expected.
    pub all: (u32, f64),
    /// Words or signs that a rule found.
    pub found: Vec<String>,
}

/// Positions of the matters in the window of a hit.
pub fn rows(panel: &Panel, gathered: &Gathered, hit: &Hit) -> Vec<usize> {
    let last = panel.first + hit.day as i32;
    gathered.events.rows(&panel.stream(hit.stream).key(), last - hit.window as i32 + 1..=last)
}

/// The most of one kind among some.
fn most<T: Ord>(of: impl Iterator<Item = T>) -> u32 {
    let mut counts: BTreeMap<T, u32> = BTreeMap::new();
    of.for_each(|one| *counts.entry(one).or_default() += 1);
    counts.into_values().max().unwrap_or(0)
}

/// The evidence of a hit; `rows` are its matters.
pub fn of(
    panel: &Panel,
    settings: &Settings,
    gathered: &Gathered,
    hit: &Hit,
    also: &[usize],
    rows: &[usize],
) -> Evidence {
    let expectations = Expectations::new(panel, settings);
    let beside = beside(panel, hit, also);
    let series = std::iter::once(hit.stream).chain(beside);
    let window = (hit.day + 1).saturating_sub(hit.window)..hit.day + 1;
    let (events, rows) = (&gathered.events, rows.iter().copied());
    let texts = rows.clone().map(|at| gathered.texts[at]).filter(|mark| *mark != 0);
    Evidence {
        series: series.map(|stream| weeks(panel, &expectations, settings, stream, hit.day)).collect(),
        areas: areas(panel, gathered, hit),
        seasons: panel.rhythm.within(window).map(|season| season.name.clone()).collect(),
        also: also.iter().map(|stream| Key::of(panel.stream(*stream))).collect(),
        matters: rows.len() as u32,
        by_one: most(rows.clone().filter_map(|at| events.who(at))),
        same_text: most(texts),
        one_day: most(rows.map(|at| events.day(at))),
        all: all(panel, hit, settings),
        found: Vec::new(),
    }
}

/// Streams shown beside: the group, what rang too, then the largest of the same group.
fn beside(panel: &Panel, hit: &Hit, also: &[usize]) -> Vec<usize> {
    let group = panel.stream(hit.stream).group();
    let mut found: Vec<usize> = group.into_iter().chain(also.iter().copied()).collect();
    let like = panel.stream(hit.stream).mask();
    let same = panel.streams().filter(|other| other.group() == group && other.mask() == like);
    let mut siblings: Vec<usize> = same.map(|stream| stream.at()).collect();
    siblings.sort_by_key(|stream| std::cmp::Reverse(panel.within(*stream, hit.day, 7 * WEEKS)));
    found.extend(siblings.into_iter().take(BESIDE));
    let mut seen = vec![hit.stream];
    found.retain(|stream| {
        let new = !seen.contains(stream);
        seen.push(*stream);
        new
    });
    found.truncate(BESIDE);
    found
}

fn weeks(
    panel: &Panel,
    expectations: &Expectations<'_>,
    settings: &Settings,
    stream: usize,
    last: usize,
) -> Series {
    let expectation = expectations.of(stream);
    let week = |back: usize| {
        let to = (last + 1).checked_sub(7 * back)?;
        let from = to.checked_sub(7)?;
        let expected = (from..to).map(|day| expectation.on(day)).sum::<Option<f64>>();
        let restless = baseline(to - 1, settings).map_or(settings.phi, |span| expectation.restlessness(span));
        let upper = expected.map(|mean| counts::quantile(BAND, mean.max(1e-6), restless));
        let observed = panel.within(stream, to - 1, 7);
        let tidy = |x: f64| (x * 100.0).round() / 100.0;
        let from = dated(panel.first + from as i32).to_string();
        Some(Week { from, observed, expected: expected.map(tidy), upper })
    };
    let weeks = (0..WEEKS).rev().filter_map(week).collect();
    Series { key: Key::of(panel.stream(stream)), weeks }
}

/// The place of the area among the values.
const AREA: usize = 2;

fn areas(panel: &Panel, gathered: &Gathered, hit: &Hit) -> Vec<Area> {
    let last = panel.first + hit.day as i32;
    let begin = last - hit.window as i32 + 1;
    let mut free = panel.stream(hit.stream).key();
    free[AREA] = None;
    let mut found: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let events = &gathered.events;
    for at in events.rows(&free, begin - BEFORE..=last) {
        let (now, before) = found.entry(events.value(at, AREA)).or_default();
        *if events.day(at) >= begin { now } else { before } += 1;
    }
    let share = f64::from(hit.window as u32) / f64::from(BEFORE);
    let area = |(area, (now, before)): (&str, (u32, u32))| {
        let before = (f64::from(before) * share * 100.0).round() / 100.0;
        Area { area: area.to_owned(), observed: now, before }
    };
    let mut areas: Vec<Area> = found.into_iter().map(area).collect();
    areas.sort_by(|a, b| b.observed.cmp(&a.observed).then(a.area.cmp(&b.area)));
    areas.truncate(AREAS);
    areas
}

/// Everything in the window, and what the baseline had in as many days.
fn all(panel: &Panel, hit: &Hit, settings: &Settings) -> (u32, f64) {
    let total = panel.total();
    let now = total[hit.day + 1] - total[(hit.day + 1).saturating_sub(hit.window)];
    let expected = baseline(hit.day, settings).map_or(0.0, |(from, to)| {
        f64::from(total[to] - total[from]) * hit.window as f64 / (to - from) as f64
    });
    (now, (expected * 100.0).round() / 100.0)
}
