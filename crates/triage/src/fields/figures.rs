//! Days in figures: 2026-03-05, 2026/3/5, 2026.3.5, 26.3.5, 20260305.

use super::{
    calendar::{Day, length},
    view::View,
};

/// Before eight digits that are no day.
const NUMBERS: &str = "批号 批次 批次号 编号 货号 学号 型号 工号 代码 编码 批号: 批次: 批次号: 编号: 货号: 批号为 批号是 产品批次";

fn digits(view: &View, from: usize) -> usize {
    (from..).take_while(|at| view.get(*at).is_some_and(|c| c.is_ascii_digit())).count()
}

/// The day whose figures begin here, twice, and its end.
pub(super) fn day(view: &View, at: usize) -> Option<(Day, Day, usize)> {
    let read = |from: usize, count: usize| view.text(&(from..from + count)).parse::<u32>().ok();
    let year = digits(view, at);
    if year == 8 {
        let day = Day::new(read(at, 4)? as i32, read(at + 4, 2)?, read(at + 6, 2)?)?;
        let fits = (1990..=2099).contains(&day.year) && !view.after(at, NUMBERS);
        return fits.then_some((day, day, at + 8));
    }
    // blanks around the marks: 2025 - 09 - 09
    let mark_at = |from: usize| {
        let at = view.skip(from);
        let mark = view.get(at).filter(|c| "-/.·–—、\\".contains(*c))?;
        Some((mark, view.skip(at + 1)))
    };
    if year != 4 && year != 2 {
        return None;
    }
    let (mark, month_at) = mark_at(at + year)?;
    let month = Some(digits(view, month_at)).filter(|count| (1..=2).contains(count))?;
    let (second, day_at) = mark_at(month_at + month)?;
    let count = Some(digits(view, day_at)).filter(|count| (1..=2).contains(count) && second == mark)?;
    let end = day_at + count;
    let written = read(at, year)? as i32;
    let day = Day::new(
        if year == 2 { 2000 + written } else { written },
        read(month_at, month)?,
        read(day_at, count)?,
    )?;
    let fits =
        if year == 4 { (1900..=2099).contains(&day.year) } else { short(view, at, end, written, mark) };
    let fits = fits && view.get(end) != Some('_');
    fits.then(|| (day, day, end + view.any(end, "日 号").map_or(0, |(_, length)| length)))
}

/// 8.17日, 8-17号: month and day, where their unit follows; without it they are a price, a version, a score.
pub(super) fn without_year(view: &View, at: usize, today: Day) -> Option<(Day, Day, usize)> {
    let month = Some(digits(view, at)).filter(|count| (1..=2).contains(count))?;
    let start = at + month + view.any(at + month, ". - / ·").map(|(_, length)| length)?;
    let count = Some(digits(view, start)).filter(|count| (1..=2).contains(count))?;
    let end = start + count + view.any(start + count, "日 号").map(|(_, length)| length)?;
    let part = view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || "-./·第路街巷弄道栋".contains(c));
    if part || view.any(end, "楼 线 店 院 门 机 柜 桌 车 房 室 库 铺 摊 厅 单元 栋 球 床 元 户").is_some()
    {
        return None;
    }
    let read = |from: usize, count: usize| view.text(&(from..from + count)).parse().ok();
    let (month, day) = (read(at, month)?, read(start, count)?);
    let on = Day::new(today.year, month, day).filter(|on| *on <= today);
    let on = on.or_else(|| Day::new(today.year - 1, month, day))?;
    Some((on, on, end))
}

/// 2026.12, 2026-08: a month in figures.
pub(super) fn month(view: &View, at: usize) -> Option<(Day, Day, usize)> {
    if digits(view, at) != 4
        || view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || "-/.*¥￥第".contains(c))
    {
        return None;
    }
    let mark = view.get(at + 4).filter(|c| "-/.".contains(*c))?;
    let count = digits(view, at + 5);
    let end = at + 5 + count;
    // 2026-1 is a number of something; 2026.8 is written of months
    let fits = count == 2 || count == 1 && mark == '.';
    let goes_on = view.get(end).is_some_and(|c| {
        c.is_ascii_alphanumeric() || "-/.*_%,元块万亿千百角分个件吨斤克平米公号版条款".contains(c)
    });
    let priced = view.after(at, "价 金额 共 计 花 花了 付 付了 收 收了 费 款 版本 版本号 规格 型号 编号");
    if !fits || goes_on || priced {
        return None;
    }
    let read = |from: usize, count: usize| view.text(&(from..from + count)).parse::<u32>().ok();
    let year = read(at, 4).filter(|year| (1990..=2049).contains(year))? as i32;
    let first = Day::new(year, read(at + 5, count)?, 1)?;
    Some((first, Day { day: length(year, first.month), ..first }, end))
}

/// Whether blanks part a number from 月 and 月 from a day: 8 月 3 日, as in pasted text.
pub(super) fn apart(view: &View, at: usize) -> bool {
    let month = view.skip(at);
    month > at && view.word(month, "月").is_some() && {
        let day = view.skip(month + 1);
        let count = digits(view, day);
        (1..=2).contains(&count) && view.any(view.skip(day + count), "日 号").is_some()
    }
}

/// 6.18 behind 2025年.
pub(super) fn of_month(view: &View, at: usize, year: i32) -> Option<(Day, Day, usize)> {
    let month = Some(digits(view, at)).filter(|count| (1..=2).contains(count))?;
    let start = at + month + view.any(at + month, ". -").map(|(_, length)| length)?;
    let count = Some(digits(view, start)).filter(|count| (1..=2).contains(count))?;
    let read = |from: usize, count: usize| view.text(&(from..from + count)).parse().ok();
    let day = Day::new(year, read(at, month)?, read(start, count)?)?;
    let end = start + count;
    let fits = !view.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || "-.%月万元块".contains(c));
    fits.then(|| (day, day, end + view.any(end, "日 号").map_or(0, |(_, length)| length)))
}

/// Whether 26.3.5 is a day: no part of a longer number, of a version, of measures.
fn short(view: &View, at: usize, end: usize, year: i32, mark: char) -> bool {
    (10..=39).contains(&year)
        && !view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || "-/.*第".contains(c))
        && !view
            .get(end)
            .is_some_and(|c| c == mark || c.is_ascii_alphanumeric() || "*版_条款项节章".contains(c))
        && !view.after(at, "版本 版本号 版 尺寸 规格 型号 系统 编号 号 ip 取件码 货架 比例")
}
