//! What others would have done with the same streams: each gives hits that go through the same replay.

use crate::{
    classic::{ears, farrington},
    counts::tail,
    special::normal_quantile,
    watch::{
        panel::Panel,
        score::{Expectations, Hit, Settings, baseline, hits},
        slow::{self, Slow},
    },
};

/// A rival, or our own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rival {
    /// EARS, scored by its standard deviations, least deviation 0.5.
    Ears(ears::Kind),
    /// One day's Poisson tail against the stream's own mean.
    Poisson,
    /// One day's negative binomial tail against the share of the total.
    NegativeBinomial,
    /// The scan against the stream's own mean.
    Unadjusted,
    /// The CUSUM for a rate so many times what is expected.
    Cusum(f64),
    /// Weeks by Farrington: as improved by Noufaily (2013), or as of 1996. It rings on the last day of a week.
    Farrington {
        /// The improved one.
        flexible: bool,
    },
    /// Ours.
    Own,
}

/// The weekly ones, which need more than a year of past.
pub const WEEKLY: [(&str, Rival); 2] = [
    ("Farrington 1996, weekly", Rival::Farrington { flexible: false }),
    ("FarringtonFlexible, weekly", Rival::Farrington { flexible: true }),
];

/// All daily ones with a name.
pub const ALL: [(&str, Rival); 9] = [
    ("EARS C1", Rival::Ears(ears::Kind::C1)),
    ("EARS C2", Rival::Ears(ears::Kind::C2)),
    ("EARS C3", Rival::Ears(ears::Kind::C3)),
    ("Poisson tail, no calendar", Rival::Poisson),
    ("NB tail 1 day, adjusted", Rival::NegativeBinomial),
    ("scan 1–28 d, no calendar", Rival::Unadjusted),
    ("NB-CUSUM ratio 5, adjusted", Rival::Cusum(5.0)),
    ("NB-CUSUM ratio 2, adjusted", Rival::Cusum(2.0)),
    ("**scan 1–28 d, adjusted (ours)**", Rival::Own),
];

impl Rival {
    /// Its hits on the days `from..to`.
    pub fn hits(self, panel: &Panel, from: usize, to: usize, settings: &Settings) -> Vec<Hit> {
        match self {
            Self::Own => hits(panel, from, to, settings),
            Self::Unadjusted => {
                hits(panel, from, to, &Settings { calendar: false, phi: 1.0, calm: 1e9, ..*settings })
            }
            Self::Cusum(times) => slow::hits(
                panel,
                from,
                to,
                &Settings { fewest: 1, ..*settings },
                &Slow { times, ..Slow::default() },
            ),
            Self::Poisson => tails(panel, from, to, &Settings { calendar: false, ..*settings }, 1.0),
            Self::NegativeBinomial => tails(panel, from, to, settings, 1.3),
            Self::Ears(kind) => by_ears(panel, from, to, kind),
            Self::Farrington { flexible } => by_weeks(panel, from, to, flexible),
        }
    }
}

/// The score is −ln of the tail.
fn tails(panel: &Panel, from: usize, to: usize, settings: &Settings, phi: f64) -> Vec<Hit> {
    let expectations = Expectations::new(panel, settings);
    let mut found = Vec::new();
    for stream in 0..panel.len() {
        let expectation = expectations.of(stream);
        for day in (from..to).filter(|day| baseline(*day, settings).is_some()) {
            let observed = panel.within(stream, day, 1);
            let Some(expected) = (observed > 0).then(|| expectation.on(day)).flatten() else { continue };
            let score = -tail(observed, expected, phi).max(1e-300).ln();
            if score >= settings.floor {
                found.push(Hit { stream, day, window: 1, observed, expected, score });
            }
        }
    }
    found
}

fn by_ears(panel: &Panel, from: usize, to: usize, kind: ears::Kind) -> Vec<Hit> {
    let settings = ears::Settings { least_deviation: 0.5, ..ears::Settings::default() };
    let z = normal_quantile(1.0 - settings.alpha);
    let mut found = Vec::new();
    for stream in 0..panel.len() {
        let counts = panel.counts(stream);
        let bounds = ears::judge(&counts, from..to, ears::Kind::C2, &settings);
        let means = |at: usize| {
            let to = if kind == ears::Kind::C1 { at } else { at - 2 };
            counts[to - 7..to].iter().map(|y| f64::from(*y)).sum::<f64>() / 7.0
        };
        for verdict in ears::judge(&counts, from..to, kind, &settings) {
            let (at, count) = (verdict.at, f64::from(counts[verdict.at]));
            let score = if kind == ears::Kind::C3 {
                // count + sd (z − excess): the sd is that of C2
                let sd = (bounds[at - bounds[0].at].upper - means(at)) / z;
                z - (verdict.upper - count) / sd
            } else {
                (count - means(at)) / ((verdict.upper - means(at)) / z)
            };
            if score > 1.0 && (count > 0.0 || kind == ears::Kind::C3) {
                let observed = counts[at];
                found.push(Hit { stream, day: at, window: 1, observed, expected: means(at), score });
            }
        }
    }
    found
}

/// The score is −ln of the chance of the week's count or more, with as many years of past as there are, at most three.
fn by_weeks(panel: &Panel, from: usize, to: usize, flexible: bool) -> Vec<Hit> {
    let mut found = Vec::new();
    for stream in 0..panel.len() {
        let sums = panel.sums(stream);
        let counts: Vec<u32> = (0..to / 7).map(|week| sums[7 * week + 7] - sums[7 * week]).collect();
        for week in from.div_ceil(7)..counts.len() {
            // a year back, and half a window before it
            let years = week.saturating_sub(4) / 52;
            if years == 0 || counts[week] == 0 {
                continue;
            }
            let (years, alpha) = (years.min(3), 0.01);
            let settings = if flexible {
                farrington::Settings::noufaily(years, alpha, farrington::Method::NbPlugin)
            } else {
                farrington::Settings::farrington(years, alpha)
            };
            for forecast in farrington::judge(&counts, week..week + 1, &settings) {
                let score = -forecast.p.max(1e-300).ln();
                if score >= 2.0 && score.is_finite() {
                    let (observed, expected) = (counts[week], forecast.expected);
                    found.push(Hit { stream, day: 7 * week + 6, window: 7, observed, expected, score });
                }
            }
        }
    }
    found
}
