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

/// Words before six digits, or digits parted by blanks, that are a day as goods bear it.
const PRINTED: [&str; 11] =
    ["日期", "到期", "效期", "保质", "限用", "出厂", "喷码", "打的", "印的", "exp", "mfg"];

/// 生产日期260315, 日期 2026 03 15, 15/08/2026.
pub(super) fn six(view: &View, at: usize) -> Option<(Day, Day, usize)> {
    let count = digits(view, at);
    let read = |from: usize, count: usize| view.text(&(from..from + count)).parse::<u32>().ok();
    let lone = |end: usize| !view.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || "-/.*".contains(c));
    let printed = || {
        let told = view.text(&(at.saturating_sub(8)..at));
        PRINTED.iter().any(|word| told.contains(word)) && !view.after(at, NUMBERS)
    };
    let (on, end) = match count {
        6 if lone(at + 6) && printed() => {
            let year = read(at, 2).filter(|year| (15..=39).contains(year))?;
            (Day::new(2000 + year as i32, read(at + 2, 2)?, read(at + 4, 2)?)?, at + 6)
        }
        4 if view.get(at + 4) == Some(' ') && digits(view, at + 5) == 2 && view.get(at + 7) == Some(' ') => {
            (digits(view, at + 8) == 2 && lone(at + 10) && printed()).then_some(())?;
            let year = read(at, 4).filter(|year| (1990..=2049).contains(year))?;
            (Day::new(year as i32, read(at + 5, 2)?, read(at + 8, 2)?)?, at + 10)
        }
        2 => {
            let mark = view.get(at + 2).filter(|c| "/.-".contains(*c))?;
            let fits =
                digits(view, at + 3) == 2 && view.get(at + 5) == Some(mark) && digits(view, at + 6) == 4;
            let year = fits.then(|| read(at + 6, 4))?.filter(|year| (1990..=2049).contains(year))?;
            // 08/09/2026 may be either
            let day = read(at, 2).filter(|day| *day > 12 && lone(at + 10))?;
            (Day::new(year as i32, read(at + 3, 2)?, day)?, at + 10)
        }
        _ => return None,
    };
    Some((on, on, end))
}

/// What is done on a day, or its part.
const DONE: &str = "下单 下的单 下了单 下的 买 购 收到 收货 签 到货 发货 付款 付的 交的 交了 办 报名 报的 报修 去 申请 退 联系 晚 上午 下午 早上 早晨 中午 凌晨 当天 那天 充 订 取 送 提车 提的 安装 入住 退房 到店 投诉 反馈 拍的 拍下 抢 在 我 来 寄 到的 开始 坏 裂 掉 停 关 过期 到期 出发 签 付 交 换 修 又 就 才 店家 商家 客服 卖家 给我退 给我打 给我发 给我送 给我换 给我寄 给退 给发 给换 给送 住 开学 开的 日当天 ,";
/// What is paid before figures that look like a day, and what is rated.
const PAID: &str = "了 ¥ 价 价格 扣 付 收 花 补 差 找 共 计 分 评分 版本 版 v 系统 金额 单价 涨到 降到 掉到 升到 从 版本号 退 交 赔 卖 尺寸 型号 长 宽 高 重 约 要 只 每斤 一斤";

/// Month and day in figures here, without a year, their mark and end.
fn pair(view: &View, at: usize) -> Option<(u32, u32, char, usize)> {
    let count = Some(digits(view, at)).filter(|count| (1..=2).contains(count))?;
    let mark = view.get(at + count).filter(|c| "./·-".contains(*c))?;
    let start = at + count + 1;
    let more = Some(digits(view, start)).filter(|count| (1..=2).contains(count))?;
    let read = |from: usize, count: usize| view.text(&(from..from + count)).parse::<u32>().ok();
    let (month, day) = (read(at, count)?, read(start, more)?);
    Day::new(2024, month, day)?;
    Some((month, day, mark, start + more))
}

/// 8.15下的单, 8/15晚上, 活动9.1-9.10: month and day in figures, where what is done tells that it is a day.
pub(super) fn told(view: &View, at: usize, today: Day) -> Option<(Day, Day, usize)> {
    let (month, day, mark, end) = pair(view, at)?;
    let part =
        view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || "-./*·第路街巷弄道栋¥".contains(c));
    let on = super::dates::past(None, month, day, today)?;
    if part || view.after(at, PAID) && !view.after(at, "下单时间 活动时间 有效期 期") {
        return None;
    }
    if let Some(second) = spanned(view, end).filter(|second| second.2 == mark) {
        // 9.1-9.10 behind 活动时间, before 期间
        let told = view.after(at, "时间 日期 期 活动 从 自 于 时间: 日期: 期: 活动: 期为 时间为 时间是")
            || view
                .any(second.3, "期间 活动 有效 号 日 放假 停 促销 住 的房 入住 出差 这几天 之间")
                .is_some();
        return (told && (second.0, second.1) > (month, day)).then_some((on, on, end));
    }
    // 3/4 is a part, 9.9 a price
    let clear = match mark {
        '/' => !matches!((month, day), (1, 2..=5) | (2, 3 | 5) | (3, 4 | 5)),
        '-' => day >= 10,
        _ => day >= 10 && !(day == 30 && month >= 6 && view.any(end, "开 开始 就 才 来 到").is_some()),
    };
    let next = view.any(end, DONE).filter(|(word, _)| *word != "," || mark == '/' && day > 12);
    (clear && next.is_some()).then_some((on, on, end))
}

/// The month and day behind a mark of a span: -9.10, 至8.31.
pub(super) fn spanned(view: &View, at: usize) -> Option<(u32, u32, char, usize)> {
    let (_, length) = view.any(at, "- ~ — – 至 到")?;
    let end = pair(view, at + length)?;
    let goes_on = view
        .get(end.3)
        .is_some_and(|c| c.is_ascii_alphanumeric() || "./-%元块万斤克米公分寸升折度".contains(c));
    (!goes_on).then_some(end)
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
        && !view.after(at, "版本 版本号 版 尺寸 规格 型号 系统 编号 号 ip 取件码 货架 比例 升到 升级到 更新到 降级到 升级为 固件 系统到 到版本")
}
