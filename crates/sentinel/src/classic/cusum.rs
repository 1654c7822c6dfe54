//! CUSUM on counts made roughly normal (Rossi, Lampugnani, Marchi 1999).

use std::ops::Range;

use super::Verdict;

/// How a count is made roughly normal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// `(y − m) / √m`.
    Standard,
    /// `(y − 3m + 2√(my)) / (2√m)`: Rossi's, for small means.
    Rossi,
}

/// Sums what is above `mean` by more than `slack` standard deviations; alarms at `limit` and does not begin again. `upper` is
/// the sum. `mean` of `None` is the mean of all before the range.
pub fn judge(
    counts: &[u32],
    range: Range<usize>,
    mean: Option<f64>,
    transform: Transform,
    slack: f64,
    limit: f64,
) -> Vec<Verdict> {
    let past = &counts[..range.start];
    let mean =
        mean.unwrap_or_else(|| past.iter().map(|y| f64::from(*y)).sum::<f64>() / (past.len().max(1) as f64));
    let root = mean.sqrt().max(f64::MIN_POSITIVE);
    let normal = |y: f64| match transform {
        Transform::Standard => (y - mean) / root,
        Transform::Rossi => (y - 3.0 * mean + 2.0 * (mean * y).sqrt()) / (2.0 * root),
    };
    let mut sum = 0.0_f64;
    range
        .map(|at| {
            sum = (sum + normal(f64::from(counts[at])) - slack).max(0.0);
            Verdict { at, upper: sum, alarm: sum >= limit }
        })
        .collect()
}
