//! Which days are worked (regulations §8): Monday to Friday, overlaid with the State Council's yearly notice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use crate::LawError;

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// Monday to Friday, worked.
    Workday,
    /// A weekend day that is worked to make up (调休上班).
    MakeUp(&'a str),
    /// An ordinary weekend day.
    Weekend,
    /// A day off by the notice (法定节假日 and the days joined to it), with its name.
    Holiday(&'a str),
}

impl DayKind<'_> {
    /// Whether it is worked.
    pub const fn is_worked(self) -> bool {
        matches!(self, Self::Workday | Self::MakeUp(_))
    }
}

/// The working-day calendar of the years it knows.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    years: BTreeSet<i16>,
    off: BTreeMap<Date, String>,
    work: BTreeMap<Date, String>,
}

#[derive(Deserialize)]
struct Year {
    off: BTreeMap<String, Vec<String>>,
    work: BTreeMap<String, Vec<String>>,
}

impl Calendar {
    /// Reads a calendar file: `[2026.off]` and `[2026.work]`, each `"name" = ["MM-DD", …]`.
    ///
    /// # Errors
    /// [`LawError::Data`] when the text is not one.
    pub fn from_toml(text: &str) -> Result<Self, LawError> {
        let mut calendar = Self::default();
        calendar.overlay(text)?;
        Ok(calendar)
    }

    /// Adds or replaces the years of another file: next year's notice, or an office's own days.
    ///
    /// # Errors
    /// [`LawError::Data`] when the text is not a calendar; then nothing is changed.
    pub fn overlay(&mut self, text: &str) -> Result<(), LawError> {
        let years: BTreeMap<String, Year> =
            toml::from_str(text).map_err(|e| LawError::Data(e.to_string()))?;
        let mut fresh = self.clone();
        for (year, days) in years {
            let number: i16 = year.parse().map_err(|_| LawError::Data(format!("not a year: {year}")))?;
            fresh.off.retain(|day, _| day.year() != number);
            fresh.work.retain(|day, _| day.year() != number);
            fresh.years.insert(number);
            for (map, listed) in [(&mut fresh.off, days.off), (&mut fresh.work, days.work)] {
                for (name, days) in listed {
                    for day in days {
                        let date = format!("{year}-{day}")
                            .parse()
                            .map_err(|_| LawError::Data(format!("not a day: {year}-{day}")))?;
                        map.insert(date, name.clone());
                    }
                }
            }
        }
        *self = fresh;
        Ok(())
    }

    /// What `day` is.
    pub fn day(&self, day: Date) -> DayKind<'_> {
        if let Some(name) = self.off.get(&day) {
            return DayKind::Holiday(name);
        }
        if let Some(name) = self.work.get(&day) {
            return DayKind::MakeUp(name);
        }
        match day.weekday() {
            Weekday::Saturday | Weekday::Sunday => DayKind::Weekend,
            _ => DayKind::Workday,
        }
    }

    /// Whether the notice for the year of `day` is known.
    pub fn knows(&self, day: Date) -> bool {
        self.years.contains(&day.year())
    }

    /// The years it knows.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.iter().copied()
    }

    /// Working days in `from..=to`; 0 when the order is wrong.
    pub fn worked_between(&self, from: Date, to: Date) -> usize {
        from.series(jiff::Span::new().days(1))
            .take_while(|day| *day <= to)
            .filter(|day| self.day(*day).is_worked())
            .count()
    }
}
