//! Days as cells have them: Julian numbers, and the stretches that make up a period.

use jiff::civil::Date;

use super::plan::{EPOCH, STEP, WIDTHS};

/// The number of a day, as cells have it.
pub(super) fn number(day: Date) -> i64 {
    i64::from((day - Date::constant(1970, 1, 1)).get_days()) + EPOCH
}

/// Largest stretches that make up the days from `least` to `most`: level, first and last span.
pub(super) fn cover(least: i64, most: i64) -> Vec<[i64; 3]> {
    let (mut ranges, mut a, mut b) = (Vec::new(), least, most);
    for level in 0_i64.. {
        if a > b {
            break;
        }
        let (up, down) = (a.div_euclid(STEP) + i64::from(a.rem_euclid(STEP) != 0), (b + 1).div_euclid(STEP));
        if usize::try_from(level).is_ok_and(|level| level + 1 == WIDTHS.len()) || up >= down {
            ranges.push([level, a, b]);
            break;
        }
        if a < up * STEP {
            ranges.push([level, a, up * STEP - 1]);
        }
        if down * STEP <= b {
            ranges.push([level, down * STEP, b]);
        }
        (a, b) = (up, down - 1);
    }
    ranges
}

/// The day of a number.
pub(super) fn day(number: &str) -> String {
    let days = number.parse::<i64>().unwrap_or(EPOCH) - EPOCH;
    let span = jiff::Span::new().days(i32::try_from(days).unwrap_or(0));
    Date::constant(1970, 1, 1).saturating_add(span).to_string()
}

#[cfg(test)]
mod tests {
    use super::{super::ask::RANGES, *};

    #[test]
    fn stretches_cover_each_day_once() {
        for (least, most) in
            [(5, 5), (0, 7), (7, 8), (1, 700), (8, 4095), (513, 2000), (2_461_000, 2_461_365), (9, 8)]
        {
            let ranges = cover(least, most);
            assert!(ranges.len() <= RANGES, "{ranges:?}");
            let mut days: Vec<i64> = Vec::new();
            for [level, first, last] in ranges {
                let width = WIDTHS[usize::try_from(level).unwrap()];
                days.extend(first * width..(last + 1) * width);
            }
            days.sort_unstable();
            assert_eq!(days, (least..=most).collect::<Vec<_>>());
        }
    }

    #[test]
    fn days_have_julian_numbers() {
        assert_eq!(number(Date::constant(2000, 1, 1)), 2_451_545);
        assert_eq!(day("2451545"), "2000-01-01");
    }
}
