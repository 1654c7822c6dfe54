//! The score of every stream on every day.

use std::cell::OnceCell;

use super::{panel::Panel, rhythm::Rhythm};

/// Windows in days that are tried each day.
pub const WINDOWS: [usize; 9] = [1, 2, 3, 5, 7, 10, 14, 21, 28];

/// Settings of the score. The defaults were fixed before any evaluation and are what the office runs with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Days of the baseline.
    pub baseline: usize,
    /// The baseline ends so many days back, so that an incident does not raise its own bar.
    pub gap: usize,
    /// Least days of baseline before anything is scored.
    pub least: usize,
    /// Added to a stream's count in the baseline: nobody is expected to stay silent for ever.
    pub shrink: f64,
    /// Activity a day added to every group, by weekday: keeps thin groups from swinging with single complaints.
    pub steady: f64,
    /// A group with less than this a day is too thin: everything is taken instead.
    pub thin: f64,
    /// Fewer complaints in a window than this never alarm.
    pub fewest: u32,
    /// Variance of a stream's counts over their mean, before anything is known of it and at least.
    pub phi: f64,
    /// Weight of that belief, in fortnights.
    pub calm: f64,
    /// Scores below this are not kept.
    pub floor: f64,
    /// Whether the expectation follows the activity of the group; without it the stream's own mean is expected (a rival).
    pub calendar: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            baseline: 180,
            gap: 14,
            least: 56,
            shrink: 0.5,
            steady: 2.0,
            thin: 5.0,
            fewest: 3,
            phi: 1.3,
            calm: 24.0,
            floor: 2.0,
            calendar: true,
        }
    }
}

/// Log-likelihood ratio of `count` against `expected`, negative binomial with variance `phi` × mean (Tango, Takahashi and Kohriyama
/// 2011, expectation-based); Poisson at `phi` 1.
pub fn ratio(count: f64, expected: f64, phi: f64) -> f64 {
    if phi <= 1.0 + 1e-9 || count <= expected {
        return crate::scan::expectation(count, expected);
    }
    let size = expected / (phi - 1.0);
    count * (count / expected).ln() + (count + size) * ((size + expected) / (size + count)).ln()
}

/// A stream's best window on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Stream.
    pub stream: usize,
    /// Day of the panel; the window ends with it.
    pub day: usize,
    /// Days.
    pub window: usize,
    /// Counted in the window.
    pub observed: u32,
    /// Expected in the window.
    pub expected: f64,
    /// Score: log-likelihood ratio.
    pub score: f64,
}

/// Activity of a group by day, as running sums: its counts and the steady part by weekday.
#[derive(Clone)]
struct Activity {
    sums: Vec<f64>,
}

impl Activity {
    fn of(sums: &[u32], first: i32, rhythm: &Rhythm, settings: &Settings) -> Self {
        let days = sums.len().saturating_sub(1);
        let mut by_weekday = [7.0; 7];
        let mut seen = 49.0;
        let mut out = Vec::with_capacity(days + 1);
        out.push(0.0);
        let mut sum = 0.0;
        for day in 0..days {
            let weekday = rhythm.weekday(first, day);
            let count = f64::from(sums[day + 1] - sums[day]);
            let profile = by_weekday[weekday] * 7.0 / seen;
            sum += if settings.calendar { count + settings.steady * profile } else { 1.0 };
            out.push(sum);
            by_weekday[weekday] += count;
            seen += count;
        }
        Self { sums: out }
    }

    fn within(&self, from: usize, to: usize) -> f64 {
        self.sums[to] - self.sums[from]
    }
}

/// Which part of the past a day is compared with: `from..to`, `None` before there is enough.
pub fn baseline(day: usize, settings: &Settings) -> Option<(usize, usize)> {
    let to = (day + 1).checked_sub(settings.gap)?;
    let from = to.saturating_sub(settings.baseline);
    (to - from >= settings.least).then_some((from, to))
}

/// Expectations of one stream.
pub struct Expectation<'a> {
    own: Vec<u32>,
    group: Option<&'a Activity>,
    all: &'a Activity,
    settings: &'a Settings,
    rhythm: &'a Rhythm,
    /// How many times its share a stream had in the last season of that name, for each season of the rhythm.
    times: Vec<f64>,
}

/// Expectations of all streams of a panel.
pub struct Expectations<'a> {
    panel: &'a Panel,
    all: Activity,
    groups: Vec<OnceCell<Activity>>,
    settings: &'a Settings,
}

/// Half a season's worth of doubt: a stream is drawn to its ordinary share by so many complaints.
const SEASON_DOUBT: f64 = 3.0;

impl<'a> Expectations<'a> {
    /// Prepares the panel's activity.
    pub fn new(panel: &'a Panel, settings: &'a Settings) -> Self {
        let all = Activity::of(panel.total(), panel.first, &panel.rhythm, settings);
        Self { panel, all, groups: vec![OnceCell::new(); panel.len()], settings }
    }

    /// Those of a stream.
    pub fn of(&self, stream: usize) -> Expectation<'_> {
        let panel = self.panel;
        let activity = |group: usize| {
            let fresh = || Activity::of(&panel.sums(group), panel.first, &panel.rhythm, self.settings);
            self.groups[group].get_or_init(fresh)
        };
        let mut found = Expectation {
            own: panel.sums(stream),
            group: panel.stream(stream).group().map(activity),
            all: &self.all,
            settings: self.settings,
            rhythm: &panel.rhythm,
            times: Vec::new(),
        };
        if self.settings.calendar {
            found.times = (0..panel.rhythm.seasons.len()).map(|at| found.season(at)).collect();
        }
        found
    }
}

impl Expectation<'_> {
    /// Counted in days `from..to`.
    fn counted(&self, from: usize, to: usize) -> f64 {
        f64::from(self.own[to] - self.own[from])
    }

    /// The rate against the rest of its group over the baseline, and the group.
    fn rate(&self, (from, to): (usize, usize)) -> (f64, &Activity) {
        let count = self.counted(from, to);
        let days = (to - from) as f64;
        let steady = (self.settings.steady + self.settings.thin) * days;
        let activity = match self.group {
            Some(group) if group.within(from, to) - count >= steady => group,
            _ => self.all,
        };
        let rest = if self.settings.calendar { activity.within(from, to) - count } else { days };
        ((count + self.settings.shrink) / rest, activity)
    }

    /// Expected in days `from..to` by the rate and activity.
    fn expected(&self, rate: f64, activity: &Activity, from: usize, to: usize) -> f64 {
        let plain = |from: usize, to: usize| {
            let own = if self.settings.calendar { self.counted(from, to) } else { 0.0 };
            rate * (activity.within(from, to) - own)
        };
        let mut sum = plain(from, to);
        for (season, times) in self.rhythm.seasons.iter().zip(&self.times) {
            let (from, to) = (season.days.start.max(from), season.days.end.min(to));
            if from < to && *times > 1.0 {
                sum += plain(from, to) * (times - 1.0);
            }
        }
        sum
    }

    /// What a season does to the stream beyond what it does to its group: from the last season of that name, 1 where there
    /// was none with a past of its own, never less than 1.
    fn season(&self, at: usize) -> f64 {
        let seasons = &self.rhythm.seasons;
        let before = seasons[..at].iter().rev().find(|s| s.name == seasons[at].name);
        let Some(before) = before.filter(|s| s.days.end < self.own.len()) else { return 1.0 };
        let Some(span) = baseline(before.days.start, self.settings) else { return 1.0 };
        let (rate, activity) = self.rate(span);
        let (from, to) = (before.days.start, before.days.end);
        let counted = self.counted(from, to);
        let expected = rate * (activity.within(from, to) - counted);
        ((counted + SEASON_DOUBT) / (expected + SEASON_DOUBT)).clamp(1.0, 8.0)
    }

    /// What one day expects, `None` before there is enough past.
    pub fn on(&self, day: usize) -> Option<f64> {
        let (rate, activity) = self.rate(baseline(day, self.settings)?);
        Some(self.expected(rate, activity, day, day + 1))
    }

    /// Variance over mean of the stream by fortnights, drawn to the settings' and not below it.
    pub fn restlessness(&self, span: (usize, usize)) -> f64 {
        let (rate, activity) = self.rate(span);
        let (mut sum, mut blocks) = (self.settings.calm * self.settings.phi, self.settings.calm);
        let mut to = span.1;
        while to >= span.0 + 14 {
            let mean = self.expected(rate, activity, to - 14, to);
            if mean > 0.0 {
                sum += (self.counted(to - 14, to) - mean).powi(2) / mean.max(0.25);
                blocks += 1.0;
            }
            to -= 14;
        }
        (sum / blocks).max(self.settings.phi)
    }

    /// The best window that ends with `day`.
    fn best(&self, day: usize, restless: f64) -> Option<Hit> {
        let span = baseline(day, self.settings)?;
        let most = self.own[day + 1] - self.own[(day + 1).saturating_sub(WINDOWS[WINDOWS.len() - 1])];
        if most < self.settings.fewest || self.own[day + 1] == self.own[day] {
            return None;
        }
        let (rate, activity) = self.rate(span);
        let mut best = Hit { stream: 0, day, window: 0, observed: 0, expected: 0.0, score: 0.0 };
        for window in WINDOWS.into_iter().take_while(|window| *window <= day + 1) {
            let from = day + 1 - window;
            let observed = self.own[day + 1] - self.own[from];
            let expected = self.expected(rate, activity, from, day + 1).max(1e-6);
            if observed < self.settings.fewest || f64::from(observed) <= expected {
                continue;
            }
            // the share and the activity are themselves counted
            let share = expected / (self.counted(span.0, span.1) + self.settings.shrink);
            let unsure = 1.0 + share + expected / activity.within(from, day + 1).max(1.0);
            let score = ratio(f64::from(observed), expected, restless * unsure);
            if score > best.score {
                best = Hit { window, observed, expected, score, ..best };
            }
        }
        (best.score >= self.settings.floor).then_some(best)
    }
}

/// How often restlessness is estimated anew, days.
const ANEW: usize = 28;

/// Scores all streams on the days `from..to`, by stream and day.
pub fn hits(panel: &Panel, from: usize, to: usize, settings: &Settings) -> Vec<Hit> {
    let expectations = Expectations::new(panel, settings);
    let mut found = Vec::new();
    for stream in 0..panel.len() {
        let expectation = expectations.of(stream);
        let mut restless = None;
        for day in from..to.min(panel.days) {
            if day % ANEW == 0 {
                restless = None;
            }
            if expectation.own[day + 1] == expectation.own[day] {
                continue;
            }
            let Some(span) = baseline(day, settings) else { continue };
            let restless = *restless.get_or_insert_with(|| expectation.restlessness(span));
            found.extend(expectation.best(day, restless).map(|hit| Hit { stream, ..hit }));
        }
    }
    found
}
