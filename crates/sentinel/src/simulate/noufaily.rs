//! The 42 scenarios of Noufaily and others (2013): 624 weeks, trend or not, 0 to 2 harmonics, dispersion 1 to 5.

use crate::random::Chance;

/// Weeks of a series.
pub const WEEKS: usize = 624;
/// The last 49 weeks are judged.
pub const JUDGED: usize = 49;
/// Sizes of outbreaks in the judged weeks, in standard deviations.
pub const SIZES: [f64; 5] = [2.0, 4.0, 6.0, 8.0, 10.0];

/// A scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenario {
    /// Log level.
    pub theta: f64,
    /// Log slope a week, 0 without trend.
    pub beta: f64,
    /// Cosine and sine of the year.
    pub gamma: (f64, f64),
    /// Variance factor.
    pub phi: f64,
    /// Harmonics.
    pub harmonics: usize,
}

/// All 42: seven sets, each with and without trend, with 0, 1 and 2 harmonics.
pub fn scenarios() -> Vec<Scenario> {
    const SETS: [(f64, f64, f64, f64, f64); 7] = [
        (0.1, 0.0025, 0.6, 0.6, 1.5),
        (-2.0, 0.005, 0.1, 0.3, 2.0),
        (1.5, 0.003, 0.2, -0.4, 1.0),
        (0.5, 0.002, 0.5, 0.5, 5.0),
        (2.5, 0.001, 1.0, 0.1, 3.0),
        (3.75, 0.001, 0.1, -0.1, 1.1),
        (5.0, 0.0001, 0.05, 0.01, 1.2),
    ];
    let each = |(theta, beta, c, s, phi)| {
        let trends = [0.0, beta].into_iter();
        trends.flat_map(move |beta| {
            (0..=2).map(move |harmonics| Scenario { theta, beta, gamma: (c, s), phi, harmonics })
        })
    };
    SETS.into_iter().flat_map(each).collect()
}

/// A series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Counts, outbreaks included.
    pub counts: Vec<u32>,
    /// What an outbreak added to each week.
    pub outbreak: Vec<u32>,
    /// Size of the outbreak among the judged weeks, standard deviations.
    pub size: f64,
}

impl Scenario {
    fn mean(&self, week: usize) -> f64 {
        let t = week as f64;
        let wave = |j: usize| {
            let angle = 2.0 * std::f64::consts::PI * j as f64 * t / 52.0;
            self.gamma.0 * angle.cos() + self.gamma.1 * angle.sin()
        };
        (self.theta + self.beta * t + (1..=self.harmonics).map(wave).sum::<f64>()).exp()
    }

    /// A series with four past outbreaks of 3 standard deviations and one of `size` in the judged weeks.
    pub fn series(&self, size: f64, chance: &mut Chance) -> Series {
        let mut counts: Vec<u32> =
            (1..=WEEKS).map(|week| chance.negative_binomial(self.mean(week), self.phi)).collect();
        let mut outbreak = vec![0; WEEKS];
        let last = WEEKS - JUDGED;
        // the weeks that judged ones are compared with: the five years before
        let past: Vec<(usize, f64)> = (0..4).map(|_| (last - 260 + chance.below(260), 3.0)).collect();
        let now = (last + chance.below(JUDGED), size);
        for (start, k) in past.into_iter().chain([now]) {
            let deviation = (self.mean(start + 1) * self.phi).sqrt();
            for _ in 0..chance.poisson(k * deviation) {
                let week = start + (0.5 * chance.normal()).exp().floor() as usize;
                if week < WEEKS {
                    counts[week] += 1;
                    outbreak[week] += 1;
                }
            }
        }
        Series { counts, outbreak, size }
    }
}
