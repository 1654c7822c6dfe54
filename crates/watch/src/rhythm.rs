//! The office's calendar as the detector reads it: days off, make-up workdays, 3·15, 618, 双十一, festivals.

use jiff::{ToSpan as _, civil::Date};
use law::{DayKind, Law};
use sentinel::watch::rhythm::{Rhythm, Season};

/// The first day of all day numbers: a Monday.
const MONDAY: Date = Date::constant(1970, 1, 5);

/// Days since 1970-01-05, a Monday.
pub fn number(date: Date) -> i32 {
    (date - MONDAY).get_days()
}

/// The day with that number.
pub fn dated(day: i32) -> Date {
    MONDAY.saturating_add(day.days())
}

/// The calendar of `days` days from the one with number `first`. Years without a notice have ordinary weeks and no festivals.
///
/// ```
/// // 2024-10-01 was a Tuesday off, 2024-10-12 a Saturday that was worked
/// let rhythm = watch::rhythm::of(law::Law::shipped(), watch::rhythm::number(jiff::civil::date(2024, 10, 1)), 12);
/// assert_eq!((rhythm.like[0], rhythm.like[11]), (6, 4));
/// assert!(rhythm.seasons.iter().any(|season| season.name.contains("国庆节") && season.days == (0..7)));
/// ```
pub fn of(law: &Law, first: i32, days: usize) -> Rhythm {
    let like = (0..days).map(|day| like(law, dated(first + day as i32))).collect();
    let (from, to) = (dated(first), dated(first + days as i32));
    // a span that began before the first day is cut, one that ends later goes on to its end
    let place = |date: Date| usize::try_from(number(date) - first).unwrap_or(0);
    let season = |peak: law::PeakDays| Season { name: peak.name, days: place(peak.from)..place(peak.to) + 1 };
    Rhythm { like, seasons: law.peaks_between(from, to).into_iter().map(season).collect() }
}

fn like(law: &Law, date: Date) -> u8 {
    match law.calendar.day(date) {
        DayKind::Holiday(_) => 6,
        DayKind::MakeUp(_) => 4,
        DayKind::Workday | DayKind::Weekend => date.weekday().to_monday_zero_offset().unsigned_abs(),
    }
}
