//! The alarm budget: how high the threshold must be so that the office's own history would have rung so often.

use super::score::Hit;

/// Alarms of a stream with fewer days between than this are one episode.
pub const EPISODE: usize = 28;

/// Begins of the episodes at a threshold, by stream and day. `hits` are sorted by stream and day.
pub fn episodes(hits: &[Hit], threshold: f64) -> Vec<Hit> {
    let mut found = Vec::new();
    let mut last = None;
    for hit in hits.iter().filter(|hit| hit.score > threshold) {
        if !last.is_some_and(|(stream, day)| stream == hit.stream && hit.day < day + EPISODE) {
            found.push(*hit);
        }
        last = Some((hit.stream, hit.day));
    }
    found
}

/// Whether the begins of episodes are at most `budget` when those of related streams within [`EPISODE`] days are one.
fn within(hits: &[Hit], threshold: f64, budget: f64, related: &impl Fn(usize, usize) -> bool) -> bool {
    let mut begun = episodes(hits, threshold);
    begun.sort_by_key(|hit| (hit.day, hit.stream));
    let mut kept: Vec<Hit> = Vec::new();
    for hit in begun {
        let same = |other: &Hit| hit.day < other.day + EPISODE && related(hit.stream, other.stream);
        if !kept.iter().any(same) {
            kept.push(hit);
            if kept.len() as f64 > budget {
                return false;
            }
        }
    }
    true
}

/// The lowest threshold at which the history has at most `budget` episodes, one of its scores (or 0). `hits` are sorted by stream and
/// day. `related` says whether two streams would be rolled up into one alarm.
///
/// ```
/// use sentinel::watch::{replay::threshold, score::Hit};
/// let hit = |stream, score| Hit { stream, day: 9, window: 1, observed: 5, expected: 1.0, score };
/// let hits = [hit(0, 4.0), hit(1, 6.0), hit(2, 9.0)];
/// // a replay of 14 days, one alarm a week: two alarms
/// assert_eq!(threshold(&hits, 14.0 / 7.0 * 1.0, |_, _| false), 4.0);
/// assert_eq!(threshold(&hits, 2.0, |a, b| a + b == 3), 0.0, "the last two are one excess");
/// ```
pub fn threshold(hits: &[Hit], budget: f64, related: impl Fn(usize, usize) -> bool) -> f64 {
    if within(hits, 0.0, budget, &related) {
        return 0.0;
    }
    let mut scores: Vec<f64> = hits.iter().map(|hit| hit.score).collect();
    scores.sort_by(f64::total_cmp);
    scores.dedup();
    // a higher threshold can split an episode in two; the search takes the upper end of where it stops
    let (mut low, mut high) = (0, scores.len() - 1);
    while low < high {
        let middle = (low + high) / 2;
        if within(hits, scores[middle], budget, &related) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    scores[high]
}

/// A threshold without history: that at which `tests` independent streams a day would ring `weekly` times a week, were the tail of
/// the score exponential and a week worth two tests a stream.
pub fn without_history(streams: usize, weekly: f64) -> f64 {
    (2.0 * streams.max(1) as f64 / weekly.max(1e-6)).ln().max(3.0)
}
