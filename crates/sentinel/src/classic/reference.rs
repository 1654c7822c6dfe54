//! Which weeks of the past a week is compared with.

use std::ops::Range;

/// The weeks compared with, and to which part of the year each belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Positions, ascending.
    pub at: Vec<usize>,
    /// Part of the year of each: 0 is the part around the judged week.
    pub part: Vec<usize>,
}

/// The `2 w + 1` weeks around the judged week in each of the `years` before (Farrington and others 1996). `None` without them.
pub fn windows(at: usize, years: usize, half: usize, frequency: usize) -> Option<Reference> {
    let first = at.checked_sub(years * frequency + half)?;
    debug_assert!(first <= at);
    let weeks = (1..=years).rev().flat_map(|year| {
        let centre = at - year * frequency;
        centre - half..=centre + half
    });
    let at: Vec<usize> = weeks.collect();
    Some(Reference { part: vec![0; at.len()], at })
}

/// All weeks from the first window on, but the last `excluded`, in `periods` parts of the year: the window around the judged
/// week and equal parts between (Noufaily and others 2013: 7 weeks and 9 × 5 of 52). `None` without them.
pub fn whole_years(
    at: usize,
    years: usize,
    half: usize,
    frequency: usize,
    periods: usize,
    excluded: usize,
) -> Option<Reference> {
    let first = at.checked_sub(years * frequency + half)?;
    let between = frequency.checked_sub(2 * half + 1)?;
    let weeks: Range<usize> = first..at.checked_sub(excluded)?;
    let part = weeks
        .clone()
        .map(|week| {
            let phase = (week - first) % frequency;
            if phase <= 2 * half { 0 } else { 1 + (phase - 2 * half - 1) * (periods - 1) / between }
        })
        .collect();
    Some(Reference { at: weeks.collect(), part })
}
