//! Intervals for shares: what a pass rate of "96 %" is worth.
//!
//! Wilson (1927) for display; Clopper and Pearson (1934) where a legal consequence hangs on it; Jeffreys for small samples
//! (Brown, Cai and DasGupta 2001); Newcombe (1998, method 10) for the difference of two shares. All two-sided at `level`.

use crate::special::{beta_quantile, normal_quantile};

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

fn z(level: f64) -> f64 {
    normal_quantile(0.5 + level / 2.0)
}

/// Wilson's score interval. `n` must not be 0.
///
/// ```
/// let interval = sentinel::interval::wilson(12, 30, 0.95); // 12 of 30 shops asked for a fee
/// assert!((interval.low - 0.246).abs() < 5e-4 && (interval.high - 0.577).abs() < 5e-4);
/// ```
pub fn wilson(k: u32, n: u32, level: f64) -> Interval {
    let (n, z) = (f64::from(n), z(level));
    let p = f64::from(k) / n;
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    let low = if k == 0 { 0.0 } else { (centre - half) / scale };
    let high = if p >= 1.0 { 1.0 } else { (centre + half) / scale };
    Interval { low, high }
}

/// Clopper and Pearson's exact interval.
pub fn clopper_pearson(k: u32, n: u32, level: f64) -> Interval {
    let tail = (1.0 - level) / 2.0;
    let (k_, rest) = (f64::from(k), f64::from(n - k.min(n)));
    let low = if k == 0 { 0.0 } else { beta_quantile(tail, k_, rest + 1.0) };
    let high = if k >= n { 1.0 } else { beta_quantile(1.0 - tail, k_ + 1.0, rest) };
    Interval { low, high }
}

/// Jeffreys' interval: Beta(½, ½) prior, ends 0 and 1 where nothing or everything passed.
pub fn jeffreys(k: u32, n: u32, level: f64) -> Interval {
    let tail = (1.0 - level) / 2.0;
    let (a, b) = (f64::from(k) + 0.5, f64::from(n - k.min(n)) + 0.5);
    let low = if k == 0 { 0.0 } else { beta_quantile(tail, a, b) };
    let high = if k >= n { 1.0 } else { beta_quantile(1.0 - tail, a, b) };
    Interval { low, high }
}

/// Newcombe's interval for the first share less the second, from two Wilson intervals.
pub fn newcombe((k1, n1): (u32, u32), (k2, n2): (u32, u32), level: f64) -> Interval {
    let (p1, p2) = (f64::from(k1) / f64::from(n1), f64::from(k2) / f64::from(n2));
    let (a, b) = (wilson(k1, n1, level), wilson(k2, n2, level));
    let down = ((p1 - a.low).powi(2) + (b.high - p2).powi(2)).sqrt();
    let up = ((a.high - p1).powi(2) + (p2 - b.low).powi(2)).sqrt();
    Interval { low: p1 - p2 - down, high: p1 - p2 + up }
}

/// The most that may be there when none of `n` showed it, one-sided at `level`: `1 − (1 − level)^(1/n)`.
pub fn none_of(n: u32, level: f64) -> f64 {
    1.0 - (1.0 - level).powf(1.0 / f64::from(n))
}

/// True share behind an apparent one by a test of known sensitivity and specificity (Rogan and Gladen 1978), held to 0…1.
/// `None` for a test that tells nothing (sensitivity + specificity ≤ 1).
pub fn rogan_gladen(apparent: f64, sensitivity: f64, specificity: f64) -> Option<f64> {
    let power = sensitivity + specificity - 1.0;
    (power > 0.0).then(|| ((apparent + specificity - 1.0) / power).clamp(0.0, 1.0))
}

/// How often an interval holds the true share `p` in samples of `n`.
pub fn coverage(n: u32, p: f64, interval: impl Fn(u32) -> Interval) -> f64 {
    (0..=n)
        .filter(|k| {
            let Interval { low, high } = interval(*k);
            low <= p && p <= high
        })
        .map(|k| crate::sampling::binomial(k, n, p))
        .sum()
}
