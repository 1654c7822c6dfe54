//! Poisson and negative binomial counts.
//!
//! The negative binomial is written by mean and variance factor `phi` (variance = `phi` × mean); `phi <= 1` is Poisson.

use crate::special::{beta_i, gamma_p, ln_factorial, ln_gamma};

/// Below this excess over 1 a variance factor counts as Poisson.
const POISSON: f64 = 1e-9;

/// `ln P(Y = y)`, Poisson with the given mean.
pub fn ln_poisson(y: u32, mean: f64) -> f64 {
    if mean <= 0.0 {
        return if y == 0 { 0.0 } else { f64::NEG_INFINITY };
    }
    f64::from(y) * mean.ln() - mean - ln_factorial(y)
}

/// `ln P(Y = y)`, negative binomial with `size` and mean.
pub fn ln_negative_binomial(y: u32, mean: f64, size: f64) -> f64 {
    if mean <= 0.0 {
        return if y == 0 { 0.0 } else { f64::NEG_INFINITY };
    }
    let y_ = f64::from(y);
    ln_gamma(y_ + size) - ln_gamma(size) - ln_factorial(y)
        + size * (size / (size + mean)).ln()
        + y_ * (mean / (size + mean)).ln()
}

/// `P(Y >= y)`: how surprising at least `y` complaints are when `mean` are expected and the variance is `phi` times the mean.
///
/// ```
/// // intelligence §4.6: NB mean 2, phi 1.5
/// assert!((sentinel::counts::tail(8, 2.0, 1.5) - 0.008_823_180_748).abs() < 1e-11);
/// ```
pub fn tail(y: u32, mean: f64, phi: f64) -> f64 {
    if y == 0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    if phi - 1.0 < POISSON {
        return gamma_p(f64::from(y), mean);
    }
    beta_i(1.0 - 1.0 / phi, f64::from(y), mean / (phi - 1.0))
}

/// The smallest `q` with `P(Y <= q) >= p`.
pub fn quantile(p: f64, mean: f64, phi: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    let enough = |q: u32| 1.0 - tail(q + 1, mean, phi) >= p * (1.0 - 64.0 * f64::EPSILON);
    let (mut low, mut high) = (0, mean.ceil().max(1.0) as u32);
    while !enough(high) && high < u32::MAX / 4 {
        low = high + 1;
        high *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

/// Benjamini and Hochberg (1995): how many of the p-values are rejected at false discovery rate `q`. A ranking aid: on sparse
/// daily counts its realised rate is far above the nominal one, so alarms here come from replay instead (see [`crate::watch::replay`]).
pub fn benjamini_hochberg(p: &[f64], q: f64) -> usize {
    let mut sorted = p.to_vec();
    sorted.sort_by(f64::total_cmp);
    let m = sorted.len() as f64;
    (1..=sorted.len()).rev().find(|&k| sorted[k - 1] <= k as f64 * q / m).unwrap_or(0)
}
