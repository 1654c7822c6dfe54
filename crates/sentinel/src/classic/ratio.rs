//! Likelihood-ratio CUSUM (LR) with a known shift and the generalised one (GLR) with an unknown one (Höhle and Paul 2008).

use super::Verdict;

/// The law of the counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Poisson.
    Poisson,
    /// Negative binomial with variance `m + alpha m²`.
    NegativeBinomial {
        /// alpha.
        alpha: f64,
    },
}

impl Law {
    /// `ln f(y; r m) − ln f(y; m)`.
    fn ratio(self, y: f64, mean: f64, r: f64) -> f64 {
        match self {
            Self::Poisson => y * r.ln() - mean * (r - 1.0),
            Self::NegativeBinomial { alpha } => {
                let shrink = ((alpha * mean).ln_1p() - (alpha * mean * r).ln_1p()) * (y + 1.0 / alpha);
                y * r.ln() + shrink
            }
        }
    }
}

/// LR: sums the log-likelihood ratio of a rate `times` the mean; alarms at `limit` and begins again. `first` is the position
/// of the first count; `means` has one mean per count.
pub fn lr(counts: &[u32], means: &[f64], first: usize, law: Law, times: f64, limit: f64) -> Vec<Verdict> {
    let mut sum = 0.0_f64;
    let counted = counts.iter().zip(means).enumerate();
    counted
        .map(|(i, (y, mean))| {
            sum = (sum + law.ratio(f64::from(*y), *mean, times)).max(0.0);
            let upper = sum;
            let alarm = upper >= limit;
            if alarm {
                sum = 0.0;
            }
            Verdict { at: first + i, upper, alarm }
        })
        .collect()
}

/// GLR: the best log-likelihood ratio over every beginning since the last alarm and every rate above the mean.
pub fn glr(counts: &[u32], means: &[f64], first: usize, law: Law, limit: f64) -> Vec<Verdict> {
    let mut since = 0;
    (0..counts.len())
        .map(|i| {
            let upper =
                (since..=i).map(|from| best(&counts[from..=i], &means[from..=i], law)).fold(0.0, f64::max);
            let alarm = upper >= limit;
            if alarm {
                since = i + 1;
            }
            Verdict { at: first + i, upper, alarm }
        })
        .collect()
}

/// The highest ratio over all rates of at least the mean.
fn best(counts: &[u32], means: &[f64], law: Law) -> f64 {
    let (y, mean): (f64, f64) = (counts.iter().map(|y| f64::from(*y)).sum(), means.iter().sum());
    if y <= mean {
        return 0.0;
    }
    let total = |r: f64| -> f64 {
        counts.iter().zip(means).map(|(y, mean)| law.ratio(f64::from(*y), *mean, r)).sum()
    };
    let Law::NegativeBinomial { alpha } = law else { return total(y / mean) };
    // the slope in ln r falls: the sum of (y − r m) / (1 + alpha r m) has one zero
    let slope = |r: f64| -> f64 {
        counts.iter().zip(means).map(|(y, m)| (f64::from(*y) - r * m) / (1.0 + alpha * r * m)).sum()
    };
    let most = counts.iter().zip(means).map(|(y, m)| f64::from(*y) / m).fold(1.0, f64::max);
    let (mut low, mut high) = (1.0, most);
    if slope(low) <= 0.0 {
        return 0.0;
    }
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if slope(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    total(0.5 * (low + high))
}
