//! Days of the lunar calendar: 农历八月十五, 去年腊月二十八, 大年初三.

use super::{
    calendar::{Day, lunar},
    dates::whole,
    view::View,
};

/// 农历八月十五, 正月初五, 腊月二十三, 大年初三, 正月.
pub(super) fn traditional(
    view: &View,
    at: usize,
    year: Option<i32>,
    today: Day,
) -> Option<(Day, Day, usize)> {
    let marked = view.any(at, "农历 阴历 旧历").map(|(_, length)| at + length);
    let (month, end) = if let Some(length) = view.word(marked.unwrap_or(at), "大年初") {
        (1, marked.unwrap_or(at) + length - 1)
    } else {
        let start = marked.unwrap_or(at);
        let named = view.any(start, "正月 腊月 冬月").map(|(word, length)| {
            (
                match word {
                    "正月" => 1,
                    "腊月" => 12,
                    _ => 11,
                },
                start + length,
            )
        });
        named.or_else(|| {
            let (month, end) = whole(view, start, 12)?;
            let end = end + view.word(end, "月")?;
            // 八月初八 is of the lunar calendar, 8月初 is not
            let early = view.chinese(start)
                && view.word(end, "初").is_some()
                && view.get(end + 1).is_some_and(|c| "一二三四五六七八九十".contains(c))
                && view.any(end + 2, "天 个 次 家 点 年 台 号").is_none();
            (marked.is_some() || early).then_some((month, end))
        })?
    };
    let of = |year: i32, day: i64| lunar(year, month, day);
    let start = end + view.word(end, "初").unwrap_or(0);
    let Some((day, end)) = whole(view, start, 30) else {
        // 二零二五年腊月
        let year = year.filter(|_| start == end)?;
        return Some((of(year, 1)?, of(year, -1)?, end));
    };
    let end = end + view.any(end, "日 号").map_or(0, |(_, length)| length);
    // who counts in lunar months counts in lunar years: 去年腊月 ended this February
    let of = |year: i32| of(year, i64::from(day));
    let past = |year: i32| of(year).filter(|on| *on <= today);
    let on = match year {
        Some(year) if year == today.year && month == 12 => past(year).or_else(|| of(year - 1))?,
        Some(year) => of(year)?,
        None => (0..=2).find_map(|back| past(today.year - back))?,
    };
    Some((on, on, end))
}
