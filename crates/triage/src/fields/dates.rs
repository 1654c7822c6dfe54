//! Days: written out, told from today, of a week, of a festival, of the lunar calendar.

use super::{
    ahead,
    calendar::{Day, FESTIVALS, FESTIVALS_BEGIN, festival, length},
    figures,
    lunar::traditional,
    number::{ONE, digit, number},
    view::View,
};

type Days = (Day, Day, usize);

/// The day that begins here.
pub(super) fn one(view: &View, at: usize, today: Day) -> Option<Days> {
    of_year(view, at, today)
        .or_else(|| figures::day(view, at))
        .or_else(|| figures::without_year(view, at, today))
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
    if let Some(tens) = view.get(at).and_then(|c| "廿卅".find(c)) {
        // 廿三
        let below = view.get(at + 1).and_then(digit).filter(|below| *below > 0);
        let value = if tens == 0 { 20 } else { 30 } + below.unwrap_or(0);
        return (value <= most)
            .then_some((u32::try_from(value).ok()?, at + 1 + usize::from(below.is_some())));
    }
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
    let next = view.skip(end);
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
        None if told && year >= 1990 && view.any(end, "前 之 以 后 来 内 度 间 级").is_none() => part((1, 1), 12, 0),
        None => None,
    }
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
    if let Some((day, end)) = whole(view, view.skip(end), 31)
        && let Some((_, length)) = view.any(end, "日 号")
    {
        let day = Day::new(month.year, month.month, day)?;
        return Some((day, day, end + length));
    }
    let (first, last, length) = match view.any(end, "月初 初 上旬 中旬 下旬 月底 月末 底 末") {
        Some(("月初" | "初" | "上旬", length)) => (1, 10, length),
        Some(("中旬", length)) => (11, 20, length),
        Some((_, length)) => (21, last, length),
        None => (1, last, 0),
    };
    Some((Day { day: first, ..month }, Day { day: last, ..month }, end + length))
}

/// Words of a day, told from today: how many days on.
const FROM_TODAY: [(&str, i64); 43] = [
    ("大前天", -3),
    ("前天", -2),
    ("前日", -2),
    ("前晚", -2),
    ("前夜", -2),
    ("前儿", -2),
    ("昨天", -1),
    ("昨日", -1),
    ("昨晚", -1),
    ("昨夜", -1),
    ("昨早", -1),
    ("昨儿", -1),
    ("昨个", -1),
    ("昨上午", -1),
    ("昨下午", -1),
    ("昨中午", -1),
    ("昨午", -1),
    ("昨凌晨", -1),
    ("今天", 0),
    ("今日", 0),
    ("今早", 0),
    ("今晨", 0),
    ("今晚", 0),
    ("今儿", 0),
    ("今个儿", 0),
    ("今夜", 0),
    ("今上午", 0),
    ("今下午", 0),
    ("今中午", 0),
    ("今凌晨", 0),
    ("当日", 0),
    ("大后天", 3),
    ("后天", 2),
    ("明天", 1),
    ("明日", 1),
    ("后日", 2),
    ("后儿", 2),
    ("明早", 1),
    ("明儿", 1),
    ("明晨", 1),
    ("明上午", 1),
    ("明下午", 1),
    ("明晚", 1),
];

/// 昨天, 前晚.
fn from_today(view: &View, at: usize, today: Day) -> Option<Days> {
    view.get(at).filter(|c| "大前昨今当后明".contains(*c))?;
    let (days, end) = FROM_TODAY.iter().find_map(|(word, days)| Some((*days, at + view.word(at, word)?)))?;
    // 先天 and 后天 of medicine, 昨儿 and the child that comes after
    let medical = view.word(at, "后天").is_some()
        && (view.after(at, "之 以 日 先") || view.any(end, "性 形成 养成 获得 因素").is_some());
    let other = view.any(at, "前儿子 前儿媳 后儿子 明儿子 今儿子").is_some()
        || view.after(at, "以 之 今 先 最 往 光 身") && view.any(at, "前儿 后儿 后日 前夜").is_some();
    if view.word(at, "当日").is_some() || medical || other {
        return None;
    }
    let end = end + if view.before(end) == Some('儿') { view.word(end, "个").unwrap_or(0) } else { 0 };
    Some((today.plus(days), today.plus(days), end))
}

/// 上周三, 这个星期五, 上周末, 上周.
fn of_week(view: &View, at: usize, today: Day) -> Option<Days> {
    let (mut end, mut weeks, mut told) = (at, 0, false);
    while let Some((word, length)) = view.any(end, "上 下 本 这") {
        (weeks, end, told) = (
            weeks
                + match word {
                    "上" => -1,
                    "下" => 1,
                    _ => 0,
                },
            end + length,
            true,
        );
    }
    // 上一周, 上一个星期
    if told && view.any(end, "一个星期 一个礼拜 一星期 一礼拜 一周").is_some() {
        end += 1;
    }
    end += view.word(end, "个").unwrap_or(0);
    let (_, length) = view.any(end, "星期 礼拜 周").filter(|_| told || !view.after(at, "每 每个 每逢"))?;
    end += length;
    let monday = today.plus(-today.weekday() + 7 * weeks);
    let day = view.get(end).and_then(|c| {
        "一二三四五六日天".find(c).map(|_| {
            "一二三四五六日".chars().position(|d| d == if c == '天' { '日' } else { c }).unwrap_or(6) as i64
        })
    });
    match day {
        Some(0) if told && view.any(end + 1, "直 样 般 定 共").is_some() => {
            Some((monday, monday.plus(6), end))
        }
        Some(day) if view.any(end + 1, "年 个 次 天 边").is_none() || day > 5 => {
            let mut on = monday.plus(day);
            if !told && on > today {
                // 周五 by itself is the last one
                on = on.plus(-7);
            }
            Some((on, on, end + 1))
        }
        _ if !told || view.any(end, "岁 年 边 围 期 转 到 折 全 密 五一").is_some() => None,
        _ => match view.word(end, "末") {
            Some(length) => Some((monday.plus(5), monday.plus(6), end + length)),
            None => Some((monday, monday.plus(6), end)),
        },
    }
}

/// 三天前, 半个月前, 两年前.
fn ago(view: &View, at: usize, today: Day) -> Option<Days> {
    let half = view.word(at, "半").map(|length| at + length);
    let (count, end) =
        half.map(|end| (0, end)).or_else(|| whole(view, at, 500).filter(|(count, _)| *count > 0))?;
    // 俩月前; 三月前 is before March
    let pair = view.before(end).is_some_and(|c| "俩仨两半".contains(c)) && view.word(end, "月").is_some();
    let units = "天 日 周 个星期 星期 个礼拜 礼拜 个多月 个半月 个月 年";
    let (unit, length) = if pair { ("个月", 1) } else { view.any(end, units)? };
    let half_more = unit == "年" && view.word(end + length, "半").is_some();
    let end = end + length + usize::from(half_more);
    let (_, length) = view.any(end, "之前 以前 前")?;
    if view.word(end, "前后").is_some() || view.after(at, "第 每") {
        return None;
    }
    let count = i64::from(count);
    let day = match (unit, half.is_some()) {
        ("天" | "日", false) => today.plus(-count),
        ("周" | "个星期" | "星期" | "个礼拜" | "礼拜", false) => today.plus(-7 * count),
        ("个月", false) => today.plus_months(-count),
        ("个半月", false) => today.plus_months(-count).plus(-15),
        ("个月", true) => today.plus(-15),
        ("年", false) => today.plus_months(-12 * count - if half_more { 6 } else { 0 }),
        ("年", true) => today.plus_months(-6),
        _ => return None,
    };
    Some((day, day, end + length))
}

/// 3月5日, 三月五号, 3月初, 3月份.
fn month_day(view: &View, at: usize, year: Option<i32>, today: Day) -> Option<Days> {
    let first =
        view.word(at, "元").filter(|_| view.word(at, "元月").is_some()).map(|length| (1, at + length));
    let (month, end) = first.or_else(|| whole(view, at, 12)).filter(|(month, _)| *month > 0)?;
    let blank = if year.is_some() || figures::apart(view, end) { view.skip(end) } else { end };
    let spaced = blank > end;
    let end = blank + view.word(blank, "月")?;
    let past = |month: u32, day: u32| {
        year.map_or_else(
            || {
                Day::new(today.year, month, day)
                    .filter(|on| *on <= today)
                    .or_else(|| Day::new(today.year - 1, month, day))
            },
            |year| Day::new(year, month, day),
        )
    };
    // 3月一直
    let word = view.any(end, "一直 一次 一共 一样 一个 一块 一起").is_some();
    if let Some((day, end)) = whole(view, view.skip(end), 31).filter(|(day, _)| *day > 0 && !word) {
        let blank = if year.is_some() || spaced { view.skip(end) } else { end };
        let unit = view.any(blank, "日 号");
        let end = if unit.is_some() { blank } else { end };
        if unit.is_some()
            || !view.get(end).is_some_and(|c| c.is_ascii_digit() || c == '个' || c == '元' || c == '块')
        {
            let end = end + unit.map_or(0, |(_, length)| length);
            let coming = Day::new(today.year, month, day).filter(|_| year.is_none());
            let on = ahead::day(view, at, end, coming, today).or_else(|| past(month, day))?;
            return Some((on, on, end));
        }
    }
    if year.is_none() && lasts(view, at, end) {
        return None;
    }
    let first = past(month, 1)?;
    let last = length(first.year, month);
    let (from, to, length) = match view.any(end, "初 上旬 中旬 下旬 底 末 份") {
        Some(("初" | "上旬", length)) => (1, 10, length),
        Some(("中旬", length)) => (11, 20, length),
        Some(("份", length)) => (1, last, length),
        Some((_, length)) => (21, last, length),
        None if year.is_some() || view.any(end, "饼 子 供 嫂 租 卡 费 薪 底 龄").is_none() => {
            (1, last, 0)
        }
        None => return None,
    };
    Some((Day { day: from, ..first }, Day { day: to, ..first }, end + length))
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

/// 中秋节, 去年双十一, 3·15.
fn of_festival(view: &View, at: usize, year: Option<i32>, today: Day) -> Option<Days> {
    // the longest: 双十一 before 十一
    view.get(at).filter(|c| FESTIVALS_BEGIN.contains(*c))?;
    let (word, length) = FESTIVALS
        .split_whitespace()
        .filter_map(|word| Some((word, view.word(at, word)?)))
        .max_by_key(|(_, length)| *length)?;
    let end = at + length;
    let doubtful = matches!(
        word,
        "十一"
            | "315"
            | "3.15"
            | "618"
            | "过年"
            | "三八"
            | "五一"
            | "六一"
            | "元宵"
            | "520"
            | "6.18"
            | "11.11"
            | "12.12"
    );
    let occasion = view
        .any(
            end,
            "期间 当天 那天 假期 长假 黄金周 活动 大促 促销 购物节 前 后 节 放假 晚会 的时候 买 购 在 我",
        )
        .is_some();
    if doubtful && year.is_none() && !occasion
        || view.get(end).is_some_and(|c| c.is_ascii_digit() || c == '元' && word != "元旦")
    {
        return None;
    }
    if word == "十一" && view.any(end, "月 个 点 号 日 楼 万 元 块").is_some() {
        return None;
    }
    let on = match year {
        Some(year) => festival(word, year)?,
        // 中秋节马上到了
        None if view.any(end, "马上 快到 快要 就要 就快 即将 要到 临近 将至").is_some() => {
            festival(word, today.year).filter(|on| *on >= today).or_else(|| festival(word, today.year + 1))?
        }
        None => {
            festival(word, today.year).filter(|on| *on <= today).or_else(|| festival(word, today.year - 1))?
        }
    };
    Some((on, on, end))
}

/// 15号: the last one.
fn day_alone(view: &View, at: usize, today: Day) -> Option<Days> {
    let (day, end) = whole(view, at, 31).filter(|(day, _)| *day > 0)?;
    let (unit, length) = view.any(end, "号 日")?;
    let end = end + length;
    let next = view.any(end, "楼 线 店 院 门 机 码 台 柜 桌 车 房 室 库 铺 摊 厅 馆 单元 栋 窗 仓 位 桩 技 员 球 床 井 地 路 街 文 令 院 商 内 无 游 后 之内 以内 前 用 均 常 期 电 厂 坑 院 池 箱 包 服 元 一 内 元");
    let before = view.before(at).is_some_and(|c| "路街巷弄道第楼栋区里院村城坊园段厦座场期-年./".contains(c));
    let lettered =
        view.before(at).is_some_and(|c| "甲乙丙丁附".contains(c)) || view.after(at, "每月 每个月 每");
    if next.is_some() || before || lettered || unit == "日" && view.chinese(at) && end - at > 4 {
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
