//! Clock arithmetic: what the product counts in strides is what somebody with a paper calendar counts day by day.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use law::{
    Calendar, ClockRule, Explanation, Extension, Law, LawError, Notice, NoticeDay, OfficeHours, Pause,
    PauseReason, Receipt, Unit,
};

use super::feed::Feed;

/// The first byte says whether a period is counted or a file of law is read.
pub fn hold(data: &[u8]) {
    let mut feed = Feed::new(data);
    match feed.below(4) {
        0 => notice(&mut feed),
        1 => office_hours(&feed.text()),
        _ => period(&mut feed),
    }
}

/// A calendar on paper: which days are off or worked against the week.
#[derive(Default)]
struct Paper {
    off: BTreeMap<Date, bool>,
    weekend_ends_stand: bool,
}

impl Paper {
    /// Days since 1970, by Howard Hinnant's formula: no library is asked which day of the week it is.
    fn weekday(day: Date) -> i64 {
        let (mut year, month, date) = (i64::from(day.year()), i64::from(day.month()), i64::from(day.day()));
        if month <= 2 {
            year -= 1;
        }
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + date - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        (days + 3).rem_euclid(7)
    }

    fn weekend(day: Date) -> bool {
        Self::weekday(day) >= 5
    }

    fn worked(&self, day: Date) -> bool {
        self.off.get(&day).map_or(!Self::weekend(day), |off| !off)
    }

    /// The last day of the period, `None` beyond the calendar.
    fn end(&self, from: Date, length: usize, unit: Unit, pauses: &[Pause]) -> Option<Date> {
        let (mut day, mut left) = (from, length);
        while left > 0 {
            day = day.tomorrow().ok()?;
            let paused = pauses.iter().any(|pause| (pause.from..=pause.to).contains(&day));
            if !paused && (unit == Unit::NaturalDays || self.worked(day)) {
                left -= 1;
            }
        }
        Some(day)
    }

    /// Off a day off: a holiday always, an ordinary weekend unless it may stand.
    fn rolled(&self, mut day: Date) -> Option<Date> {
        loop {
            let holiday = self.off.get(&day) == Some(&true);
            let weekend = !self.off.contains_key(&day) && Self::weekend(day) && !self.weekend_ends_stand;
            if !holiday && !weekend {
                return Some(day);
            }
            day = day.tomorrow().ok()?;
        }
    }
}

fn some_day(feed: &mut Feed) -> Date {
    let (near, offset) = (feed.byte(), feed.word());
    let base = match near % 16 {
        0 => Date::MIN,
        1 => Date::MAX.saturating_sub(jiff::Span::new().days(400)),
        2 => jiff::civil::date(1999, 12, 1),
        _ => jiff::civil::date(2026, 1, 1),
    };
    base.saturating_add(jiff::Span::new().days(i64::from(offset % 1_200)))
}

fn calendars(feed: &mut Feed) -> (Calendar, Paper) {
    let (mut calendar, mut paper) = (Calendar::default(), Paper::default());
    if feed.flag() {
        calendar = Law::shipped().calendar.clone();
        for day in calendar.years().flat_map(|year| calendar.notice(year).days) {
            paper.off.insert(day.date, day.off);
        }
    }
    let mut notices: BTreeMap<i16, BTreeMap<Date, bool>> = BTreeMap::new();
    let mut own: BTreeMap<i16, Vec<NoticeDay>> = BTreeMap::new();
    for _ in 0..feed.below(24) {
        let (day, kind) = (some_day(feed), feed.below(3));
        if kind == 2 {
            let closed = own.entry(day.year()).or_default();
            closed.push(NoticeDay { name: "本地".to_owned(), date: day, off: true });
        } else {
            notices.entry(day.year()).or_default().insert(day, kind == 0);
        }
    }
    for (year, days) in &notices {
        paper.off.retain(|day, _| day.year() != *year);
        paper.off.extend(days);
        let days =
            days.iter().map(|(date, off)| NoticeDay { name: "节日".to_owned(), date: *date, off: *off });
        calendar.apply(&Notice { year: *year, papers: Vec::new(), days: days.collect() }, "通知");
    }
    for (year, days) in &own {
        calendar.close(*year, days);
        paper.off.extend(days.iter().map(|day| (day.date, true)));
    }
    calendar.weekend_ends_stand = feed.flag();
    paper.weekend_ends_stand = calendar.weekend_ends_stand;
    (calendar, paper)
}

fn rule(feed: &mut Feed) -> ClockRule {
    let lengths = [0, 1, 7, 15, 20, 60, 90, u16::from(feed.byte()), feed.word() % 2_000];
    let reason = |code: &str, certain| PauseReason {
        code: code.to_owned(),
        name: code.to_owned(),
        paper: String::new(),
        article: String::new(),
        certain,
    };
    ClockRule {
        key: "accept".to_owned(),
        title: "期限".to_owned(),
        trigger: "收到".to_owned(),
        length: lengths[feed.below(lengths.len())],
        unit: [Unit::WorkingDays, Unit::NaturalDays, Unit::WorkingDays, Unit::Hours][feed.below(4)],
        article: "第一条".to_owned(),
        consequence: String::new(),
        after_hours: feed.flag(),
        extension: feed
            .flag()
            .then(|| Extension { length: feed.word() % 300, approver: "负责人".to_owned() }),
        pauses: vec![reason("certain", true), reason("doubtful", false)],
        valid_from: None,
        valid_to: None,
        replaced: None,
    }
}

fn pauses(feed: &mut Feed, from: Date) -> Vec<Pause> {
    let one = |feed: &mut Feed| {
        let (gap, length) = (i64::from(feed.byte()) - 20, i64::from(feed.word() % 700) - 1);
        let first = from.saturating_add(jiff::Span::new().days(gap));
        let reason = ["certain", "doubtful", "unknown"][feed.below(3)].to_owned();
        let to = first.saturating_add(jiff::Span::new().days(length));
        Pause { from: first, to, reason, paper: String::new() }
    };
    (0..feed.below(5)).map(|_| one(feed)).collect()
}

fn period(feed: &mut Feed) {
    let (mut calendar, paper) = calendars(feed);
    let (rule, from, extended) = (rule(feed), some_day(feed), feed.flag());
    let pauses = pauses(feed, from);
    let found = rule.due(&calendar, from, extended, &pauses);
    if rule.unit == Unit::Hours {
        assert!(matches!(found, Err(LawError::Hours(_))));
        return;
    }
    if pauses.iter().any(|pause| pause.to < pause.from) {
        assert!(matches!(found, Err(LawError::PauseOrder { .. })));
        return;
    }
    let extra = rule.extension.as_ref().filter(|_| extended).map_or(0, |extension| extension.length);
    let length = usize::from(rule.length) + usize::from(extra);
    let certain: Vec<Pause> = pauses.iter().filter(|pause| pause.reason == "certain").cloned().collect();
    let raw = paper.end(from, length, rule.unit, &pauses);
    let due = raw.and_then(|raw| paper.rolled(raw));
    let Ok(found) = found else {
        assert!(due.is_none(), "refused, but on paper it ends on {due:?}");
        return;
    };
    assert_eq!(Some(found.due), due, "the legal end");
    assert_eq!(Some(found.alarm), paper.end(from, length, rule.unit, &certain), "the alarm");
    assert!(found.alarm <= found.due);
    assert_eq!(found.counted.len(), length);
    assert!(found.counted.iter().is_sorted() && found.counted.first().is_none_or(|first| *first > from));
    let paused = |day: &Date| pauses.iter().any(|pause| pause.from <= *day && *day <= pause.to);
    assert!(!found.counted.iter().any(paused));
    assert_eq!(
        found.rolled.as_ref().map(|roll| Some(roll.from)),
        (raw != due).then_some(raw),
        "how it moved"
    );
    if rule.unit == Unit::WorkingDays && pauses.is_empty() {
        let last = found.counted.last().copied().unwrap_or(from);
        let first_too = usize::from(paper.worked(from));
        assert_eq!(calendar.worked_between(from, last), length + first_too);
    }
    let set = Law::shipped().rule_sets.first().expect("a set ships");
    Explanation::new(set, &rule, &calendar, from, extended, &pauses).expect("explained where it is computed");
    received(feed, &mut calendar, &paper, &rule, (from, extended, &pauses), &found);
}

/// Office hours move the legal end later or not at all, and never the alarm.
fn received(
    feed: &mut Feed,
    calendar: &mut Calendar,
    paper: &Paper,
    rule: &ClockRule,
    (from, extended, pauses): (Date, bool, &[Pause]),
    strict: &law::Due,
) {
    let text = "valid_from = \"2000-01-01\"\n[hours]\nopens = \"08:30:00\"\ncloses = \"17:30:00\"\n";
    calendar.put_hours(OfficeHours::from_toml(text).expect("hours"));
    let at =
        feed.flag().then(|| Time::new(feed.below(24) as i8, feed.below(60) as i8, 0, 0).expect("a time"));
    let receipt = Receipt { day: from, at, in_writing: feed.flag() };
    let Ok(found) = rule.due_received(calendar, receipt, extended, pauses) else { return };
    assert_eq!(found.alarm, strict.alarm);
    assert!(found.due >= strict.due);
    let closed = !paper.worked(from) || at.is_some_and(|at| at >= Time::constant(17, 30, 0, 0));
    let moves = rule.after_hours && receipt.in_writing && closed && from >= jiff::civil::date(2000, 1, 1);
    match &found.received_as {
        None => assert_eq!(found.due, strict.due),
        Some(deferral) => {
            assert!(moves && deferral.to > from && paper.worked(deferral.to));
            let mut between = from.tomorrow().expect("there is a later day");
            while between < deferral.to {
                assert!(!paper.worked(between), "{between} is worked");
                between = between.tomorrow().expect("there is a later day");
            }
            let raw = paper.end(deferral.to, strict.counted.len(), rule.unit, pauses);
            assert_eq!(Some(found.due), raw.and_then(|raw| paper.rolled(raw)));
        }
    }
}

/// A notice that is read is whole, in order, and is read again as it was kept.
fn notice(feed: &mut Feed) {
    let (year, text) = (2020 + i16::from(feed.byte() % 12), feed.text());
    let Ok(notice) = Notice::read(&text, year) else { return };
    assert!(notice.year == year && !notice.days.is_empty());
    assert!(notice.days.is_sorted_by(|one, next| one.date < next.date), "{notice:?}");
    assert_eq!(Notice::read(&notice.to_json(), year).as_ref(), Ok(&notice), "as it was kept");
    notice.doubts();
    let mut calendar = Calendar::default();
    calendar.apply(&notice, "通知");
    for day in &notice.days {
        assert_eq!(calendar.day(day.date).is_worked(), !day.off, "{day:?}");
    }
}

fn office_hours(text: &str) {
    if let Ok(hours) = OfficeHours::from_toml(text) {
        assert_eq!(OfficeHours::from_toml(&hours.to_toml()).as_ref(), Ok(&hours), "as it was kept");
        hours.words();
        hours.on(hours.valid_from);
    }
    if let Ok(calendar) = Calendar::from_toml(text) {
        calendar.years().for_each(|year| drop((calendar.notice(year), calendar.closed(year))));
    }
}
