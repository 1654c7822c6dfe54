//! Drift: whether what comes in is still what the model was learned from.

use std::collections::BTreeMap;

/// From here the page warns: the usual reading of the index (Siddiqi 2006) is below 0.1 little, to 0.25 some, above much.
pub(crate) const MUCH: f64 = 0.25;
/// From here it says so.
pub(crate) const SOME: f64 = 0.1;
/// Fewer rows than this say nothing.
pub(crate) const LEAST: f64 = 50.0;

/// Population stability index of two distributions by counts, 0 for equal shares. Half a case is added to each class, so that
/// a class that one side lacks counts much and not without end.
///
/// ```
/// let before = [("食品".to_owned(), 50.0), ("家电".to_owned(), 50.0)];
/// assert_eq!(advice::psi(&before, &before), 0.0);
/// let after = [("食品".to_owned(), 90.0), ("家电".to_owned(), 10.0)];
/// assert!(advice::psi(&before, &after) > 0.25);
/// ```
pub fn psi(before: &[(String, f64)], after: &[(String, f64)]) -> f64 {
    let mut classes: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for (at, side) in [before, after].into_iter().enumerate() {
        for (label, count) in side {
            let sums = classes.entry(label).or_default();
            if let Some(sum) = sums.get_mut(at) {
                *sum += count;
            }
        }
    }
    let least = classes.len() as f64 / 2.0;
    let total = |at: usize| classes.values().filter_map(|sums| sums.get(at)).sum::<f64>() + least;
    let (first, second) = (total(0), total(1));
    let step = |[a, b]: &[f64; 2]| {
        let (a, b) = ((a + 0.5) / first, (b + 0.5) / second);
        (b - a) * (b / a).ln()
    };
    classes.values().map(step).sum()
}
