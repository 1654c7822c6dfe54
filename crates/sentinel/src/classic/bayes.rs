//! Bayes and RKI: this week against a handful of past weeks (Riebler 2004; Höhle 2007).

use std::ops::Range;

use super::Verdict;
use crate::counts::quantile;

/// Which past weeks count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weeks {
    /// Years back.
    pub years: usize,
    /// Half the window in past years; with `this_year`, the weeks just before.
    pub half: usize,
    /// Whether the weeks just before count.
    pub this_year: bool,
    /// Weeks of a year.
    pub frequency: usize,
}

impl Weeks {
    /// The six weeks before ("1").
    pub const ONE: Self = Self { years: 0, half: 6, this_year: true, frequency: 52 };
    /// The six weeks before and 13 a year ago ("2").
    pub const TWO: Self = Self { years: 1, half: 6, this_year: true, frequency: 52 };
    /// Nine weeks a year ago and nine two years ago ("3").
    pub const THREE: Self = Self { years: 2, half: 4, this_year: false, frequency: 52 };

    fn of(self, counts: &[u32], at: usize) -> Option<Vec<f64>> {
        let mut weeks = Vec::new();
        if self.this_year {
            weeks.extend(at.checked_sub(self.half)?..at);
        }
        for year in 1..=self.years {
            let centre = at.checked_sub(year * self.frequency)?;
            weeks.extend(centre.checked_sub(self.half)?..=centre + self.half);
        }
        Some(weeks.into_iter().map(|week| f64::from(counts[week])).collect())
    }
}

/// Bayes: the predictive quantile under Jeffreys' prior (sum + ½ over n weeks, negative binomial); alarms at or above it.
pub fn bayes(counts: &[u32], range: Range<usize>, weeks: Weeks, alpha: f64) -> Vec<Verdict> {
    judged(counts, range, weeks, |past| {
        let n = past.len() as f64;
        let mean = (past.iter().sum::<f64>() + 0.5) / n;
        f64::from(quantile(1.0 - alpha, mean, 1.0 + 1.0 / n))
    })
}

/// Upper 95 % limits of a Poisson mean after 0, 1, … 20 counts (Crow and Gardner 1959).
pub const CROW_GARDNER: [f64; 21] = [
    3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.92, 16.768, 17.633, 19.05, 20.335, 21.364,
    22.945, 23.762, 25.4, 26.306, 27.735, 28.966, 30.017,
];

/// RKI: mean + 2 standard deviations of the past weeks; up to a mean of 20 Crow and Gardner's limit of the mean rounded down.
pub fn rki(counts: &[u32], range: Range<usize>, weeks: Weeks) -> Vec<Verdict> {
    judged(counts, range, weeks, |past| {
        let n = past.len() as f64;
        let mean = past.iter().sum::<f64>() / n;
        let square: f64 = past.iter().map(|y| (y - mean).powi(2)).sum();
        if mean > 20.0 { mean + 2.0 * (square / (n - 1.0)).sqrt() } else { CROW_GARDNER[mean as usize] }
    })
}

fn judged(counts: &[u32], range: Range<usize>, weeks: Weeks, upper: impl Fn(&[f64]) -> f64) -> Vec<Verdict> {
    let judge = |at| {
        let upper = upper(&weeks.of(counts, at)?);
        Some(Verdict { at, upper, alarm: f64::from(counts[at]) > upper })
    };
    range.filter_map(judge).collect()
}
