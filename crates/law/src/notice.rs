//! A year's notice of the State Council (放假安排) in the ways it comes: the JSON of holiday-cn, our TOML, typed lines.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{Calendar, LawError, lines};

/// A day of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDay {
    /// The holiday.
    pub name: String,
    /// The day.
    pub date: Date,
    /// Off (放假), or worked to make up (调休上班).
    #[serde(rename = "isOffDay")]
    pub off: bool,
}

/// A year's days off and make-up workdays, as holiday-cn writes them: `{year, papers, days: [{name, date, isOffDay}]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The year of the notice; a late day of December may stand in the next year's.
    pub year: i16,
    /// Where it was published.
    #[serde(default)]
    pub papers: Vec<String>,
    /// The days, in order.
    pub days: Vec<NoticeDay>,
}

/// Holidays that every year has (全国年节及纪念日放假办法).
const ALWAYS: [&str; 7] = ["元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆"];

fn wrong(line: usize, words: impl Into<String>) -> LawError {
    LawError::Line { line, words: words.into() }
}

impl Notice {
    /// Reads a notice for `year`, whichever way it is written.
    ///
    /// ```
    /// let typed = law::Notice::read("2月5日至2月7日 春节 放假\n2027-01-30 春节 上班", 2027).unwrap();
    /// assert_eq!(typed.days.len(), 4);
    /// let json = r#"{"year":2027,"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}"#;
    /// assert_eq!(law::Notice::read(json, 2027).unwrap().days[0].date.to_string(), "2027-01-01");
    /// let bad = law::Notice::read("2027-02-05 春节 放假\n2027-02-31 春节 放假", 2027).unwrap_err();
    /// assert_eq!(bad.to_string(), "第 2 行：“2027-02-31”不是日期");
    /// ```
    ///
    /// # Errors
    /// [`LawError::Line`] with the line that is wrong: another year, a day twice, no day at all.
    pub fn read(text: &str, year: i16) -> Result<Self, LawError> {
        let head = text.trim_start_matches('\u{feff}').trim_start();
        let mut notice = if head.starts_with('{') {
            Self::from_json(text)?
        } else if text.lines().any(|line| line.trim_start().starts_with('[')) {
            Self::from_toml(text, year)?
        } else {
            Self { year, papers: Vec::new(), days: typed(text, year)? }
        };
        if notice.year != year {
            let line = line_with(text, "year").unwrap_or(1);
            return Err(wrong(line, format!("文件是 {} 年的安排，不是 {year} 年的", notice.year)));
        }
        notice.days.sort_by_key(|day| day.date);
        notice.check(text)?;
        Ok(notice)
    }

    fn from_json(text: &str) -> Result<Self, LawError> {
        serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            wrong(error.line(), lines::told(message))
        })
    }

    fn from_toml(text: &str, year: i16) -> Result<Self, LawError> {
        let read = Calendar::from_toml(text)?;
        match read.years().find(|known| *known == year) {
            Some(year) => Ok(read.notice(year)),
            None => Err(wrong(1, format!("文件里没有 {year} 年"))),
        }
    }

    fn check(&self, text: &str) -> Result<(), LawError> {
        if self.days.is_empty() {
            return Err(wrong(1, format!("没有任何日期；{} 年的通知可能还没有发布", self.year)));
        }
        let mut seen = BTreeMap::new();
        for day in &self.days {
            let line = line_with(text, &day.date.to_string())
                .or_else(|| line_with(text, &day.date.strftime("%m-%d").to_string()))
                .unwrap_or(1);
            if (day.date.year() - self.year).abs() > 1 {
                return Err(wrong(line, format!("{} 不在 {} 年前后", day.date, self.year)));
            }
            if day.name.trim().is_empty() {
                return Err(wrong(line, format!("{} 没有写节日名称", day.date)));
            }
            if seen.insert(day.date, day.off).is_some() {
                return Err(wrong(line, format!("{} 写了两次", day.date)));
            }
        }
        Ok(())
    }

    /// What looks odd though it can be read: holidays that every year has and this one lacks, a weekday named as made up.
    pub fn doubts(&self) -> Vec<String> {
        let missing: Vec<&str> = ALWAYS
            .into_iter()
            .filter(|name| !self.days.iter().any(|day| day.off && day.name.contains(name)))
            .collect();
        let mut doubts = Vec::new();
        if !missing.is_empty() {
            doubts.push(format!("没有以下节日的放假日：{}", missing.join("、")));
        }
        let weekend = |day: &NoticeDay| {
            matches!(day.date.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday)
        };
        for day in self.days.iter().filter(|day| !day.off && !weekend(day)) {
            doubts.push(format!("{} 本来就是工作日，却写成调休上班", day.date));
        }
        doubts
    }

    /// The notice as JSON, the form in which it is kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn line_with(text: &str, part: &str) -> Option<usize> {
    text.lines().position(|line| line.contains(part)).map(|at| at + 1)
}

/// Typed lines: `2月5日至2月11日 春节 放假`, `2027-01-30 春节 上班`.
fn typed(text: &str, year: i16) -> Result<Vec<NoticeDay>, LawError> {
    let mut days = Vec::new();
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts: Vec<&str> =
            line.split([' ', '\t', ',', '，', '\u{3000}']).filter(|part| !part.is_empty()).collect();
        let [span, name, kind] = parts[..] else {
            return Err(wrong(at, "请写成“日期 节日 放假”或者“日期 节日 上班”"));
        };
        let off = match kind {
            "放假" | "休" | "休息" => true,
            "上班" | "班" | "调休上班" => false,
            other => return Err(wrong(at, format!("“{other}”请写成“放假”或者“上班”"))),
        };
        let (first, last) = span.split_once(['至', '~', '～']).unwrap_or((span, span));
        let (first, last) = (date(first, year, at)?, date(last, year, at)?);
        if last < first || (last - first).get_days() > 31 {
            return Err(wrong(at, format!("“{span}”的起止日期不对")));
        }
        days.extend(first.series(1.day()).take_while(|day| *day <= last).map(|date| NoticeDay {
            name: name.to_owned(),
            date,
            off,
        }));
    }
    Ok(days)
}

fn date(text: &str, year: i16, line: usize) -> Result<Date, LawError> {
    let plain = text.trim().replace(['年', '月', '/', '.'], "-").replace(['日', '号'], "");
    let numbers: Option<Vec<i16>> = plain.split('-').map(|part| part.trim().parse().ok()).collect();
    let (year, month, day) = match numbers.as_deref() {
        Some([month, day]) => (year, *month, *day),
        Some([year, month, day]) => (*year, *month, *day),
        _ => return Err(wrong(line, format!("“{text}”不是日期"))),
    };
    let small = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    small
        .and_then(|(month, day)| Date::new(year, month, day).ok())
        .ok_or_else(|| wrong(line, format!("“{text}”不是日期")))
}
