//! Slow burners: a few complaints too many, month after month.

use super::{
    panel::Panel,
    score::{Expectations, Hit, Settings},
};

/// Settings of the CUSUM.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slow {
    /// The rate it looks for, times what is expected.
    pub times: f64,
    /// Variance factor of the counts.
    pub phi: f64,
    /// Least expected a day: below it a stream is too thin for months.
    pub least: f64,
}

impl Default for Slow {
    /// Three times the expected rate, variance 1.3 times the mean.
    fn default() -> Self {
        Self { times: 3.0, phi: 1.3, least: 0.002 }
    }
}

/// Follows every stream by a negative binomial likelihood-ratio CUSUM on what each day expects. A hit is a day with a complaint
/// on which the sum is at least `settings.floor`; its window reaches back to where the sum last was nothing.
pub fn hits(panel: &Panel, from: usize, to: usize, settings: &Settings, slow: &Slow) -> Vec<Hit> {
    let expectations = Expectations::new(panel, settings);
    let mut found = Vec::new();
    for stream in 0..panel.len() {
        let expectation = expectations.of(stream);
        let (mut sum, mut since, mut expected) = (0.0_f64, from, 0.0);
        for day in from..to.min(panel.days) {
            let Some(mean) = expectation.on(day) else { continue };
            let mean = mean.max(slow.least);
            let count = panel.within(stream, day, 1);
            // variance phi m: size m / (phi − 1) on the day
            let size = mean / (slow.phi - 1.0);
            let shrink = ((size + mean) / (size + slow.times * mean)).ln() * (f64::from(count) + size);
            sum += f64::from(count) * slow.times.ln() + shrink;
            expected += mean;
            if sum <= 0.0 {
                (sum, since, expected) = (0.0, day + 1, 0.0);
            } else if count > 0 && sum >= settings.floor {
                let window = day + 1 - since;
                let observed = panel.within(stream, day, window);
                if observed >= settings.fewest {
                    found.push(Hit { stream, day, window, observed, expected, score: sum });
                }
            }
        }
    }
    found
}
