//! Office hours (办公时间): when a bureau counts what was received after them, or on a day off, as received on the next working
//! day (regulations §8, 6). No order says so, and none forbids it; it is a local rule, so nothing of it ships. The alarm never
//! trusts it: it stays on the day that was counted without.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::{Calendar, LawError, lines};

/// The hours of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// When the office opens.
    pub opens: Time,
    /// When it closes: what comes at this minute or later came after hours.
    pub closes: Time,
}

/// Other hours in a part of the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// First day, `MM-DD`.
    pub from: String,
    /// Last day, `MM-DD`; may lie in the next year.
    pub to: String,
    /// When the office opens then.
    pub opens: Time,
    /// When it closes then.
    pub closes: Time,
}

/// The office hours a bureau set, for what is received on `valid_from` or later; until the next ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeHours {
    /// First day of receipt they are for.
    pub valid_from: Date,
    /// The hours of a working day; `None` ends the rule: from then on the day of receipt counts as it is.
    pub hours: Option<Hours>,
    /// Summer or winter hours.
    pub season: Option<Season>,
    /// Where they come from, told in every explanation.
    #[serde(skip)]
    pub source: String,
}

/// A receipt (收到): its day, and its hour where a machine or a person noted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The day, as recorded.
    pub day: Date,
    /// The time of that day; `None` where only the day is known, and then it counts as within the hours.
    pub at: Option<Time>,
    /// Whether it came in writing (web page, letter, electronic mail), so that it can have come while nobody was there. Office
    /// hours move nothing else.
    pub in_writing: bool,
}

/// What office hours make of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferral {
    /// The working day it counts as received on.
    pub to: Date,
    /// Why, in words.
    pub why: String,
}

/// `MM-DD`, of a leap year so that 02-29 can be named.
fn day_of_year(text: &str) -> Option<(i8, i8)> {
    let whole = text.len() == 5 && text.is_ascii();
    let day: Date = whole.then(|| format!("2024-{text}")).and_then(|day| day.parse().ok())?;
    Some((day.month(), day.day()))
}

impl Season {
    fn holds(&self, day: Date) -> bool {
        let (Some(from), Some(to)) = (day_of_year(&self.from), day_of_year(&self.to)) else { return false };
        let day = (day.month(), day.day());
        if from <= to { from <= day && day <= to } else { from <= day || day <= to }
    }
}

impl OfficeHours {
    /// Reads them as [`OfficeHours::to_toml`] writes them.
    ///
    /// # Errors
    /// [`LawError::Line`] with what is missing or cannot be.
    pub fn from_toml(text: &str) -> Result<Self, LawError> {
        let read: Self = lines::read(text)?;
        let at = |part: &str| text.lines().position(|line| line.contains(part)).map_or(1, |at| at + 1);
        let wrong = |part: &str, words: &str| LawError::Line { line: at(part), words: words.to_owned() };
        if read.hours.as_ref().is_some_and(|hours| hours.closes <= hours.opens) {
            return Err(wrong("closes", "下班时间应当晚于上班时间"));
        }
        if let Some(season) = &read.season {
            if read.hours.is_none() {
                return Err(wrong("[season]", "没有全年的办公时间，就不能另定一段时间的办公时间"));
            }
            if day_of_year(&season.from).is_none() || day_of_year(&season.to).is_none() {
                return Err(wrong("[season]", "起止日期请写成“月-日”，例如 05-01"));
            }
            if season.closes <= season.opens {
                return Err(wrong("[season]", "这段时间的下班时间应当晚于上班时间"));
            }
        }
        Ok(read)
    }

    /// As TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The hours of `day`; `None` where the rule has ended.
    pub fn on(&self, day: Date) -> Option<Hours> {
        let own = self.hours.as_ref()?;
        let season = self.season.as_ref().filter(|season| season.holds(day));
        Some(
            season.map_or_else(|| own.clone(), |season| Hours { opens: season.opens, closes: season.closes }),
        )
    }

    /// In a line: `08:30 至 17:30，05-01 至 09-30 为 08:00 至 17:00`.
    pub fn words(&self) -> String {
        let time = |time: Time| time.strftime("%H:%M").to_string();
        let Some(hours) = &self.hours else { return "不设办公时间，按收到当日起算".to_owned() };
        let season = self.season.as_ref().map(|season| {
            format!("，{} 至 {} 为 {} 至 {}", season.from, season.to, time(season.opens), time(season.closes))
        });
        format!("{} 至 {}{}", time(hours.opens), time(hours.closes), season.unwrap_or_default())
    }
}

impl Calendar {
    /// Puts office hours in the place of those with the same first day, or adds them.
    pub fn put_hours(&mut self, hours: OfficeHours) {
        self.hours.retain(|known| known.valid_from != hours.valid_from);
        self.hours.push(hours);
        self.hours.sort_by_key(|known| known.valid_from);
    }

    /// Every office hours that were set, the oldest first.
    pub fn hours(&self) -> &[OfficeHours] {
        &self.hours
    }

    /// The office hours for what is received on `day`.
    pub fn hours_on(&self, day: Date) -> Option<&OfficeHours> {
        self.hours.iter().rev().find(|hours| hours.valid_from <= day)
    }

    /// On which working day a receipt counts when it came after hours or on a day off; `None` where it counts on its own day:
    /// always, unless office hours were set.
    pub fn deferral(&self, receipt: Receipt) -> Option<Deferral> {
        let set = self.hours_on(receipt.day).filter(|_| receipt.in_writing)?;
        let hours = set.on(receipt.day)?;
        let why = if self.day(receipt.day).is_worked() {
            let at = receipt.at.filter(|at| *at >= hours.closes)?;
            let time = |time: Time| time.strftime("%H:%M").to_string();
            format!("{} 收到，在办公时间（{} 至 {}）之后", time(at), time(hours.opens), time(hours.closes))
        } else {
            "当日是休息日".to_owned()
        };
        let mut to = receipt.day.tomorrow().ok()?;
        while !self.day(to).is_worked() {
            to = to.tomorrow().ok()?;
        }
        Some(Deferral { to, why })
    }
}

impl Receipt {
    /// What came in writing on `day`, at `at` where that is known.
    pub const fn written(day: Date, at: Option<Time>) -> Self {
        Self { day, at, in_writing: true }
    }
}
