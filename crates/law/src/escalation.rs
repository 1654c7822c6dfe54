//! When somebody is reminded of a clock (催办、升级): levels as data (`law/escalation.toml`), reached by a pure function.

use jiff::civil::Date;
use serde::Deserialize;

use crate::Calendar;

/// Whom a level reminds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminded {
    /// Who has the matter.
    Officer,
    /// The head of the section.
    SectionHead,
    /// The head of the bureau.
    BureauHead,
}

/// Which day of a clock a level is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The day to be safe by.
    Alarm,
    /// The legal end.
    Due,
}

/// A level.
#[derive(Clone, Debug, Deserialize)]
pub struct Level {
    /// Stable word.
    pub code: String,
    /// For people.
    pub title: String,
    /// From which day.
    pub from: Mark,
    /// Working days after it; negative: before.
    pub working_days: i64,
    /// Whom it reminds.
    pub to: Reminded,
}

impl Level {
    /// The day this level is reached; beyond the calendar's range it is the mark itself.
    pub fn day(&self, calendar: &Calendar, alarm: Date, due: Date) -> Date {
        let mark = match self.from {
            Mark::Alarm => alarm,
            Mark::Due => due,
        };
        let (mut day, mut left) = (mark, self.working_days.abs());
        while left > 0 {
            let next = if self.working_days < 0 { day.yesterday() } else { day.tomorrow() };
            let Ok(next) = next else { return mark };
            day = next;
            left -= i64::from(calendar.day(day).is_worked());
        }
        day
    }
}

/// The levels reached on `today`, in their order. Of several that remind the same people and fall on the same day only the
/// last is told: one day brings one reminder.
pub fn reached<'a>(
    levels: &'a [Level],
    calendar: &Calendar,
    alarm: Date,
    due: Date,
    today: Date,
) -> Vec<&'a Level> {
    let days: Vec<Date> = levels.iter().map(|level| level.day(calendar, alarm, due)).collect();
    let told = |(at, level): &(usize, &'a Level)| {
        let again = levels.iter().zip(&days).skip(at + 1);
        let mut again = again.filter(|(later, day)| later.to == level.to && Some(*day) == days.get(*at));
        again.next().is_none() && days.get(*at).is_some_and(|day| *day <= today)
    };
    levels.iter().enumerate().filter(told).map(|(_, level)| level).collect()
}
