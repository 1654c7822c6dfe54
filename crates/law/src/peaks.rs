//! Spans of the year in which complaints are known to differ (`law/peaks.toml`), and the festivals of the calendar.

use jiff::{ToSpan as _, civil::Date};
use serde::Deserialize;

use crate::{DayKind, Law};

/// A span that comes every year on the same days.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Peak {
    /// What people call it.
    pub name: String,
    /// First day, `MM-DD`.
    pub from: String,
    /// Last day, `MM-DD`.
    pub to: String,
}

/// Such a span in a year, or a festival; both days are within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeakDays {
    /// Its name, the same every year.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// A file of them.
#[derive(Deserialize)]
pub(crate) struct Peaks {
    pub peaks: Vec<Peak>,
}

impl Law {
    /// The peaks and festivals that have a day in `from..=to`, by their first day. Festivals are the days off of the notices.
    pub fn peaks_between(&self, from: Date, to: Date) -> Vec<PeakDays> {
        let mut found = Vec::new();
        for year in from.year()..=to.year() {
            let date = |day: &str| format!("{year:04}-{day}").parse::<Date>().ok();
            found.extend(self.peaks.iter().filter_map(|peak| {
                let (from, to) = (date(&peak.from)?, date(&peak.to)?);
                Some(PeakDays { name: peak.name.clone(), from, to })
            }));
        }
        let days = from.series(1.day()).take_while(|day| *day <= to);
        let mut festivals: Vec<PeakDays> = Vec::new();
        for day in days {
            let DayKind::Holiday(name) = self.calendar.day(day) else { continue };
            match festivals
                .last_mut()
                .filter(|last| last.name == name && last.to.tomorrow().ok() == Some(day))
            {
                Some(last) => last.to = day,
                None => festivals.push(PeakDays { name: name.to_owned(), from: day, to: day }),
            }
        }
        found.extend(festivals);
        found.retain(|peak| peak.from <= to && from <= peak.to);
        found.sort_by(|a, b| a.from.cmp(&b.from).then(a.name.cmp(&b.name)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_peak_is_a_span_of_a_year() {
        let law = Law::shipped();
        assert!(law.peaks.len() >= 3);
        for peak in &law.peaks {
            let date = |day: &str| format!("2026-{day}").parse::<Date>().expect("a day");
            assert!(date(&peak.from) <= date(&peak.to), "{peak:?}");
        }
    }

    #[test]
    fn festivals_move_with_the_moon_and_campaigns_do_not() {
        let law = Law::shipped();
        let of = |year: i16, name: &str| {
            let all = law.peaks_between(jiff::civil::date(year, 1, 1), jiff::civil::date(year, 12, 31));
            all.into_iter().find(|peak| peak.name.contains(name)).expect("it").from
        };
        assert_ne!(
            of(2024, "春节").strftime("%m-%d").to_string(),
            of(2025, "春节").strftime("%m-%d").to_string()
        );
        assert_eq!((of(2024, "3·15").month(), of(2024, "3·15").day()), (3, 7));
        let one = law.peaks_between(jiff::civil::date(2024, 11, 11), jiff::civil::date(2024, 11, 11));
        assert_eq!(one.iter().map(|peak| peak.name.as_str()).collect::<Vec<_>>(), ["双十一促销"]);
    }
}
