//! Days: written out, told from today, of a week, of a festival, of the lunar calendar.

use super::{
    ahead, beside,
    calendar::{Day, length},
    festive::of_festival,
    figures,
    lunar::traditional,
    number::{ONE, digit, number},
    relative::{ago, from_today, of_week},
    view::View,
};

pub(super) type Days = (Day, Day, usize);

/// The day that begins here.
pub(super) fn one(view: &View, at: usize, today: Day) -> Option<Days> {
    of_year(view, at, today)
        .or_else(|| figures::day(view, at))
        .or_else(|| figures::six(view, at))
        .or_else(|| figures::without_year(view, at, today))
        .or_else(|| figures::told(view, at, today))
        .or_else(|| figures::month(view, at))
        .or_else(|| of_month(view, at, today))
        .or_else(|| from_today(view, at, today))
        .or_else(|| of_week(view, at, today))
        .or_else(|| ago(view, at, today))
        .or_else(|| traditional(view, at, None, today))
        .or_else(|| month_day(view, at, None, today))
        .or_else(|| of_festival(view, at, None, today))
        .or_else(|| day_alone(view, at, today))
}

/// A whole number here, below `most`: its value and end.
pub(super) fn whole(view: &View, at: usize, most: i64) -> Option<(u32, usize)> {
    let number = number(view, at).filter(|number| number.value % ONE == 0)?;
    let value = number.value / ONE;
    (value <= most).then_some((u32::try_from(value).ok()?, number.end))
}

/// 去年, 2026年, 二〇二六年, 26年, and what follows.
fn of_year(view: &View, at: usize, today: Day) -> Option<Days> {
    let words =
        [("大前年", -3), ("今年", 0), ("本年", 0), ("去年", -1), ("前年", -2), ("明年", 1), ("上一年", -1)];
    let word =
        words.iter().find_map(|(word, years)| Some((today.year + years, at + view.word(at, word)?, true)));
    let (year, end, told) = word.or_else(|| {
        let (year, end) = whole(view, at, 9999)?;
        let letters = if year > 1900 { 4 } else { end - at };
        let next = view.skip(end);
        let end = next + view.word(next, "年")?;
        let year = match (letters, year) {
            (4, 1900..=2099) => year as i32,
            (2, 0..=50) => 2000 + year as i32,
            _ => return None,
        };
        Some((year, end, letters == 4))
    })?;
    // 去年的3月份, 2025年的双十一
    let next = view.skip(end);
    let next = next + view.word(next, "的").unwrap_or(0);
    let within = traditional(view, next, Some(year), today)
        .or_else(|| figures::of_month(view, next, year))
        .or_else(|| month_day(view, next, Some(year), today))
        .or_else(|| of_festival(view, next, Some(year), today));
    if within.is_some() {
        return within;
    }
    let part = |first: (u32, u32), last: u32, length: usize| {
        Some((
            Day::new(year, first.0, first.1)?,
            Day::new(year, last, super::calendar::length(year, last))?,
            end + length,
        ))
    };
    match view.any(end, "年初 初 年底 底 年末 末 上半年 下半年 第一季度 一季度 第二季度 二季度 第三季度 三季度 第四季度 四季度") {
        Some(("年初" | "初", length)) => part((1, 1), 2, length),
        Some(("上半年", length)) => part((1, 1), 6, length),
        Some(("下半年", length)) => part((7, 1), 12, length),
        Some((word, length)) if word.ends_with("季度") => {
            let quarter = ['一', '二', '三', '四'].iter().position(|c| word.contains(*c)).unwrap_or(0) as u32;
            part((3 * quarter + 1, 1), 3 * quarter + 3, length)
        }
        Some((_, length)) => part((11, 1), 12, length),
        // 三年 is a time, 2026年 is a year, 26年 may be either
        None if told
            && year >= 1990
            && view.any(end, "前 之 以 后 来 内 度 间 级 款 版 届 新款 起步 型").is_none()
            && !aged(view, end) =>
        {
            part((1, 1), 12, 0)
        }
        None => None,
    }
}

/// 今年65岁, 今年才刚满十八岁.
fn aged(view: &View, at: usize) -> bool {
    let told =
        |c: char| c.is_ascii_digit() || digit(c).is_some() || "十百刚满已经都快才有多就周整虚".contains(c);
    (at + 1..=at + 9)
        .find(|end| !view.get(end - 1).is_some_and(told))
        .is_some_and(|end| end > at + 1 && view.get(end - 1) == Some('岁'))
}

/// 上个月15号, 本月初, 上月.
fn of_month(view: &View, at: usize, today: Day) -> Option<Days> {
    let words = [
        ("上上个月", -2),
        ("上上月", -2),
        ("上个月", -1),
        ("上月", -1),
        ("这个月", 0),
        ("这月", 0),
        ("本月", 0),
        ("当月", 0),
        ("下个月", 1),
        ("下月", 1),
    ];
    let (months, end) = words.iter().find_map(|(word, months)| Some((*months, at + view.word(at, word)?)))?;
    let month = Day { day: 1, ..today }.plus_months(months);
    let last = length(month.year, month.month);
    let next = view.skip(end);
    if let Some((day, end)) = beside::row(view, next + view.word(next, "的").unwrap_or(0)) {
        let day = Day::new(month.year, month.month, day)?;
        return Some((day, day, end));
    }
    let (first, last, length) = third(view, end, last).unwrap_or((1, last, 0));
    Some((Day { day: first, ..month }, Day { day: last, ..month }, end + length))
}

/// 初, 中旬, 月底 behind a month: its first and last day, and letters.
fn third(view: &View, at: usize, last: u32) -> Option<(u32, u32, usize)> {
    let (word, length) = view.any(at, "月初 初 上中旬 上旬 中下旬 中旬 下旬 月中 中 月底 月末 底 末")?;
    let (first, last) = match word {
        "月初" | "初" | "上旬" => (1, 10),
        "上中旬" => (1, 20),
        "中下旬" => (11, last),
        "中旬" => (11, 20),
        "月中" | "中" if view.any(at + length, "心 间 学 央 型 午 介 奖 秋 考 断 止 国").is_some() =>
        {
            return None;
        }
        "月中" | "中" => (11, 20),
        _ => (21, last),
    };
    Some((first, last, length))
}

/// 3月5日, 三月五号, 3月初, 3月份.
pub(super) fn month_day(view: &View, at: usize, year: Option<i32>, today: Day) -> Option<Days> {
    if let Some(month) = beside::months(view, at, year, today) {
        return Some(month);
    }
    let first =
        view.word(at, "元").filter(|_| view.word(at, "元月").is_some()).map(|length| (1, at + length));
    let (month, end) = first.or_else(|| whole(view, at, 12)).filter(|(month, _)| *month > 0)?;
    let blank = if year.is_some() || figures::apart(view, end) { view.skip(end) } else { end };
    let spaced = blank > end;
    let end = blank + view.word(blank, "月")?;
    // 3月一直
    let word = view.any(end, "一直 一次 一共 一样 一个 一块 一起").is_some();
    if let Some((day, end)) = whole(view, view.skip(end), 31).filter(|(day, _)| *day > 0 && !word) {
        let blank = if year.is_some() || spaced { view.skip(end) } else { end };
        let unit = view.any(blank, "日 号");
        let end = if unit.is_some() { blank } else { end };
        if unit.is_some()
            || !view.get(end).is_some_and(|c| c.is_ascii_digit() || "个元块天万千百次份台间家.".contains(c))
        {
            let end = end + unit.map_or(0, |(_, length)| length);
            let coming = Day::new(today.year, month, day).filter(|_| year.is_none());
            let on = ahead::day(view, at, end, coming, today).or_else(|| past(year, month, day, today))?;
            return Some((on, on, end));
        }
    }
    if year.is_none() && lasts(view, at, end) {
        return None;
    }
    let first = past(year, month, 1, today)?;
    let last = length(first.year, month);
    let part = end + view.word(end, "份").unwrap_or(0);
    let (from, to, length) = match third(view, part, last) {
        Some((from, to, length)) => (from, to, part + length - end),
        None if part > end => (1, last, 1),
        None if year.is_some() || view.any(end, "饼 子 供 嫂 租 卡 费 薪 底 龄 天").is_none() => {
            (1, last, 0)
        }
        None => return None,
    };
    Some((Day { day: from, ..first }, Day { day: to, ..first }, end + length))
}

/// The day of a year, or the last there was.
pub(super) fn past(year: Option<i32>, month: u32, day: u32, today: Day) -> Option<Day> {
    match year {
        Some(year) => Day::new(year, month, day),
        None => Day::new(today.year, month, day)
            .filter(|on| *on <= today)
            .or_else(|| Day::new(today.year - 1, month, day)),
    }
}

/// 不足一月, 俩月, 三月有余: so many months and no month of the calendar. Nobody says 俩月 for February.
fn lasts(view: &View, at: usize, end: usize) -> bool {
    let spoken = end == at + 2 && view.chinese(at);
    let around = || {
        view.after(at, "不足 不到 未满 不满 满 将近 近 每 整 整整 隔 约 大约 仅 才 短短 长达 已 头 累计 共 等了 住了 干了 用了 拖了 修了 吃了 穿了 催了 学了 治了 跑了 找了")
            || view.any(end, "多 有余 余 之久 不到 左右 之内").is_some()
            || view.get(at) == Some('一') && view.get(end).is_some_and(|c| digit(c).is_some() || c.is_ascii_digit())
    };
    spoken && (view.get(at).is_some_and(|c| "俩仨两".contains(c)) || around())
}

/// So many days, and no day of the month.
const LASTED: &str =
    "过了 超过 等了 满 逾期 已经 长达 共 达 连续 近 约 第 仅 只 用了 住了 玩了 历时 限 每隔 间隔 不足 不到";

/// 7排11、12号, 3栋5、6号: the last of a row of places.
fn seat(view: &View, at: usize) -> bool {
    let row = |at: &usize| {
        at.checked_sub(1)
            .and_then(|at| view.get(at))
            .is_some_and(|c| c.is_ascii_digit() || "、和,".contains(c))
    };
    let mut start = at;
    while row(&start) {
        start -= 1;
    }
    start < at && view.before(start).is_some_and(|c| "排座栋楼路街巷弄".contains(c))
}

/// 15号: the last one.
pub(super) fn day_alone(view: &View, at: usize, today: Day) -> Option<Days> {
    let (day, end) = whole(view, at, 31).filter(|(day, _)| *day > 0)?;
    let (unit, length) = view.any(end, "号 日")?;
    let end = end + length;
    let next = view.any(end, "楼 线 店 院 门 机 码 台 柜 桌 车 房 室 库 铺 摊 厅 馆 单元 栋 窗 仓 位 桩 技 员 球 床 井 地 路 街 文 令 院 商 内 无 游 后 之内 以内 前 用 均 常 期 电 厂 坑 院 池 箱 包 服 元 一 内 元 口 座 舱 档 色 字 针 板 料 岗 站 坑 病房 病床 产房 套 户 型 别 仪 样 号 公馆 文件 业主 住户")
        .filter(|(word, _)| unit == "日" || *word != "用");
    let before = view.before(at).is_some_and(|c| "路街巷弄道第楼栋区里院村城坊园段厦座场期-年./".contains(c));
    let lettered =
        view.before(at).is_some_and(|c| "甲乙丙丁附".contains(c)) || view.after(at, "每月 每个月 每");
    // 〔2015〕29号, 壹号公馆, 三四号, 25号2栋, 一日三餐
    let paper = view.before(at).is_some_and(|c| "〕]】)".contains(c))
        && at > 1
        && view.before(at - 1).is_some_and(|c| c.is_ascii_digit());
    let named = view.get(at).is_some_and(|c| "壹贰叁肆伍陆柒捌玖拾".contains(c))
        || view.before(at).is_some_and(|c| digit(c).is_some())
        || unit == "日" && end == at + 2 && view.get(at) == Some('一')
        || whole(view, end, 99).is_some_and(|(_, end)| view.any(end, "栋 单元 楼 室 幢 座 门").is_some());
    if paper || named || seat(view, at) {
        return None;
    }
    let lasted = unit == "日" && view.after(at, LASTED);
    let kind = view.after(at, "是") && view.any(end, "的").is_some() && {
        let told = view.text(&(at.saturating_sub(6)..at));
        ["电池", "汽油", "加的", "尺码", "色号"].iter().any(|word| told.contains(word))
    };
    if lasted
        || kind
        || next.is_some()
        || before
        || lettered
        || unit == "日" && view.chinese(at) && end - at > 4
    {
        return None;
    }
    let this = Day::new(today.year, today.month, day);
    let coming = ahead::day(view, at, end, this, today);
    let on = coming.or_else(|| this.filter(|on| *on <= today)).or_else(|| {
        let month = Day { day: 1, ..today }.plus_months(-1);
        Day::new(month.year, month.month, day)
    })?;
    Some((on, on, end))
}
