//! The alarm budget: how high the threshold must be so that the office's own history would have rung so often.

use std::ops::Range;

use super::{
    once::{Once, Told},
    rollup::{Alarm, Rollup},
    score::Hit,
};

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

/// Streams that were named, and the day each last rang: what was told is not told again within [`EPISODE`] days.
#[derive(Clone, Debug, Default)]
pub struct Named(Vec<(usize, usize)>);

impl Named {
    /// Whether this tells something new; notes it either way.
    pub fn is_news(&mut self, rollup: &mut Rollup<'_>, hit: &Hit) -> bool {
        self.0.retain(|(_, on)| hit.day < on + EPISODE);
        let news = !self.0.iter().any(|(before, _)| rollup.told(*before, hit));
        self.0.retain(|(stream, _)| *stream != hit.stream);
        self.0.push((hit.stream, hit.day));
        news
    }
}

/// What people said of an earlier alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Its stream.
    pub stream: usize,
    /// The day it rang.
    pub day: usize,
    /// Its score.
    pub score: f64,
    /// Whether it was worth it. One that was does not count as a false alarm of the replay; one that was not keeps its stream
    /// silent for [`SILENT`] days unless the score rises above it.
    pub worth: bool,
}

/// Days for which a stream must score higher than what was dismissed.
pub const SILENT: usize = 90;

/// The office's own past, ready to be lived again at any threshold.
pub struct Past<'h> {
    days: Vec<Vec<Hit>>,
    /// How busy the office was before each day; 0 where it had not begun.
    lived: &'h [f64],
    judged: &'h [Judged],
    /// What the alarms rest on, where an incident that shows in several streams is told once.
    once: Option<&'h Once<'h>>,
}

impl<'h> Past<'h> {
    /// Of hits in any order, over the days of `lived`.
    pub fn new(hits: Vec<Hit>, lived: &'h [f64], judged: &'h [Judged]) -> Self {
        let mut days: Vec<Vec<Hit>> = vec![Vec::new(); lived.len()];
        for hit in hits.into_iter().filter(|hit| lived.get(hit.day).is_some_and(|mean| *mean > 0.0)) {
            days[hit.day].push(hit);
        }
        Self { days, lived, judged, once: None }
    }

    /// The same, where an incident is told once however many streams it shows in: so the replay counts it.
    #[must_use]
    pub fn told_once(self, once: Option<&'h Once<'h>>) -> Self {
        Self { once, ..self }
    }

    /// What rings on a day: rolled up, and told for the first time.
    pub fn day(&self, rollup: &mut Rollup<'_>, day: usize, bar: f64, named: &mut Named) -> Vec<Alarm> {
        let dismissed = |judged: &Judged, hit: &Hit| {
            let silent = (judged.day..judged.day + SILENT).contains(&hit.day);
            !judged.worth && judged.stream == hit.stream && silent && hit.score <= judged.score
        };
        let rings = |hit: &Hit| hit.score > bar && !self.judged.iter().any(|judged| dismissed(judged, hit));
        let mut alarms = self.rung(rollup, day, rings, named);
        // a general stream may have led to the one that was dismissed
        alarms.retain(|alarm| !self.judged.iter().any(|judged| dismissed(judged, &alarm.hit)));
        alarms
    }

    /// The same as the replay sees it: what was worth it is no false alarm, what was dismissed is one.
    fn replayed(
        &self,
        rollup: &mut Rollup<'_>,
        (day, bar): (usize, f64),
        (named, told): (&mut Named, &mut Told),
    ) -> usize {
        let worth = |judged: &Judged, hit: &Hit| {
            judged.worth && hit.day + EPISODE > judged.day && hit.day < judged.day + EPISODE
        };
        let about = |rollup: &Rollup<'_>, hit: &Hit| {
            self.judged.iter().any(|judged| worth(judged, hit) && rollup.related(judged.stream, hit.stream))
        };
        let spared: Vec<bool> = self.days[day].iter().map(|hit| about(rollup, hit)).collect();
        let mut at = 0;
        let rings = |hit: &Hit| {
            at += 1;
            hit.score > bar && !spared[at - 1]
        };
        let alarms = self.rung(rollup, day, rings, named);
        self.once.map_or(alarms.len(), |once| told.news(once, &alarms).len())
    }

    fn rung(
        &self,
        rollup: &mut Rollup<'_>,
        day: usize,
        mut rings: impl FnMut(&Hit) -> bool,
        named: &mut Named,
    ) -> Vec<Alarm> {
        let rung: Vec<Hit> = self.days[day].iter().filter(|hit| rings(hit)).copied().collect();
        if rung.is_empty() {
            return Vec::new();
        }
        let mut alarms = rollup.alarms(&rung);
        alarms.sort_by(|a, b| b.hit.score.total_cmp(&a.hit.score).then(a.hit.stream.cmp(&b.hit.stream)));
        alarms.retain(|alarm| named.is_news(rollup, &alarm.hit));
        alarms
    }

    /// The days before `day`, at most `most`, since the office was last less busy than a part (1/`times`) of what it is now.
    pub fn alike(&self, day: usize, most: usize, times: f64) -> Range<usize> {
        let Some(now) = self.lived.get(day).filter(|mean| **mean > 0.0) else { return day..day };
        let days = self.lived[day.saturating_sub(most)..day].iter().rev();
        day - days.take_while(|mean| **mean * times >= *now).count()..day
    }

    /// Whether those days would have rung at most `budget` times.
    fn holds(&self, rollup: &mut Rollup<'_>, days: Range<usize>, bar: f64, budget: f64) -> bool {
        let (mut named, mut told, mut rung) = (Named::default(), Told::default(), 0);
        for day in days {
            rung += self.replayed(rollup, (day, bar), (&mut named, &mut told));
            if rung as f64 > budget {
                return false;
            }
        }
        true
    }

    /// The lowest threshold, one of the scores of `days` or `floor`, at which those days would have rung at most `budget`
    /// times: the very alarms that are told, rolled up and each once.
    pub fn threshold(&self, rollup: &mut Rollup<'_>, days: Range<usize>, budget: f64, floor: f64) -> f64 {
        let mut scores: Vec<f64> = self.days[days.clone()].iter().flatten().map(|hit| hit.score).collect();
        scores.push(floor);
        scores.sort_by(f64::total_cmp);
        scores.dedup();
        scores.retain(|score| *score >= floor);
        // from above: high thresholds are cheap to replay, and each step down rings more often
        let (mut low, mut high) = (0, scores.len() - 1);
        let mut step = (budget.ceil() as usize).max(1);
        while high > low {
            let down = high.saturating_sub(step).max(low);
            if !self.holds(rollup, days.clone(), scores[down], budget) {
                low = down + 1;
                break;
            }
            high = down;
            step *= 2;
        }
        while low < high {
            let middle = (low + high) / 2;
            if self.holds(rollup, days.clone(), scores[middle], budget) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        scores[high]
    }
}
