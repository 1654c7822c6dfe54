//! The whole of it: a panel and a budget in, alarms out.

use std::ops::Range;

use super::{
    once::{Once, Told, seen_in},
    panel::Panel,
    replay::{Judged, Named, Past, without_history},
    rollup::{self, Rollup},
    score::{self, Hit, Settings, baseline},
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
    /// Whether there was less than half a year's past to set the threshold by: it is at least a formula's, and no budget is
    /// promised yet.
    pub warming: bool,
    /// Other streams that rang for the same excess.
    pub also: Vec<usize>,
}

/// Settings of the desk.
#[derive(Clone, Debug, PartialEq)]
pub struct Desk {
    /// Alarms a week that people will look into: the one knob.
    pub weekly: f64,
    /// Share of the budget given to slow burners.
    pub slow: f64,
    /// Days between new thresholds.
    pub anew: usize,
    /// Days of the past that are replayed for a threshold.
    pub replayed: usize,
    /// Least days of replay; before, the threshold comes from the number of streams. Below half of `replayed` it is at least that.
    pub least: usize,
    /// From this day on the threshold stays; `None` keeps learning.
    pub fixed: Option<usize>,
    /// What people said of earlier alarms.
    pub judged: Vec<Judged>,
    /// The score.
    pub score: Settings,
}

/// The office has begun when the last four weeks had at most so many times what its baseline has.
const BEGUN: f64 = 4.0;

/// How busy the office was in the baseline of each day; 0 before it had one, and where that is only the few rows from before
/// it began.
pub fn lived(panel: &Panel, settings: &Settings) -> Vec<f64> {
    let total = panel.total();
    let on = |day: usize| {
        let Some((from, to)) = baseline(day, settings) else { return 0.0 };
        let mean = f64::from(total[to] - total[from]) / (to - from) as f64;
        let recent = f64::from(total[day + 1] - total[(day + 1).saturating_sub(28)]) / 28.0;
        if recent <= BEGUN * mean { mean } else { 0.0 }
    };
    (0..panel.days).map(on).collect()
}

/// Of alarms ascending by day those that tell something new ([`Told::news`]), with the streams that they speak for.
pub fn heard(alarms: &[Alarm], once: &Once<'_>) -> Vec<Alarm> {
    let (mut told, mut found) = (Told::default(), Vec::new());
    for of_day in alarms.chunk_by(|one, next| one.hit.day == next.hit.day) {
        let rung: Vec<rollup::Alarm> =
            of_day.iter().map(|alarm| rollup::Alarm { hit: alarm.hit, also: alarm.also.clone() }).collect();
        let heads = told.news(once, &rung).into_iter();
        found.extend(heads.map(|head| Alarm { also: seen_in(&rung, &head), ..of_day[head.at].clone() }));
    }
    found
}

impl Desk {
    /// The desk with a budget of alarms a week.
    pub fn new(weekly: f64) -> Self {
        let score = Settings::default();
        Self { weekly, slow: 0.2, anew: 7, replayed: 365, least: 56, fixed: None, judged: Vec::new(), score }
    }

    /// Watches the days `from..to`, walking forward: each week the threshold is set anew by replaying the year before it, and
    /// nothing later. Alarms are sorted by day.
    ///
    /// ```
    /// use sentinel::watch::{desk::Desk, panel::Panel};
    /// // forty calm streams for 400 days; the last one gets 3 a day in the last week
    /// let series = |s: usize| (0..400).map(move |t| u32::from((t * 7 + s * 13) % 40 == 0) + 3 * u32::from(s == 39 && t >= 393));
    /// let panel = Panel::of_series(0, &(0..40).map(|s| series(s).collect()).collect::<Vec<_>>());
    /// let alarms = Desk::new(1.0).watch(&panel, 390, 400);
    /// let last = alarms.last().unwrap();
    /// assert_eq!((last.hit.stream, last.hit.day), (39, 393));
    /// ```
    pub fn watch(&self, panel: &Panel, from: usize, to: usize) -> Vec<Alarm> {
        self.watched(panel, from..to, None)
    }

    /// What is heard where an incident is told once however many streams it shows in ([`joined`](super::joined)), on the day and in the
    /// four weeks after it, walking forward: the other streams of that day stand under it.
    pub fn hear(&self, panel: &Panel, days: Range<usize>, once: &Once<'_>) -> Vec<Alarm> {
        heard(&self.watch_once(panel, days, once), once)
    }

    /// The same before it is joined: the replay counts an incident once, so that the budget is what is heard.
    pub fn watch_once(&self, panel: &Panel, days: Range<usize>, once: &Once<'_>) -> Vec<Alarm> {
        self.watched(panel, days, Some(once))
    }

    fn watched(&self, panel: &Panel, days: Range<usize>, once: Option<&Once<'_>>) -> Vec<Alarm> {
        let (from, to) = (days.start, days.end);
        let lived = lived(panel, &self.score);
        let mut rollup = Rollup::new(panel, &self.score);
        let scans = Past::new(score::hits(panel, 0, to, &self.score), &lived, &self.judged).told_once(once);
        let mut slow = slow::hits(panel, 0, to, &self.score, &Slow::default());
        slow.retain(|hit| (28..=90).contains(&hit.window));
        let slow = Past::new(slow, &lived, &self.judged).told_once(once);
        let mut alarms =
            self.rung(&mut rollup, &scans, self.weekly * (1.0 - self.slow), Kind::Scan, from..to);
        alarms.extend(self.rung(&mut rollup, &slow, self.weekly * self.slow, Kind::Slow, from..to));
        alarms.sort_by(|a, b| a.hit.day.cmp(&b.hit.day).then(b.hit.score.total_cmp(&a.hit.score)));
        let mut named = Named::default();
        alarms.retain(|alarm| named.is_news(&mut rollup, &alarm.hit));
        alarms
    }

    /// Whether the threshold is set anew on the day with this number: the same days whatever the first day of the panel is.
    fn begins_week(&self, day: i32) -> bool {
        usize::try_from(day.rem_euclid(self.anew.max(1) as i32)) == Ok(0)
    }

    /// What rings on each day of `days` with a budget of `weekly`.
    fn rung(
        &self,
        rollup: &mut Rollup<'_>,
        past: &Past<'_>,
        weekly: f64,
        kind: Kind,
        days: Range<usize>,
    ) -> Vec<Alarm> {
        let mut found = Vec::new();
        let mut named = Named::default();
        let formula = without_history(rollup.streams(), weekly);
        let (mut bar, mut warming) = (formula, true);
        for day in 0..days.end {
            let learns = self.fixed.is_none_or(|fixed| day <= fixed);
            if learns && (self.begins_week(rollup.first() + day as i32) || self.fixed == Some(day)) {
                let before = past.alike(day, self.replayed, BEGUN);
                let known = before.len();
                warming = known < self.replayed / 2;
                bar = if known < self.least {
                    formula
                } else {
                    let replayed = weekly * known as f64 / 7.0;
                    let floor = if warming { formula } else { self.score.floor };
                    past.threshold(rollup, before, replayed, floor)
                };
            }
            let told = past.day(rollup, day, bar, &mut named).into_iter();
            let told = told.map(|a| Alarm { kind, hit: a.hit, threshold: bar, warming, also: a.also });
            found.extend(told.filter(|_| days.contains(&day)));
        }
        found
    }
}
