//! Counting (令第121号 第四十五条, 行政处罚程序规定 第八十条; regulations §8).
//!
//! The day of the start is not counted. Working-day periods count worked days, make-up days among them. When the last
//! day of a natural-day period is a day off, the period ends on the first day after it. Whether an ordinary weekend
//! also carries the end on is not said in the text; by default it does, and the alarm keeps the unrolled day.

use jiff::{ToSpan, civil::Date};

use crate::{Calendar, ClockRule, DayKind, Deferral, Receipt, Unit};

/// Why a period cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// The clock is counted in hours; ask for an instant.
    #[error("“{0}”按小时计算，请用时刻而不是日期")]
    Hours(String),
    /// A pause ends before it begins.
    #[error("暂停区间的结束日 {to} 早于开始日 {from}")]
    PauseOrder {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// Beyond the days a calendar can hold.
    #[error("日期超出可计算的范围")]
    OutOfRange,
    /// What is wrong with a file of law, and where.
    #[error("第 {line} 行：{words}")]
    Line {
        /// Line, from 1.
        line: usize,
        /// A sentence.
        words: String,
    },
    /// The same with the name of the file.
    #[error("{file} {error}")]
    File {
        /// The file.
        file: String,
        /// What is wrong in it.
        error: Box<LawError>,
    },
}

/// Days that are not counted, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// First day not counted.
    pub from: Date,
    /// Last day not counted.
    pub to: Date,
    /// Code of the reason ([`crate::PauseReason`]).
    pub reason: String,
    /// The paper that proves it.
    pub paper: String,
}

/// How the end moved off a day off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    /// The day the count ended on.
    pub from: Date,
    /// Why it does not stand.
    pub why: String,
}

/// When a clock runs out, and how that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The legal end.
    pub due: Date,
    /// The day to be done by to be safe: unrolled, uncertain pauses ignored.
    pub alarm: Date,
    /// The days counted, in order.
    pub counted: Vec<Date>,
    /// How the end moved, if it did.
    pub rolled: Option<Roll>,
    /// Years whose holiday notice is not known; their days were counted on weekends only.
    pub years_missing: Vec<i16>,
    /// The working day the receipt counted on, where office hours moved it; the alarm does not follow.
    pub received_as: Option<Deferral>,
}

impl ClockRule {
    /// When the clock that started on `from` runs out.
    ///
    /// # Errors
    /// [`LawError`] for hour clocks, pauses out of order and days beyond the calendar.
    pub fn due(
        &self,
        calendar: &Calendar,
        from: Date,
        extended: bool,
        pauses: &[Pause],
    ) -> Result<Due, LawError> {
        self.due_with(calendar, from, extended, pauses, !calendar.weekend_ends_stand)
    }

    /// The same with the choice whether an ordinary weekend carries the end on.
    ///
    /// # Errors
    /// As [`ClockRule::due`].
    pub fn due_with(
        &self,
        calendar: &Calendar,
        from: Date,
        extended: bool,
        pauses: &[Pause],
        roll_on_weekend: bool,
    ) -> Result<Due, LawError> {
        if self.unit == Unit::Hours {
            return Err(LawError::Hours(self.title.clone()));
        }
        if let Some(pause) = pauses.iter().find(|pause| pause.to < pause.from) {
            return Err(LawError::PauseOrder { from: pause.from, to: pause.to });
        }
        let extra = self.extension.as_ref().filter(|_| extended).map_or(0, |extension| extension.length);
        let length = usize::from(self.length) + usize::from(extra);
        let counted = self.count(calendar, from, length, pauses)?;
        let raw = counted.last().copied().unwrap_or(from);
        let (due, why) = roll(calendar, raw, roll_on_weekend)?;
        let certain: Vec<Pause> =
            pauses.iter().filter(|pause| self.is_certain(&pause.reason)).cloned().collect();
        let alarm = if certain.len() == pauses.len() {
            raw
        } else {
            self.count(calendar, from, length, &certain)?.last().copied().unwrap_or(from)
        };
        let mut years_missing: Vec<i16> =
            (from.year()..=due.year()).filter(|year| !calendar.years().any(|y| y == *year)).collect();
        years_missing.dedup();
        let rolled = why.map(|why| Roll { from: raw, why });
        Ok(Due { due, alarm, counted, rolled, years_missing, received_as: None })
    }

    /// When the clock that started with `receipt` runs out: as [`ClockRule::due`], save that office hours may have the legal end
    /// come later where the rule lets them. The alarm stays where it is without them: never trust the lenient reading.
    ///
    /// # Errors
    /// As [`ClockRule::due`].
    pub fn due_received(
        &self,
        calendar: &Calendar,
        receipt: Receipt,
        extended: bool,
        pauses: &[Pause],
    ) -> Result<Due, LawError> {
        let strict = self.due(calendar, receipt.day, extended, pauses)?;
        let deferral = calendar.deferral(receipt).filter(|_| self.after_hours);
        let Some(deferral) = deferral else { return Ok(strict) };
        let later = self.due(calendar, deferral.to, extended, pauses)?;
        if later.due < strict.due {
            return Ok(strict);
        }
        Ok(Due { alarm: strict.alarm, received_as: Some(deferral), ..later })
    }

    /// The instant an hour clock runs out.
    pub fn due_at(&self, from: jiff::Timestamp) -> Option<jiff::Timestamp> {
        (self.unit == Unit::Hours).then(|| from.checked_add(i64::from(self.length).hours()).ok()).flatten()
    }

    fn count(
        &self,
        calendar: &Calendar,
        from: Date,
        length: usize,
        pauses: &[Pause],
    ) -> Result<Vec<Date>, LawError> {
        let mut counted = Vec::with_capacity(length);
        let mut day = from;
        while counted.len() < length {
            day = day.tomorrow().map_err(|_| LawError::OutOfRange)?;
            // A pause that covers the day is left in one stride, so that a long pause costs nothing.
            if let Some(pause) = pauses.iter().find(|pause| pause.from <= day && day <= pause.to) {
                day = pause.to;
            } else if self.unit == Unit::NaturalDays || calendar.day(day).is_worked() {
                counted.push(day);
            }
        }
        Ok(counted)
    }

    fn is_certain(&self, reason: &str) -> bool {
        self.pauses.iter().find(|known| known.code == reason).is_some_and(|known| known.certain)
    }
}

fn roll(calendar: &Calendar, raw: Date, on_weekend: bool) -> Result<(Date, Option<String>), LawError> {
    let (mut day, mut why) = (raw, None);
    loop {
        let reason = match calendar.day(day) {
            DayKind::Holiday(name) => name,
            DayKind::Weekend if on_weekend => "周末",
            DayKind::Weekend | DayKind::Workday | DayKind::MakeUp(_) => return Ok((day, why)),
        };
        why.get_or_insert_with(|| reason.to_owned());
        day = day.tomorrow().map_err(|_| LawError::OutOfRange)?;
    }
}
