//! Which days are worked (regulations §8): Monday to Friday, overlaid with the State Council's yearly notice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use toml::Spanned;

use crate::{LawError, Notice, NoticeDay, OfficeHours, lines};

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
    /// Days off of the region or of this office, beside the State Council's notice.
    closed: BTreeMap<Date, String>,
    /// Year → where its days come from, when not from the program.
    sources: BTreeMap<i16, String>,
    /// Whether a period of natural days may end on an ordinary weekend day: the text speaks of 法定节假日 only (regulations
    /// §8). By default the end rolls on.
    pub weekend_ends_stand: bool,
    /// The office hours a bureau set, the oldest first; none ship.
    pub(crate) hours: Vec<OfficeHours>,
}

type Days = BTreeMap<String, Vec<Spanned<String>>>;

#[derive(Deserialize)]
struct Year {
    #[serde(default)]
    off: Days,
    #[serde(default)]
    work: Days,
    #[serde(default)]
    closed: Days,
}

impl Calendar {
    /// Reads a calendar file: `[2026.off]` and `[2026.work]`, each `"name" = ["MM-DD", …]`.
    ///
    /// # Errors
    /// [`LawError::Line`] when the text is not one.
    pub fn from_toml(text: &str) -> Result<Self, LawError> {
        let mut calendar = Self::default();
        calendar.overlay(text)?;
        Ok(calendar)
    }

    /// Adds or replaces the years of another file: next year's notice, or an office's own days (`[2027.closed]`).
    ///
    /// # Errors
    /// [`LawError::Line`] when the text is not a calendar; then nothing is changed.
    pub fn overlay(&mut self, text: &str) -> Result<(), LawError> {
        let years: BTreeMap<Spanned<String>, Year> =
            toml::from_str(text).map_err(|error| lines::of_toml(text, &error))?;
        let mut fresh = self.clone();
        for (year, days) in years {
            let at = |start: usize, words: String| LawError::Line { line: lines::at(text, start), words };
            let start = year.span().start;
            let number: i16 =
                year.get_ref().parse().map_err(|_| at(start, format!("“{}”不是年份", year.get_ref())))?;
            fresh.clear(number);
            fresh.years.insert(number);
            for (map, listed) in
                [(&mut fresh.off, days.off), (&mut fresh.work, days.work), (&mut fresh.closed, days.closed)]
            {
                for (name, days) in listed {
                    for day in days {
                        let date = format!("{number:04}-{}", day.get_ref());
                        let date =
                            date.parse().map_err(|_| at(day.span().start, format!("{date} 不是日期")))?;
                        map.insert(date, name.clone());
                    }
                }
            }
        }
        *self = fresh;
        Ok(())
    }

    fn clear(&mut self, year: i16) {
        for map in [&mut self.off, &mut self.work, &mut self.closed] {
            map.retain(|day, _| day.year() != year);
        }
        self.sources.remove(&year);
    }

    /// Puts the State Council's notice for a year in the place of what was known of it. `source` is told wherever a period
    /// reaches into the year. The office's own days stay. Days of a neighbouring year (the last of December) change only
    /// themselves.
    pub fn apply(&mut self, notice: &Notice, source: &str) {
        let closed: Vec<_> = self
            .closed
            .iter()
            .filter(|(day, _)| day.year() == notice.year)
            .map(|(d, n)| (*d, n.clone()))
            .collect();
        self.clear(notice.year);
        self.closed.extend(closed);
        self.years.insert(notice.year);
        for NoticeDay { name, date, off } in &notice.days {
            let (map, other) =
                if *off { (&mut self.off, &mut self.work) } else { (&mut self.work, &mut self.off) };
            other.remove(date);
            map.insert(*date, name.clone());
        }
        self.sources.insert(notice.year, source.to_owned());
    }

    /// Puts the days off of the region or of this office for a year in the place of those that were known.
    pub fn close(&mut self, year: i16, days: &[NoticeDay]) {
        self.closed.retain(|day, _| day.year() != year);
        self.closed.extend(days.iter().map(|day| (day.date, day.name.clone())));
    }

    /// What is known of a year's notice, for showing and for editing.
    pub fn notice(&self, year: i16) -> Notice {
        let days = |map: &BTreeMap<Date, String>, off: bool| -> Vec<NoticeDay> {
            let own = map.iter().filter(|(day, _)| day.year() == year);
            own.map(|(date, name)| NoticeDay { name: name.clone(), date: *date, off }).collect()
        };
        let mut all = [days(&self.off, true), days(&self.work, false)].concat();
        all.sort_by_key(|day| day.date);
        Notice { year, papers: Vec::new(), days: all }
    }

    /// The days off of the region or of this office in a year.
    pub fn closed(&self, year: i16) -> Vec<NoticeDay> {
        let own = self.closed.iter().filter(|(day, _)| day.year() == year);
        own.map(|(date, name)| NoticeDay { name: name.clone(), date: *date, off: true }).collect()
    }

    /// Where the days of a year come from, when not from the program.
    pub fn source(&self, year: i16) -> Option<&str> {
        self.sources.get(&year).map(String::as_str)
    }

    /// What `day` is.
    pub fn day(&self, day: Date) -> DayKind<'_> {
        if let Some(name) = self.closed.get(&day) {
            return DayKind::Holiday(name);
        }
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
