//! Days of a text in their order: what is told by the day before it (8月1-3日, 次年3月1日), what says the same day again, and what
//! is no day of any calendar.

use std::ops::Range;

use super::{
    Said,
    beside::{self, Last},
    calendar::{Day, FESTIVALS, festival},
    dates::{one, whole},
    number::digit,
    relative::of_week,
    view::View,
};

/// Days of a text.
pub(crate) fn days(view: &View, today: Day) -> Vec<(Range<usize>, Said)> {
    let (mut found, mut at) = (Vec::new(), 0);
    let mut last: Option<Last> = None;
    while at < view.letters.len() {
        if let Some(end) = impossible(view, at) {
            at = end;
            continue;
        }
        let glued = view.before(at).is_some_and(|c| c.is_ascii_alphanumeric())
            && view.get(at).is_some_and(|c| c.is_ascii_alphanumeric());
        let alone = || Some(beside::set(view, at, one(view, at, today)?, last, today));
        let day = if glued || same_weekday(view, at, last, today) {
            None
        } else {
            beside::day(view, at, last).or_else(alone)
        };
        match day {
            Some((first, to, end)) => {
                let end = if first == to { again(view, end, first) } else { end };
                found.push((at..end, Said::Days(first, to)));
                last = Some(Last::of(view, at, (first, to, end), last));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// 2026年8月8日,当时周六: says the day before again.
fn same_weekday(view: &View, at: usize, last: Option<Last>, today: Day) -> bool {
    last.is_some_and(|last| {
        at >= last.end
            && at - last.end <= 6
            && view.any(at, "星期 礼拜 周").is_some()
            && view.after(at, "当时 当时是 当天 当天是 那天 那天是 正好 正好是 刚好 刚好是 是个 也就是")
            && of_week(view, at, today).is_some_and(|(on, ..)| on.weekday() == last.first.weekday())
    })
}

/// What follows a day and says it again: its day of the week, its festival.
fn again(view: &View, end: usize, day: Day) -> usize {
    let start = view.skip(end);
    let start = start + usize::from(view.get(start) == Some('('));
    if let Some((_, length)) = view.any(start, "星期 礼拜 周")
        && view.get(start + length).is_some_and(|c| "一二三四五六日天末".contains(c))
    {
        return start + length + 1;
    }
    FESTIVALS
        .split_whitespace()
        .filter_map(|word| Some((word, view.word(start, word)?)))
        .filter(|(word, _)| festival(word, day.year) == Some(day))
        .map(|(_, length)| start + length)
        .max()
        .unwrap_or(end)
}

/// 2026年2月30日, 2026年13月: its end.
fn impossible(view: &View, at: usize) -> Option<usize> {
    if view.before(at).is_some_and(|c| c.is_ascii_digit() || digit(c).is_some()) {
        return None;
    }
    let (year, end) = whole(view, at, 2099).filter(|(year, _)| *year >= 1900)?;
    let (month, end) = whole(view, view.skip(end + view.word(end, "年")?), 99)?;
    let end = end + view.word(end, "月")?;
    let day = whole(view, view.skip(end), 99).filter(|(_, end)| view.any(*end, "日 号").is_some());
    let (on, end) = match day {
        Some((day, end)) => (Day::new(year as i32, month, day), end + 1),
        None => (Day::new(year as i32, month, 1), end),
    };
    on.is_none().then_some(end)
}
