//! Rules: on which days a shift is kept, when it runs, what it lacks.

pub mod discreet;
pub mod fair;

use jiff::civil::Date;
use kernel::words;
use law::{Calendar, DayKind};

words! {
    /// On which days a shift is kept.
    Days {
        /// Every day.
        All = "all", "每天";
        /// Worked days, those made up on a weekend too.
        Worked = "worked", "工作日（含调休上班）";
        /// Weekends and holidays.
        Free = "free", "周末和节假日";
        /// Days off by the State Council's notice.
        Holiday = "holiday", "节假日";
    }
}

words! {
    /// What somebody does on a shift.
    Part {
        /// Stands it.
        Officer = "officer", "值班";
        /// Leads it.
        Leader = "leader", "带班";
    }
}

words! {
    /// What a day is to those who stand duty.
    Class {
        /// Worked.
        Worked = "worked", "工作日";
        /// An ordinary weekend day.
        Weekend = "weekend", "周末";
        /// A day off by the notice.
        Holiday = "holiday", "节假日";
    }
}

impl Class {
    /// What `day` is.
    pub fn of(calendar: &Calendar, day: Date) -> Self {
        match calendar.day(day) {
            DayKind::Workday | DayKind::MakeUp(_) => Self::Worked,
            DayKind::Weekend => Self::Weekend,
            DayKind::Holiday(_) => Self::Holiday,
        }
    }
}

/// What `day` is, as the roster prints it: the holiday's name, 调休上班.
pub fn day_words(calendar: &Calendar, day: Date) -> String {
    match calendar.day(day) {
        DayKind::Workday => "工作日".to_owned(),
        DayKind::MakeUp(_) => "调休上班".to_owned(),
        DayKind::Weekend => "周末".to_owned(),
        DayKind::Holiday(name) => name.to_owned(),
    }
}

/// 周一 … 周日.
pub fn weekday(day: Date) -> &'static str {
    use jiff::civil::Weekday as W;
    match day.weekday() {
        W::Monday => "周一",
        W::Tuesday => "周二",
        W::Wednesday => "周三",
        W::Thursday => "周四",
        W::Friday => "周五",
        W::Saturday => "周六",
        W::Sunday => "周日",
    }
}

impl Days {
    /// Whether a shift of such days is kept on a day of `class`.
    pub fn holds(self, class: Class) -> bool {
        match self {
            Self::All => true,
            Self::Worked => class == Class::Worked,
            Self::Free => class != Class::Worked,
            Self::Holiday => class == Class::Holiday,
        }
    }
}

/// From when to when, in minutes after midnight; an end at or before the beginning is on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The first minute.
    pub begins: i64,
    /// The minute after the last.
    pub ends: i64,
}

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// `08:30`, also with a full-width colon, as minutes after midnight; `None` when it is no time of day.
pub fn minute(text: &str) -> Option<i64> {
    let text = text.replace('：', ":");
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |part: &str| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// `08:30`.
pub fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl Hours {
    /// Whether it ends on the day after.
    pub const fn overnight(self) -> bool {
        self.ends <= self.begins
    }

    /// `08:30—17:30`, `17:30—次日 08:30`.
    pub fn words(self) -> String {
        let next = if self.overnight() { "次日 " } else { "" };
        format!("{}—{next}{}", clock(self.begins), clock(self.ends))
    }

    /// Whether the shift of `day` runs at `minute` of `today`.
    pub fn runs(self, day: Date, today: Date, minute: i64) -> bool {
        let end = if self.overnight() { self.ends + DAY } else { self.ends };
        let at = match day {
            _ if day == today => minute,
            _ if day.tomorrow().is_ok_and(|next| next == today) => minute + DAY,
            _ => return false,
        };
        (self.begins..end).contains(&at)
    }
}

/// What a shift lacks with so many officers and leaders present, in words; empty where nothing.
pub fn lacks(wanted: i64, led: bool, officers: i64, leaders: i64) -> String {
    let mut words = Vec::new();
    if officers < wanted {
        words.push(format!("缺值班人员 {} 名", wanted - officers));
    }
    if led && leaders < 1 {
        words.push("缺带班领导".to_owned());
    }
    words.join("，")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_what_the_calendar_says() {
        let calendar = &law::Law::in_use().calendar;
        let class = |day: &str| Class::of(calendar, day.parse().unwrap());
        assert_eq!(class("2026-09-23"), Class::Worked);
        assert_eq!(class("2026-09-20"), Class::Worked, "made up for the National Day");
        assert_eq!(class("2026-09-19"), Class::Weekend);
        assert_eq!(class("2026-10-01"), Class::Holiday);
        assert!(Days::Free.holds(Class::Weekend) && !Days::Holiday.holds(Class::Weekend));
        assert!(Days::Worked.holds(Class::Worked) && !Days::Free.holds(Class::Worked));
    }

    #[test]
    fn a_night_shift_runs_into_the_next_morning() {
        let night = Hours { begins: 17 * 60 + 30, ends: 8 * 60 + 30 };
        let (first, second): (Date, Date) = ("2026-09-23".parse().unwrap(), "2026-09-24".parse().unwrap());
        assert!(!night.runs(first, first, 9 * 60) && night.runs(first, first, 23 * 60));
        assert!(night.runs(first, second, 8 * 60) && !night.runs(first, second, 8 * 60 + 30));
        assert_eq!(night.words(), "17:30—次日 08:30");
        let round = Hours { begins: 510, ends: 510 };
        assert!(round.runs(first, second, 509) && !round.runs(first, second, 510), "24 hours");
    }

    #[test]
    fn times_are_read_or_refused() {
        assert_eq!((minute("8:30"), minute("08：30"), minute("23:59")), (Some(510), Some(510), Some(1439)));
        for wrong in ["24:00", "8", "8:60", "-1:00", "8:3a", ""] {
            assert_eq!(minute(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_lacking_is_said() {
        assert_eq!(lacks(2, true, 1, 0), "缺值班人员 1 名，缺带班领导");
        assert_eq!(lacks(1, false, 1, 0), "");
    }
}
