//! One excess, one alarm: at the most specific stream that explains it.

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

/// Rolls up the hits above the threshold of one day.
///
/// From the general to the specific: where one stream within holds [`EXPLAINS`] of the excess in the same window, that one is
/// named (the most specific, then the largest excess); where none does, the general stream is, and those within are evidence.
pub fn roll_up(panel: &Panel, hits: &[Hit], settings: &Settings) -> Vec<Alarm> {
    let expectations = Expectations::new(panel, settings);
    let mut order: Vec<&Hit> = hits.iter().collect();
    let depth = |stream: usize| panel.streams[stream].depth();
    order.sort_by(|a, b| {
        depth(a.stream).cmp(&depth(b.stream)).then(b.score.total_cmp(&a.score)).then(a.stream.cmp(&b.stream))
    });
    let mut alarms: Vec<Alarm> = Vec::new();
    let mut done = vec![false; order.len()];
    for i in 0..order.len() {
        if done[i] {
            continue;
        }
        done[i] = true;
        let hit = order[i];
        let excess = f64::from(hit.observed) - hit.expected;
        let within: Vec<usize> = (0..panel.streams.len())
            .filter(|s| panel.streams[hit.stream].holds(&panel.streams[*s]))
            .filter(|s| panel.within(*s, hit.day, hit.window) >= settings.fewest)
            .collect();
        let explains = |stream: usize| {
            let own = excess_of(panel, &expectations, stream, hit, settings)?;
            (own.0 >= EXPLAINS * excess).then_some((depth(stream), own.0, stream, own.1))
        };
        let best = within
            .iter()
            .filter_map(|s| explains(*s))
            .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)));
        let mut alarm = Alarm { hit: *hit, also: Vec::new() };
        if let Some((_, _, stream, expected)) = best {
            let observed = panel.within(stream, hit.day, hit.window);
            alarm.hit = Hit { stream, observed, expected, ..*hit };
            alarm.also.push(hit.stream);
        }
        let named = &panel.streams[alarm.hit.stream];
        for (j, other) in order.iter().enumerate().filter(|(j, _)| *j != i) {
            let theirs = &panel.streams[other.stream];
            let same = other.stream == alarm.hit.stream || named.holds(theirs) || theirs.holds(named);
            if !done[j] && same {
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
    a == b || panel.streams[a].holds(&panel.streams[b]) || panel.streams[b].holds(&panel.streams[a])
}

/// Whether an alarm of the stream `before` has told what `hit` tells: the same stream, or one within it that holds half of the excess.
pub fn told(panel: &Panel, before: usize, hit: &Hit, settings: &Settings) -> bool {
    if before == hit.stream {
        return true;
    }
    if !panel.streams[hit.stream].holds(&panel.streams[before]) {
        return false;
    }
    let expectations = Expectations::new(panel, settings);
    let excess = f64::from(hit.observed) - hit.expected;
    excess_of(panel, &expectations, before, hit, settings).is_some_and(|(theirs, _)| theirs >= 0.5 * excess)
}
