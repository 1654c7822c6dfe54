//! Scores that mean what they say: one temperature for each node, by the likelihood of scores that were made by models which had
//! not seen the document (Guo et al. 2017).

use crate::tree::softmax;

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
