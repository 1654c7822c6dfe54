//! Repeats on records without words: the same place, while an earlier one is still open.

use std::collections::HashMap;

/// A record, in the order in which they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed<'a> {
    /// Where, or about whom: what must be equal. Empty: never a repeat.
    pub place: &'a str,
    /// Day it came, in days from any beginning.
    pub day: i64,
    /// Day it was closed, if it was.
    pub closed: Option<i64>,
}

/// An earlier record that this one may repeat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Again {
    /// Its place in the list.
    pub of: usize,
    /// How likely, 0 to 1; good for an order, not a probability.
    pub score: f32,
    /// The earlier one was not closed yet.
    pub open: bool,
    /// Days between the two.
    pub days: i64,
}

/// Days in which the likeness of two open records falls to a third.
const FADE: f32 = 4.0;
/// Days after which a closed record is not repeated but new.
const LONG: i64 = 90;

/// For each record the earlier one that it most likely repeats. Only what was known on its day is used: a later closing of the
/// earlier record counts as open.
///
/// ```
/// use triage::{Filed, again};
/// let filed = [Filed { place: "人民路5号", day: 0, closed: None }, Filed { place: "人民路5号", day: 1, closed: None }];
/// assert_eq!(again(&filed)[1].map(|again| again.of), Some(0));
/// ```
#[must_use]
pub fn again(records: &[Filed]) -> Vec<Option<Again>> {
    let mut known: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut out = Vec::with_capacity(records.len());
    for (at, record) in records.iter().enumerate() {
        if record.place.is_empty() {
            out.push(None);
            continue;
        }
        let before = known.entry(record.place).or_default();
        let judge = |of: &usize| {
            let other = &records[*of];
            let (days, open) =
                (record.day - other.day, other.closed.is_none_or(|closed| closed >= record.day));
            let score = if open { (-(days as f32) / FADE).exp() } else { 1e-6 };
            (open || days <= LONG).then_some(Again { of: *of, score, open, days })
        };
        out.push(before.iter().rev().filter_map(judge).max_by(|a, b| a.score.total_cmp(&b.score)));
        before.push(at);
    }
    out
}
