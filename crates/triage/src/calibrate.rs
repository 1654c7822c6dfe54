//! Scores that mean what they say: one temperature for each node, by the likelihood of scores that were made by models which had
//! not seen the document (Guo et al. 2017), and rising steps on top of it where they are better on unseen documents.

use crate::{
    Judged, Verdict,
    tree::{LEVEL, softmax},
};

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

/// What a probability is worth, learned from what was right: rising, straight between the middles of its pools, so that the order of
/// answers stays (Ayer 1955, Zadrozny & Elkan 2002).
#[derive(Debug, Clone, PartialEq)]
pub struct Isotonic {
    /// What was said on the average of a pool, and the share of it that was right; both rising.
    pub(crate) points: Vec<(f32, f32)>,
}

impl Isotonic {
    /// By pooling neighbours that fall (pool adjacent violators); none from no pairs.
    ///
    /// ```
    /// let said = [(0.2, false), (0.4, true), (0.5, false), (0.9, true)];
    /// let isotonic = triage::Isotonic::of(&said).unwrap();
    /// assert!((isotonic.at(0.45) - 0.5).abs() < 1e-3);
    /// assert!(isotonic.at(0.1) < isotonic.at(0.3) && isotonic.at(0.3) < 0.5 && isotonic.at(0.95) == 1.0);
    /// ```
    #[must_use]
    pub fn of(said: &[(f32, bool)]) -> Option<Isotonic> {
        let mut sorted = said.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        // said, right, all
        let mut pools: Vec<(f64, f64, f64)> = Vec::new();
        for (said, right) in sorted {
            let mut pool = (f64::from(said), f64::from(u8::from(right)), 1.0);
            while let Some(last) = pools.last().copied().filter(|last| last.1 * pool.2 >= pool.1 * last.2) {
                pool = (last.0 + pool.0, last.1 + pool.1, last.2 + pool.2);
                pools.pop();
            }
            pools.push(pool);
        }
        let point = |(said, right, all): (f64, f64, f64)| ((said / all) as f32, (right / all) as f32);
        let points: Vec<(f32, f32)> = pools.into_iter().map(point).collect();
        (!points.is_empty()).then_some(Isotonic { points })
    }

    /// What a probability is worth; nought and one stay what they are.
    #[must_use]
    pub fn at(&self, said: f32) -> f32 {
        let after = self.points.partition_point(|(point, _)| *point <= said);
        let before = after.checked_sub(1).map_or((0.0, 0.0), |at| self.points[at]);
        let next = self.points.get(after).copied().unwrap_or((1.0, 1.0));
        let share = (said - before.0) / (next.0 - before.0).max(f32::EPSILON);
        before.1 + (next.1 - before.1) * share.clamp(0.0, 1.0)
    }

    /// A verdict with the worth of its first path; the others share what is left, in their order, and all still make one.
    pub(crate) fn told(&self, verdict: Verdict) -> Verdict {
        let mut ranked = verdict.ranked;
        let Some((label, first)) = ranked.first().cloned() else { return Verdict { ranked, ..verdict } };
        let rest = 1.0 - first;
        if rest <= f32::EPSILON {
            return Verdict { ranked, ..verdict };
        }
        let second = ranked.get(1).map_or(0.0, |(_, said)| *said);
        // no less than what keeps it the first
        let worth = self.at(first).max(second / (rest + second)).min(1.0);
        let shrink = (1.0 - worth) / rest;
        ranked.iter_mut().for_each(|(_, said)| *said *= shrink);
        ranked[0].1 = worth;
        // an answer above the leaves holds its first path or does not
        let holds = label.strip_prefix(verdict.label.as_str());
        let holds = holds.is_some_and(|below| below.is_empty() || below.starts_with(LEVEL));
        let probability =
            if holds { worth + (verdict.probability - first) * shrink } else { verdict.probability * shrink };
        Verdict { label: verdict.label, probability, ranked }
    }
}

/// Documents from which on steps are learned: fewer say nothing about a tenth of them.
const ENOUGH: usize = 200;

/// Expected calibration error of unseen documents by temperature, and with rising steps on top that were learned on the other folds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Calibration {
    /// The temperature alone.
    pub temperature: f64,
    /// With the steps; none where there are too few documents.
    pub isotonic: Option<f64>,
}

impl Calibration {
    /// Whether the steps are used: only where they are better on documents that neither had seen.
    #[must_use]
    pub fn is_stepped(&self) -> bool {
        self.isotonic.is_some_and(|steps| steps < self.temperature)
    }
}

fn firsts<'a>(judged: impl Iterator<Item = &'a Judged>) -> Vec<(f32, bool)> {
    let first = |one: &Judged| {
        one.verdict.ranked.first().map_or((0.0, false), |(label, said)| (*said, *label == one.truth))
    };
    judged.map(first).collect()
}

/// Chooses between temperature and steps by the error on unseen documents; what is said of them then, and the steps for the model
/// where they are better.
pub(crate) fn chosen(judged: Vec<Judged>, folds: &[usize]) -> (Vec<Judged>, Option<Isotonic>, Calibration) {
    let temperature = error(&judged);
    let count = folds.iter().max().map_or(0, |last| last + 1);
    if judged.len() < ENOUGH {
        return (judged, None, Calibration { temperature, isotonic: None });
    }
    let of = |fold: usize| {
        Isotonic::of(&firsts(judged.iter().zip(folds).filter(|(_, f)| **f != fold).map(|(one, _)| one)))
    };
    let steps: Vec<Option<Isotonic>> = (0..count).map(of).collect();
    let tell = |(one, fold): (&Judged, &usize)| {
        let told = steps[*fold].as_ref().map(|steps| steps.told(one.verdict.clone()));
        Judged { verdict: told.unwrap_or_else(|| one.verdict.clone()), ..one.clone() }
    };
    let stepped: Vec<Judged> = judged.iter().zip(folds).map(tell).collect();
    let calibration = Calibration { temperature, isotonic: Some(error(&stepped)) };
    if calibration.is_stepped() {
        let whole = Isotonic::of(&firsts(judged.iter()));
        (stepped, whole, calibration)
    } else {
        (judged, None, calibration)
    }
}

/// Expected calibration error of the first answers over ten equal bins.
pub(crate) fn error(judged: &[Judged]) -> f64 {
    let said = firsts(judged.iter());
    let mut bins = [0f64; 10];
    for (said, right) in &said {
        bins[((said * 10.0) as usize).min(9)] += f64::from(*said) - f64::from(u8::from(*right));
    }
    bins.iter().map(|bin| bin.abs()).sum::<f64>() / said.len().max(1) as f64
}
