//! Days that are told by what stands beside them: the second of a span or a row, 同年, 次年, a month without its year behind one
//! that has it, 8号 behind 9月1日.

use super::{
    calendar::{Day, length},
    dates::{Days, whole},
    figures,
    number::digit,
    view::View,
};

/// The day before, as far as it tells of the next.
#[derive(Clone, Copy)]
pub(super) struct Last {
    pub first: Day,
    /// Where it began and ended.
    pub at: usize,
    pub end: usize,
    /// Its year was told.
    pub year: bool,
    /// It has a month of its own, so that 8号 may be of it.
    pub month: bool,
    /// It is printed on goods or papers, nothing happened on it.
    pub printed: bool,
}

/// How far behind a day that has its year another without may lie.
const AFTER: i64 = 300;

/// What is printed, before and behind a day.
const PRINTED: [&str; 14] = [
    "产日期",
    "出厂",
    "效期",
    "保质",
    "到期",
    "出生",
    "生日",
    "身份证",
    "限用",
    "成立",
    "建成",
    "批号",
    "质期",
    "生于",
];

impl Last {
    /// What a day that was found tells of the next; `before` is the one before it.
    pub fn of(view: &View, at: usize, found: Days, before: Option<Last>) -> Last {
        let (first, _, end) = found;
        let number =
            view.get(at).is_some_and(|c| c.is_ascii_digit() || digit(c).is_some() || "十元廿".contains(c));
        let written = number || view.any(at, "去年 前年 今年 上个月 上月 本月").is_some();
        let told = view.text(&(at.saturating_sub(8)..at));
        let behind = view.any(end, "出生 生 生产 出厂 到期 过期").is_some();
        let bare = number && (monthly(view, at) || alone(view, at));
        Last {
            first,
            at,
            end,
            year: written
                && view.any(at, "上个月 上月 本月").is_none()
                && (!bare || before.is_some_and(|before| before.year)),
            month: written && (!bare || view.word(end.saturating_sub(1), "年").is_none()),
            printed: behind || PRINTED.iter().any(|word| told.contains(word)),
        }
    }
}

/// Whether a month without a year begins here.
fn monthly(view: &View, at: usize) -> bool {
    let first = view.word(at, "元月").map(|_| at + 1);
    let number = first.or_else(|| whole(view, at, 12).map(|(_, end)| end));
    number.is_some_and(|end| {
        let next = view.skip(end);
        view.word(next, "月").is_some()
            || view.any(end, ". / · -").is_some()
            || view.any(end, "、 — 至 到 ~").is_some() && end - at <= 2
    })
}

/// Whether a day without a month begins here.
fn alone(view: &View, at: usize) -> bool {
    whole(view, at, 31).is_some_and(|(_, end)| view.any(end, "日 号").is_some())
}

/// A day that was found by itself, set beside the last: 2024年5月6日交的首付,6月18日签的; 9月1日报修,8号.
pub(super) fn set(view: &View, at: usize, found: Days, last: Option<Last>, today: Day) -> Days {
    let (first, to, end) = found;
    let Some(last) = last else { return found };
    let near = |on: Day| on >= last.first && on.number() - last.first.number() <= AFTER;
    if view.get(at).is_some_and(|c| c.is_ascii_digit() || digit(c).is_some() || "十廿".contains(c))
        && alone(view, at)
    {
        let month = Day { day: 1, ..last.first };
        let next = month.plus_months(1);
        let of = |month: Day| Day::new(month.year, month.month, first.day).filter(|on| *on >= last.first);
        let on = of(month).or_else(|| of(next)).filter(|on| *on <= today && last.month && first <= today);
        return on.map_or(found, |on| (on, on, end));
    }
    if first > today && !last.printed || !monthly(view, at) {
        return found;
    }
    let joined =
        last.end < at && at - last.end <= 3 && view.any(last.end, "- ~ — – 至 到 起至 、 和").is_some();
    let told = if joined { last.year || last.first > today } else { last.year && !last.printed };
    if !told {
        return found;
    }
    let year = (0..=1).map(|years| last.first.year + years).find(|year| {
        Day::new(*year, first.month, first.day).is_some_and(|on| near(on) && (on <= today || joined))
    });
    let Some(year) = year else { return found };
    let whole = to.day == length(to.year, to.month) && first != to;
    let to = if whole { Day { year, day: length(year, to.month), ..to } } else { Day { year, ..to } };
    (Day { year, ..first }, to, end)
}

/// 15、16号, 15、16两天, 15号: the first of a row, which may have its unit behind the last; its end.
pub(super) fn row(view: &View, at: usize) -> Option<(u32, usize)> {
    let (day, end) = whole(view, at, 31).filter(|(day, _)| *day > 0)?;
    if let Some((_, length)) = view.any(end, "日 号") {
        return Some((day, end + length));
    }
    let days = |at: usize| {
        view.any(at, "两天 三天 四天 五天 2天 3天 连续").is_some() || view.any(at, "这两天 这三天").is_some()
    };
    if day > 2 && days(end) {
        return Some((day, end));
    }
    let (mut behind, mut before) = (end, day);
    while let Some((_, length)) = view.any(behind, "、 和 及 , 跟") {
        let (next, closes) = whole(view, behind + length, 31).filter(|(next, _)| *next > before)?;
        if view.any(closes, "日 号").is_some() && !placed(view, closes + 1) || days(closes) {
            return Some((day, end));
        }
        (behind, before) = (closes, next);
    }
    None
}

/// What follows a number of a place.
fn placed(view: &View, at: usize) -> bool {
    view.any(at, "楼 线 店 院 门 路 柜 桌 车 房 元 后 内 之 以 前 无 窗 桩 机 口").is_some()
}

/// 3—5月, 7、8月份: the first month of a row or a span, its unit behind the last.
pub(super) fn months(view: &View, at: usize, year: Option<i32>, today: Day) -> Option<Days> {
    let (month, end) = whole(view, at, 11).filter(|(month, _)| *month > 0)?;
    let (_, length) = view.any(end, "、 - — – ~ 至 到 和")?;
    let (_, behind) = whole(view, end + length, 12).filter(|(second, _)| *second > month)?;
    let behind = behind + view.word(behind, "月")?;
    let other = view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || ".-/第".contains(c));
    if other
        || whole(view, behind, 31).is_some()
        || view.any(behind, "龄 内 后 左右 之内 以内 以后 期").is_some()
    {
        return None;
    }
    let first = super::dates::past(year, month, 1, today)?;
    Some((first, Day { day: length_of(first), ..first }, end))
}

fn length_of(month: Day) -> u32 {
    length(month.year, month.month)
}

/// What stands between two days of a row or a span.
const BETWEEN: &str = "|-|~|—|–|至|到|、|和|及|与|跟|或|或者|以及|还有|,|起至|一直到|直到|——|";

/// A day that is told by the one before it: the second of a span or a row, 同年, 次年.
pub(super) fn day(view: &View, at: usize, last: Option<Last>) -> Option<Days> {
    let Last { first: last, end, at: began, .. } = last?;
    let same = view.any(at, "同年 当年 次年 第二年 翌年").filter(|_| at >= end);
    if let Some((word, length)) = same {
        let years = i32::from(!matches!(word, "同年" | "当年"));
        let (month, next) = whole(view, at + length, 12)?;
        let next = next + view.word(next, "月")?;
        let (day, next) = whole(view, next, 31)?;
        let on = Day::new(last.year + years, month, day)?;
        return Some((on, on, next + view.any(next, "日 号").map_or(0, |(_, length)| length)));
    }
    if let Some((_, length)) = view.any(at, "当月 同月").filter(|_| at >= end) {
        let (day, next) = whole(view, at + length, 31)?;
        let on = Day::new(last.year, last.month, day)?;
        return Some((on, on, next + view.any(next, "日 号")?.1));
    }
    let between = view.text(&(end.min(at)..at));
    let between = between.trim();
    let glued = between.is_empty() && view.before(end).is_some_and(|c| "日号".contains(c));
    if !glued && (between.is_empty() || !BETWEEN.contains(&format!("|{between}|"))) {
        return None;
    }
    let figures = view.before(end).is_some_and(|c| c.is_ascii_digit());
    if figures
        && !matches!(between, "," | "、")
        && let Some(second) = in_figures(view, at, last, began)
    {
        return Some(second);
    }
    let (day, next) = row(view, at)?;
    let on = Day::new(last.year, last.month, day).filter(|on| *on > last)?;
    (!placed(view, next)).then_some((on, on, next))
}

/// 2026.8.15-20, 2026.8.15-8.20: the second of a span in figures.
fn in_figures(view: &View, at: usize, last: Day, began: usize) -> Option<Days> {
    let (_, _, mark, _) = figures::spanned(view, at - 1).map_or((0, 0, ' ', 0), |pair| pair);
    if let Some((month, day, _, end)) = figures::spanned(view, at - 1).filter(|_| mark == '.' || mark == '/')
    {
        let of = |year: i32| Day::new(year, month, day).filter(|on| *on > last);
        let on = of(last.year).or_else(|| of(last.year + 1))?;
        return Some((on, on, end));
    }
    let (day, end) = whole(view, at, 31)?;
    let full = view.text(&(began..at)).chars().filter(|c| "./".contains(*c)).count() >= 2;
    let goes_on = view.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || ":./-月号日".contains(c));
    let on = Day::new(last.year, last.month, day).filter(|on| *on > last && full && !goes_on)?;
    Some((on, on, end))
}
