//! The whole of it: a panel and a budget in, alarms out.

use super::{
    panel::Panel,
    replay::{EPISODE, threshold, without_history},
    rollup::{self, roll_up},
    score::{self, Hit, Settings},
    slow::{self, Slow},
};

/// How an alarm came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The scan over 1 to 28 days.
    Scan,
    /// The CUSUM over months.
    Slow,
}

/// An alarm, once for an episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// How it came.
    pub kind: Kind,
    /// Stream, day, window, observed, expected, score.
    pub hit: Hit,
    /// The threshold of that day.
    pub threshold: f64,
    /// Other streams that rang for the same excess.
    pub also: Vec<usize>,
}

/// Settings of the desk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Desk {
    /// Alarms a week that people will look into: the one knob.
    pub weekly: f64,
    /// Share of the budget given to slow burners.
    pub slow: f64,
    /// Days between new thresholds.
    pub anew: usize,
    /// Least days of replay; before, the threshold comes from the number of streams.
    pub least: usize,
    /// From this day on the threshold stays; `None` keeps learning.
    pub fixed: Option<usize>,
    /// The score.
    pub score: Settings,
}

impl Desk {
    /// The desk with a budget of alarms a week.
    pub fn new(weekly: f64) -> Self {
        Self { weekly, slow: 0.2, anew: 28, least: 56, fixed: None, score: Settings::default() }
    }

    /// Watches the days `from..to`: on each, the threshold comes from replaying only what was before. Alarms are sorted by day.
    ///
    /// ```
    /// use sentinel::watch::{desk::Desk, panel::Panel};
    /// // forty calm streams for 200 days; the last one gets 3 a day in the last week
    /// let series = |s: usize| (0..200).map(move |t| u32::from((t * 7 + s * 13) % 40 == 0) + 3 * u32::from(s == 39 && t >= 193));
    /// let panel = Panel::of_series(0, &(0..40).map(|s| series(s).collect()).collect::<Vec<_>>());
    /// let alarms = Desk::new(1.0).watch(&panel, 190, 200);
    /// let last = alarms.last().unwrap();
    /// assert_eq!((last.hit.stream, last.hit.day), (39, 193));
    /// ```
    pub fn watch(&self, panel: &Panel, from: usize, to: usize) -> Vec<Alarm> {
        let scans = score::hits(panel, 0, to, &self.score);
        let slow = slow::hits(panel, 0, to, &self.score, &Slow::default());
        let slow: Vec<Hit> = slow.into_iter().filter(|hit| (28..=90).contains(&hit.window)).collect();
        let mut alarms = self.rung(panel, &scans, self.weekly * (1.0 - self.slow), Kind::Scan, from..to);
        alarms.extend(self.rung(panel, &slow, self.weekly * self.slow, Kind::Slow, from..to));
        alarms.sort_by(|a, b| a.hit.day.cmp(&b.hit.day).then(b.hit.score.total_cmp(&a.hit.score)));
        let mut named: Vec<(usize, usize)> = Vec::new();
        alarms.retain(|alarm| {
            let Hit { stream, day, .. } = alarm.hit;
            let known = |(before, on): &(usize, usize)| {
                day < on + EPISODE && rollup::told(panel, *before, &alarm.hit, &self.score)
            };
            let new = !named.iter().any(known);
            named.retain(|(s, _)| *s != stream);
            named.push((stream, day));
            new
        });
        alarms
    }

    /// What rings on each day of `days` with a budget of `weekly`.
    fn rung(
        &self,
        panel: &Panel,
        hits: &[Hit],
        weekly: f64,
        kind: Kind,
        days: std::ops::Range<usize>,
    ) -> Vec<Alarm> {
        let first = self.score.gap + self.score.least - 1;
        let mut found = Vec::new();
        let mut bar = without_history(panel.streams.len(), weekly);
        let mut by_day: Vec<Vec<Hit>> = vec![Vec::new(); days.end];
        hits.iter().filter(|hit| hit.day < days.end).for_each(|hit| by_day[hit.day].push(*hit));
        for (day, today) in by_day.iter().enumerate().skip(first) {
            let learns = self.fixed.is_none_or(|fixed| day <= fixed);
            if learns
                && day >= first + self.least
                && ((day - first).is_multiple_of(self.anew) || self.fixed == Some(day))
            {
                let past: Vec<Hit> = hits.iter().filter(|hit| hit.day < day).copied().collect();
                let weeks = (day - first) as f64 / 7.0;
                bar = threshold(&past, weekly * weeks, |a, b| rollup::related(panel, a, b))
                    .max(self.score.floor);
            }
            let rung: Vec<Hit> = today.iter().filter(|hit| hit.score > bar).copied().collect();
            if days.contains(&day) && !rung.is_empty() {
                let rolled = roll_up(panel, &rung, &self.score).into_iter();
                found.extend(rolled.map(|a| Alarm { kind, hit: a.hit, threshold: bar, also: a.also }));
            }
        }
        found
    }
}
