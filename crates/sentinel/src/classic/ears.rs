//! EARS C1, C2, C3 (Hutwagner and others 2003; Fricker, Hegler and Dunfal 2008).

use std::ops::Range;

use super::Verdict;
use crate::special::normal_quantile;

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Baseline up to yesterday.
    C1,
    /// Baseline ends two days earlier, so that a beginning outbreak does not raise its own bar.
    C2,
    /// C2 summed with the excess of the two days before: alarms on what lasts.
    C3,
}

/// Settings of EARS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Days of baseline.
    pub baseline: usize,
    /// One-sided error of the normal bound.
    pub alpha: f64,
    /// Floor of the standard deviation: 0 as published; 0.5 keeps a single complaint in a silent stream quiet.
    pub least_deviation: f64,
}

impl Default for Settings {
    /// Seven days, 0.001, no floor.
    fn default() -> Self {
        Self { baseline: 7, alpha: 0.001, least_deviation: 0.0 }
    }
}

/// Judges the positions of `range`. Positions without a whole baseline are left out.
///
/// C3's bound is written so that it can be drawn beside the count: count + sd × (z − excess of the two days before); it
/// alarms when that excess passes z, whatever today's count, as the R package `surveillance` does.
pub fn judge(counts: &[u32], range: Range<usize>, kind: Kind, settings: &Settings) -> Vec<Verdict> {
    let lag = if kind == Kind::C1 { 0 } else { 2 };
    let first = settings.baseline + lag + if kind == Kind::C3 { 2 } else { 0 };
    let z = normal_quantile(1.0 - settings.alpha);
    let standing = |at: usize| {
        let base = &counts[at - lag - settings.baseline..at - lag];
        let n = base.len() as f64;
        let mean = base.iter().map(|y| f64::from(*y)).sum::<f64>() / n;
        let square: f64 = base.iter().map(|y| (f64::from(*y) - mean).powi(2)).sum();
        (mean, (square / (n - 1.0)).sqrt().max(settings.least_deviation))
    };
    let excess = |at: usize| {
        let (mean, deviation) = standing(at);
        let above = f64::from(counts[at]) - mean;
        if above <= 0.0 { 0.0 } else { (above / deviation - 1.0).max(0.0) }
    };
    (range.start.max(first)..range.end.min(counts.len()))
        .map(|at| {
            let (mean, deviation) = standing(at);
            let count = f64::from(counts[at]);
            if kind == Kind::C3 {
                let before = excess(at - 1) + excess(at - 2);
                let room = if before.is_finite() { deviation * (z - before) } else { f64::NEG_INFINITY };
                return Verdict { at, upper: count + room, alarm: before > z };
            }
            let upper = mean + z * deviation;
            Verdict { at, upper, alarm: count > upper }
        })
        .collect()
}
