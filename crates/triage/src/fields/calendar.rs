//! Days, also of the lunar calendar (1990 to 2050, GB/T 33661), and festivals.

use std::{fmt, sync::LazyLock};

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// Year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Days of a month.
pub(crate) fn length(year: i32, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Day {
    /// The day, if there is such.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Day> {
        let fits =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= length(year, month);
        fits.then_some(Day { year, month, day })
    }

    /// Days since 1970-01-01 (Hinnant's days_from_civil).
    #[must_use]
    pub fn number(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let month = i64::from(self.month);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day with this number.
    #[must_use]
    pub fn of_number(number: i64) -> Day {
        let z = number + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z - era * 146_097;
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Day { year: year as i32, month: month as u32, day: day as u32 }
    }

    /// So many days later.
    #[must_use]
    pub fn plus(self, days: i64) -> Day {
        Day::of_number(self.number() + days)
    }

    /// So many months later, the last day of the month where it is shorter.
    pub(crate) fn plus_months(self, months: i64) -> Day {
        let count = i64::from(self.year) * 12 + i64::from(self.month) - 1 + months;
        let (year, month) = (count.div_euclid(12) as i32, count.rem_euclid(12) as u32 + 1);
        Day { year, month, day: self.day.min(length(year, month)) }
    }

    /// 0 for Monday.
    pub(crate) fn weekday(self) -> i64 {
        (self.number() + 3).rem_euclid(7)
    }
}

/// A lunar year: its first day, its leap month or nought, whether each month has thirty days.
struct Lunar {
    first: Day,
    leap: u32,
    long: Vec<bool>,
}

static YEARS: LazyLock<Vec<Lunar>> = LazyLock::new(|| {
    let read = |line: &str| {
        let mut parts = line.split(' ');
        let mut date = parts.next()?.split('-');
        let mut number = || date.next()?.parse::<u32>().ok();
        let first = Day::new(i32::try_from(number()?).ok()?, number()?, number()?)?;
        let leap = parts.next()?.parse().ok()?;
        Some(Lunar { first, leap, long: parts.next()?.chars().map(|c| c == '1').collect() })
    };
    include_str!("../../data/lunar.txt").lines().filter_map(read).collect()
});

/// The day of a lunar date; negative days count from the end of the month.
pub(crate) fn lunar(year: i32, month: u32, day: i64) -> Option<Day> {
    let lunar = YEARS.get(usize::try_from(year - 1990).ok()?)?;
    let before = month as usize - 1 + usize::from(lunar.leap != 0 && month > lunar.leap);
    let days = |long: &bool| 29 + i64::from(*long);
    let start: i64 = lunar.long.iter().take(before).map(days).sum();
    let of_month = days(lunar.long.get(before)?);
    let day = if day < 0 { of_month + day + 1 } else { day };
    (1..=of_month).contains(&day).then(|| lunar.first.plus(start + day - 1))
}

/// The first, second, third Sunday of a month.
fn sunday(year: i32, month: u32, which: i64) -> Option<Day> {
    let first = Day::new(year, month, 1)?;
    Some(first.plus(6 - first.weekday() + 7 * (which - 1)))
}

/// A festival of a year: its day.
pub(crate) fn festival(name: &str, year: i32) -> Option<Day> {
    match name {
        "元旦" => Day::new(year, 1, 1),
        "情人节" => Day::new(year, 2, 14),
        "三八" | "三八节" | "妇女节" | "女神节" => Day::new(year, 3, 8),
        "315" | "3.15" | "3·15" | "消费者权益日" => Day::new(year, 3, 15),
        "五一" | "劳动节" => Day::new(year, 5, 1),
        "六一" | "儿童节" => Day::new(year, 6, 1),
        "植树节" => Day::new(year, 3, 12),
        "愚人节" => Day::new(year, 4, 1),
        "护士节" => Day::new(year, 5, 12),
        "520" => Day::new(year, 5, 20),
        "建军节" => Day::new(year, 8, 1),
        "跨年夜" => Day::new(year, 12, 31),
        "618" | "6.18" | "6·18" => Day::new(year, 6, 18),
        "母亲节" => sunday(year, 5, 2),
        "父亲节" => sunday(year, 6, 3),
        "教师节" => Day::new(year, 9, 10),
        "国庆" | "国庆节" | "十一" => Day::new(year, 10, 1),
        "双十一" | "双11" | "11.11" | "11·11" | "光棍节" => Day::new(year, 11, 11),
        "双十二" | "双12" | "12.12" => Day::new(year, 12, 12),
        "平安夜" => Day::new(year, 12, 24),
        "圣诞" | "圣诞节" => Day::new(year, 12, 25),
        "清明" | "清明节" => {
            let of_century = year.rem_euclid(100);
            Day::new(year, 4, (f64::from(of_century) * 0.2422 + 4.81) as u32 - (of_century / 4) as u32)
        }
        "春节" | "大年初一" | "过年" => lunar(year, 1, 1),
        "除夕" | "大年三十" | "年三十" => Some(lunar(year, 1, 1)?.plus(-1)),
        "元宵" | "元宵节" => lunar(year, 1, 15),
        "端午" | "端午节" => lunar(year, 5, 5),
        "七夕" | "七夕节" => lunar(year, 7, 7),
        "中元节" => lunar(year, 7, 15),
        "中秋" | "中秋节" => lunar(year, 8, 15),
        "重阳" | "重阳节" => lunar(year, 9, 9),
        "腊八" | "腊八节" => lunar(year - 1, 12, 8),
        _ => None,
    }
}

/// Names of festivals, those that begin with another first.
pub(crate) const FESTIVALS: &str = "元旦 情人节 三八节 三八 妇女节 315 3.15 3·15 消费者权益日 五一 劳动节 六一 儿童节 618 国庆节 国庆 十一 双十一 双11 光棍节 双十二 双12 平安夜 \
圣诞节 圣诞 教师节 母亲节 父亲节 清明节 清明 春节 大年初一 过年 除夕 大年三十 年三十 元宵节 元宵 端午节 端午 七夕节 七夕 中秋节 中秋 重阳节 重阳 腊八节 腊八 植树节 愚人节 护士节 女神节 520 建军节 跨年夜 6.18 6·18 11.11 11·11 12.12 中元节";

/// Their first letters.
pub(crate) const FESTIVALS_BEGIN: &str =
    "元情三妇3消五劳六儿6国十双光平圣教母父清春大过除年端七中重腊植愚护女5建跨1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_agree() {
        for number in [-1, 0, 59, 20_000, 20_720] {
            assert_eq!(Day::of_number(number).number(), number);
        }
        assert_eq!(Day::new(2026, 9, 24).unwrap().weekday(), 3, "a Thursday");
        assert_eq!(Day::new(2026, 2, 29), None);
    }

    #[test]
    fn each_festival_begins_with_one_of_the_letters() {
        let begins = |word: &str| word.starts_with(|c| FESTIVALS_BEGIN.contains(c));
        assert!(FESTIVALS.split_whitespace().all(|word| begins(word) && festival(word, 2026).is_some()));
    }

    #[test]
    fn festivals_fall_where_they_fell() {
        let day = |year, month, day| Day::new(year, month, day);
        for (name, year, of) in [
            ("春节", 2025, day(2025, 1, 29)),
            ("中秋", 2025, day(2025, 10, 6)),
            ("端午", 2025, day(2025, 5, 31)),
            ("中秋", 2023, day(2023, 9, 29)),
            ("除夕", 2024, day(2024, 2, 9)),
            ("重阳", 2025, day(2025, 10, 29)),
            ("清明", 2026, day(2026, 4, 5)),
            ("清明", 2024, day(2024, 4, 4)),
            ("元宵", 2026, day(2026, 3, 3)),
            ("腊八", 2026, day(2026, 1, 26)),
            ("母亲节", 2026, day(2026, 5, 10)),
            ("父亲节", 2025, day(2025, 6, 15)),
        ] {
            assert_eq!(festival(name, year), of, "{name} {year}");
        }
    }
}
