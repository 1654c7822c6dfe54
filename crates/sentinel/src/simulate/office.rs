//! An office of 3,000 sparse streams by day (the setting of the notes, written anew): day-of-week, season, trend, common noise, a
//! 3·15 peak, a holiday, and incidents of 6, 10, 20 and 40 complaints.

use crate::{measure::Incident, random::Chance, watch::panel::Panel};

/// The world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Office {
    /// Streams.
    pub streams: usize,
    /// Days before the judged ones.
    pub before: usize,
    /// Days judged.
    pub judged: usize,
    /// Incidents of each size.
    pub incidents: usize,
}

impl Default for Office {
    /// 3,000 streams, 210 days and 120 judged ones, no incidents.
    fn default() -> Self {
        Self { streams: 3_000, before: 210, judged: 120, incidents: 0 }
    }
}

/// Size and days of incidents.
pub const INCIDENTS: [(u32, usize); 4] = [(6, 3), (10, 7), (20, 14), (40, 28)];
/// Of the judged days, the peak's six begin with this one.
pub const PEAK: usize = 60;
/// Of the judged days, those that count as inside the 3·15 window (13 days).
pub const PEAK_WINDOW: std::ops::Range<usize> = 56..69;
/// Monday to Sunday.
const WEEK: [f64; 7] = [1.2, 1.15, 1.1, 1.05, 1.0, 0.75, 0.65];

/// A replay of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// The counts.
    pub panel: Panel,
    /// What was put in.
    pub incidents: Vec<Incident>,
    /// Mean a day of each stream.
    pub means: Vec<f64>,
}

impl Office {
    /// A replay from a seed: the streams, their noise and the incidents.
    pub fn replay(&self, seed: u64) -> Replay {
        let mut chance = Chance::new(seed);
        let days = self.before + self.judged;
        let common: Vec<f64> = (0..days).map(|day| self.common(day, &mut chance)).collect();
        let mut means = Vec::with_capacity(self.streams);
        let mut series: Vec<Vec<u32>> = Vec::with_capacity(self.streams);
        for _ in 0..self.streams {
            let mean = chance.between(0.004_f64.ln(), 2.0_f64.ln()).exp();
            let (height, phase) = (chance.between(0.0, 0.3), chance.between(0.0, 365.0));
            let rate = |day: usize| {
                let season = (2.0 * std::f64::consts::PI * (day as f64 + phase) / 365.0).sin();
                mean * common[day] * (1.0 + height * season) * (0.0006 * day as f64).exp()
            };
            series.push((0..days).map(|day| chance.negative_binomial(rate(day), 1.3)).collect());
            means.push(mean);
        }
        let incidents = self.plant(&mut series, &means, &mut chance);
        Replay { panel: Panel::of_series(0, &series), incidents, means }
    }

    /// What is common to all streams on a day.
    fn common(&self, day: usize, chance: &mut Chance) -> f64 {
        let noise = (0.1 * chance.normal() - 0.005).exp();
        let judged = day as i64 - self.before as i64;
        let peak = PEAK as i64;
        let event = if (peak..peak + 6).contains(&judged) {
            3.0
        } else if (20..27).contains(&judged) {
            0.5
        } else {
            1.0
        };
        WEEK[day % 7] * noise * event
    }

    fn plant(&self, series: &mut [Vec<u32>], means: &[f64], chance: &mut Chance) -> Vec<Incident> {
        let mut rare: Vec<usize> = (0..means.len()).filter(|s| (0.004..0.3).contains(&means[*s])).collect();
        chance.shuffle(&mut rare);
        let mut incidents = Vec::new();
        for (i, stream) in rare.into_iter().take(self.incidents * INCIDENTS.len()).enumerate() {
            let (size, days) = INCIDENTS[i % INCIDENTS.len()];
            let start = self.before + chance.below(self.judged - days + 1);
            let mut added = vec![0; days];
            for _ in 0..size {
                added[chance.below(days)] += 1;
            }
            for (day, extra) in added.iter().enumerate() {
                series[stream][start + day] += extra;
            }
            incidents.push(Incident { stream, start, days, added });
        }
        incidents
    }
}
