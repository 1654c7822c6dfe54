//! Scores that mean what they say: one temperature for each node, by the likelihood of scores that were made by models which had
//! not seen the document (Guo et al. 2017).

use crate::{Judged, train::fnv, tree::softmax};

/// Scores of a document by a model that had not seen it, and its true class.
#[derive(Debug, Clone)]
pub(crate) struct Unseen {
    pub scores: Vec<f32>,
    pub truth: usize,
}

/// The factor for scores under which the truth is likeliest; golden-section search over its logarithm.
pub(crate) fn heat(unseen: &[&Unseen]) -> f32 {
    if unseen.is_empty() {
        return 1.0;
    }
    let loss = |log: f64| -> f64 {
        let of =
            |one: &&Unseen| -f64::from(softmax(&one.scores, log.exp() as f32)[one.truth].max(1e-12)).ln();
        unseen.iter().map(of).sum()
    };
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = ((0.2f64).ln(), (30f64).ln());
    let (mut left, mut right) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_left, mut at_right) = (loss(left), loss(right));
    while high - low > 1e-3 {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - ratio * (high - low);
            at_left = loss(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + ratio * (high - low);
            at_right = loss(right);
        }
    }
    (f64::midpoint(low, high)).exp() as f32
}

/// A rising step function from a probability that was said to the share that was right (Ayer 1955, Zadrozny & Elkan 2002).
#[derive(Debug, Clone, PartialEq)]
pub struct Isotonic {
    /// From where on, and what then.
    steps: Vec<(f32, f32)>,
}

impl Isotonic {
    /// By pooling neighbours that fall (pool adjacent violators); none from no pairs.
    ///
    /// ```
    /// let said = [(0.2, false), (0.4, true), (0.5, false), (0.9, true)];
    /// let isotonic = triage::Isotonic::of(&said).unwrap();
    /// assert_eq!((isotonic.at(0.1), isotonic.at(0.45), isotonic.at(0.95)), (0.0, 0.5, 1.0));
    /// ```
    #[must_use]
    pub fn of(said: &[(f32, bool)]) -> Option<Isotonic> {
        let mut sorted = said.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        // from, right, all
        let mut pools: Vec<(f32, f64, f64)> = Vec::new();
        for (from, right) in sorted {
            let mut pool = (from, f64::from(u8::from(right)), 1.0);
            while let Some(last) = pools.last().copied().filter(|last| last.1 * pool.2 >= pool.1 * last.2) {
                pool = (last.0, last.1 + pool.1, last.2 + pool.2);
                pools.pop();
            }
            pools.push(pool);
        }
        let steps =
            pools.into_iter().map(|(from, right, all)| (from, (right / all) as f32)).collect::<Vec<_>>();
        (!steps.is_empty()).then_some(Isotonic { steps })
    }

    /// What a probability is worth.
    #[must_use]
    pub fn at(&self, said: f32) -> f32 {
        let after = self.steps.partition_point(|(from, _)| *from <= said);
        self.steps[after.saturating_sub(1)].1
    }
}

/// Expected calibration error of the first answers as they are (temperature) and with isotonic steps on top, learned on the other half
/// of the groups: what is better on unseen documents, not what fits best.
#[must_use]
pub fn calibrations(judged: &[Judged]) -> (f64, f64) {
    let half = |one: &Judged, at: usize| {
        let group = if one.group.is_empty() { at.to_string() } else { one.group.clone() };
        fnv(group.as_bytes()) >> 7 & 1 == 1
    };
    let first = |one: &Judged| {
        one.verdict.ranked.first().map_or((0.0, false), |(label, said)| (*said, *label == one.truth))
    };
    let side = |side: bool| -> Vec<(f32, bool)> {
        judged
            .iter()
            .enumerate()
            .filter(|(at, one)| half(one, *at) == side)
            .map(|(_, one)| first(one))
            .collect()
    };
    let (one, two) = (side(false), side(true));
    let mut stepped = Vec::new();
    for (learned, told) in [(&one, &two), (&two, &one)] {
        let isotonic = Isotonic::of(learned);
        stepped.extend(
            told.iter()
                .map(|(said, right)| (isotonic.as_ref().map_or(*said, |steps| steps.at(*said)), *right)),
        );
    }
    (error(&[one, two].concat()), error(&stepped))
}

/// Over ten equal bins.
fn error(said: &[(f32, bool)]) -> f64 {
    let mut bins = [0f64; 10];
    for (said, right) in said {
        let bin = ((said * 10.0) as usize).min(9);
        bins[bin] += f64::from(*said) - f64::from(u8::from(*right));
    }
    bins.iter().map(|bin| bin.abs()).sum::<f64>() / said.len().max(1) as f64
}
