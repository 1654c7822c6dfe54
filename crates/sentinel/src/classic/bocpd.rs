//! Bayesian online change-point detection (Adams and MacKay 2007) for Poisson counts with a Gamma prior. Here to draw where a
//! stream changed, not to alarm.

use crate::special::{ln_factorial, ln_gamma};

/// What is known after each count.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Log probability of all counts so far.
    pub evidence: f64,
    /// Probability of each number of counts since the last change (0 after it, up to all).
    pub runs: Vec<f64>,
}

impl Step {
    /// The most probable number of counts since the last change.
    pub fn likeliest(&self) -> usize {
        let best = self
            .runs
            .iter()
            .enumerate()
            .fold((0, f64::NEG_INFINITY), |best, (run, p)| if *p > best.1 { (run, *p) } else { best });
        best.0
    }

    /// Probability that the last change is at most `runs` counts ago.
    pub fn recent(&self, runs: usize) -> f64 {
        self.runs.iter().take(runs + 1).sum()
    }
}

/// Follows the counts. The prior of the rate is Gamma(`shape`, `rate`); each count has a chance of `hazard` to begin anew.
pub fn follow(counts: &[u32], (shape, rate): (f64, f64), hazard: f64) -> Vec<Step> {
    let mut runs = vec![1.0];
    let mut sums = vec![0.0];
    let mut evidence = 0.0;
    let mut steps = Vec::with_capacity(counts.len());
    for y in counts {
        let weighted: Vec<f64> = runs
            .iter()
            .zip(&sums)
            .enumerate()
            .map(|(run, (p, sum))| p * predictive(*y, shape + sum, rate + run as f64))
            .collect();
        let total: f64 = weighted.iter().sum();
        evidence += total.ln();
        runs = std::iter::once(hazard).chain(weighted.iter().map(|w| (1.0 - hazard) * w / total)).collect();
        sums = std::iter::once(0.0).chain(sums.iter().map(|sum| sum + f64::from(*y))).collect();
        steps.push(Step { evidence, runs: runs.clone() });
    }
    steps
}

fn predictive(y: u32, shape: f64, rate: f64) -> f64 {
    let y_ = f64::from(y);
    let ln = ln_gamma(shape + y_) - ln_gamma(shape) - ln_factorial(y) + shape * (rate / (rate + 1.0)).ln()
        - y_ * (rate + 1.0).ln();
    ln.exp()
}
