//! Days as cells have them: Julian numbers, and the stretches of the calendar that make up a period. Stretches are those that reports are
//! made of (ten days 旬, months, years), so that a month is one cell and not seventeen (record 58).

use jiff::{ToSpan as _, civil::Date};

/// The Julian day number of 1970-01-01: numbers of days are never negative, so that both engines divide them alike
/// (stretches from the year 1 on; the program also knows years before).
pub(super) const EPOCH: i64 = 2_440_588;

/// The stretches that cells are summed by, from the shortest; each is made of whole ones of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// A day: its Julian number.
    Day,
    /// The first ten days of a month, the second ten, or the rest (旬): three for every month, counted on.
    TenDays,
    /// A month, counted from the year 0.
    Month,
    /// A year.
    Year,
}

/// In the order of their numbers in `figure_cell.level`.
pub(super) const LEVELS: [Level; 4] = [Level::Day, Level::TenDays, Level::Month, Level::Year];

impl Level {
    /// The stretch that a day is in.
    pub(super) fn of(self, number: i64) -> i64 {
        let date = date(number);
        let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
        match self {
            Self::Day => number,
            Self::TenDays => month * 3 + i64::from((date.day() - 1) / 10).min(2),
            Self::Month => month,
            Self::Year => i64::from(date.year()),
        }
    }

    /// The next longer stretch of which this one is a part.
    fn over(self, span: i64) -> i64 {
        match self {
            Self::Day => Self::TenDays.of(span),
            Self::TenDays => span.div_euclid(3),
            Self::Month => span.div_euclid(12),
            Self::Year => span,
        }
    }

    /// The first part of the next longer stretch.
    fn first(self, over: i64) -> i64 {
        match self {
            Self::Day => {
                let (month, part) = (over.div_euclid(3), over.rem_euclid(3));
                let year = i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX);
                let month = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(12);
                Date::new(year, month, 1).map_or(i64::MAX, number) + part * 10
            }
            Self::TenDays => over * 3,
            Self::Month => over * 12,
            Self::Year => over,
        }
    }

    /// The same in SQL, of the Julian number `day` (after Richards 2013, in Urban and Seidelmann, Explanatory Supplement to the Astronomical
    /// Almanac, 15.11.3): years begin in March there, so that the day that comes and goes is the last.
    pub(super) fn told(self, day: &str) -> String {
        let era = format!("({day} + 1401 + (4 * {day} + 274277) / 146097 * 3 / 4 - 38)");
        let quarter = format!("(4 * {era} + 3)");
        let of_year = format!("(5 * ({quarter} % 1461 / 4) + 2)");
        let month = format!("(({quarter} / 1461 - 4716) * 12 + {of_year} / 153 + 2)");
        let of_month = format!("({of_year} % 153 / 5)");
        match self {
            Self::Day => day.to_owned(),
            // The thirty-first day goes with the third ten.
            Self::TenDays => format!("({month} * 3 + {of_month} / 10 - {of_month} / 30)"),
            Self::Month => month,
            Self::Year => format!("({month} / 12)"),
        }
    }
}

/// The number of a day, as cells have it.
pub(super) fn number(day: Date) -> i64 {
    i64::from((day - Date::constant(1970, 1, 1)).get_days()) + EPOCH
}

/// The day of a number; one of which there is no date is taken for the nearest that has one.
fn date(number: i64) -> Date {
    let days = number.saturating_sub(EPOCH).clamp(-4_371_587, 2_932_896);
    Date::constant(1970, 1, 1).saturating_add(days.days())
}

/// Longest stretches that make up the days from `least` to `most`: level, first and last span.
pub(super) fn cover(least: i64, most: i64) -> Vec<[i64; 3]> {
    let (mut ranges, mut a, mut b) = (Vec::new(), least, most);
    for (at, level) in (0..).zip(LEVELS) {
        if a > b {
            break;
        }
        let (over_a, over_b) = (level.over(a), level.over(b));
        // The first and the last of the longer stretches that are whole; the last one is shut out.
        let up = if level.first(over_a) == a { over_a } else { over_a + 1 };
        let down = if level.first(over_b + 1) == b + 1 { over_b + 1 } else { over_b };
        if level == Level::Year || up >= down {
            ranges.push([at, a, b]);
            break;
        }
        if a < level.first(up) {
            ranges.push([at, a, level.first(up) - 1]);
        }
        if level.first(down) <= b {
            ranges.push([at, level.first(down), b]);
        }
        (a, b) = (up, down - 1);
    }
    ranges
}

/// The day of a number that is told as text.
pub(super) fn day(text: &str) -> String {
    date(text.parse().unwrap_or(EPOCH)).to_string()
}

#[cfg(test)]
mod tests {
    use super::{super::ask::RANGES, *};

    fn of(text: &str) -> i64 {
        number(text.parse().unwrap())
    }

    #[test]
    fn stretches_cover_each_day_once() {
        for (from, to) in [
            ("2026-03-05", "2026-03-05"),
            ("2026-03-05", "2026-03-04"),
            ("2026-03-09", "2026-03-12"),
            ("2026-02-01", "2026-02-28"),
            ("2024-02-11", "2024-03-20"),
            ("2025-12-31", "2026-01-01"),
            ("2019-08-02", "2026-11-27"),
            ("2020-01-01", "2025-12-31"),
            ("2019-12-31", "2026-01-31"),
            ("1999-05-21", "2031-05-11"),
        ] {
            let (least, most) = (of(from), of(to));
            let ranges = cover(least, most);
            assert!(ranges.len() <= RANGES, "{ranges:?}");
            let (mut days, mut told) = (Vec::new(), 0);
            for [level, first, last] in ranges {
                let level = LEVELS[usize::try_from(level).unwrap()];
                told += last - first + 1;
                days.extend((least - 800..most + 800).filter(|day| (first..=last).contains(&level.of(*day))));
            }
            days.sort_unstable();
            assert_eq!(days, (least..=most).collect::<Vec<_>>(), "{from} to {to}");
            assert!(told <= 60, "{from} to {to} in {told} stretches");
        }
        assert_eq!(cover(of("2026-01-01"), of("2026-12-31")), [[3, 2026, 2026]]);
        assert_eq!(cover(of("2026-02-01"), of("2026-02-28")), [[2, 2026 * 12 + 1, 2026 * 12 + 1]]);
    }

    /// Every stretch begins where the one before ends, and each longer one begins with a shorter one.
    #[test]
    fn stretches_lie_in_each_other() {
        for (shorter, longer) in LEVELS.into_iter().zip(LEVELS.into_iter().skip(1)) {
            let mut last = longer.of(of("1899-12-31"));
            for day in of("1900-01-01")..of("2101-01-01") {
                let (part, whole) = (shorter.of(day), longer.of(day));
                assert_eq!(shorter.over(part), whole);
                assert_eq!(whole != last, shorter.first(whole) == part && shorter.of(day - 1) < part);
                last = whole;
            }
        }
    }

    #[test]
    fn days_have_julian_numbers() {
        assert_eq!(number(Date::constant(2000, 1, 1)), 2_451_545);
        assert_eq!(day("2451545"), "2000-01-01");
    }

    /// What the engines reckon is what is asked for.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_engines_tell_the_same_stretches() {
        let [ten, month, year] = [Level::TenDays, Level::Month, Level::Year].map(|level| level.told("d.day"));
        let days = "WITH RECURSIVE d (day) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT day + 1 FROM d WHERE day < $2)";
        let text =
            format!("{days} SELECT d.day AS day, {ten} AS ten, {month} AS month, {year} AS year FROM d");
        let ask = db::Sql { name: "days", text: text.leak() };
        let (first, last) = (of("1970-01-01"), of("2100-12-31"));
        db::testing::TestDatabase::each(&[db::SEARCH], async |db| {
            let rows = db.read(move |tx| tx.query(&ask, &db::params![first, last])).await.unwrap();
            assert_eq!(i64::try_from(rows.len()).unwrap(), last - first + 1);
            for row in rows {
                let day: i64 = row.get("day").unwrap();
                for (column, level) in
                    [("ten", Level::TenDays), ("month", Level::Month), ("year", Level::Year)]
                {
                    assert_eq!(row.get::<i64>(column).unwrap(), level.of(day), "{column} of {}", date(day));
                }
            }
        })
        .await;
    }
}
