//! What the days of an office are: worked or not, and which known season they lie in.

use std::ops::Range;

/// A span of days in which complaints are known to differ: 3·15, 618, 双十一, a festival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Season {
    /// Its name; the same every year.
    pub name: String,
    /// Days of the panel.
    pub days: Range<usize>,
}

/// The calendar of a panel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rhythm {
    /// For each day of the panel, the weekday it is like (Monday 0 to Sunday 6): a day off like a Sunday, a Saturday that is
    /// worked like a Friday. Days beyond the end are what the week says.
    pub like: Vec<u8>,
    /// Seasons, ascending by their first day.
    pub seasons: Vec<Season>,
}

impl Rhythm {
    /// The weekday that a day of a panel is like; `first` is the number of the panel's first day.
    pub fn weekday(&self, first: i32, day: usize) -> usize {
        let of_week = || (first + day as i32).rem_euclid(7) as usize;
        self.like.get(day).map_or_else(of_week, |like| usize::from(*like) % 7)
    }

    /// Seasons that have a day in `days`.
    pub fn within(&self, days: Range<usize>) -> impl Iterator<Item = &Season> {
        self.seasons.iter().filter(move |s| s.days.start < days.end && days.start < s.days.end)
    }
}
