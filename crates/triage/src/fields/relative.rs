//! Days told from today: 昨天, 上周三, 三天前.

use super::{
    calendar::Day,
    dates::{Days, whole},
    view::View,
};

/// Words of a day, told from today: how many days on.
const FROM_TODAY: [(&str, i64); 47] = [
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
    // as people of Guangdong write
    ("琴日", -1),
    ("琴晚", -1),
    ("噚日", -1),
    ("听日", 1),
];

/// 昨天, 前晚.
pub(super) fn from_today(view: &View, at: usize, today: Day) -> Option<Days> {
    view.get(at).filter(|c| "大前昨今当后明琴噚听".contains(*c))?;
    let (days, end) = FROM_TODAY.iter().find_map(|(word, days)| Some((*days, at + view.word(at, word)?)))?;
    // 先天 and 后天 of medicine, 昨儿 and the child that comes after
    let medical = view.word(at, "后天").is_some()
        && (view.after(at, "之 以 日 先") || view.any(end, "性 形成 养成 获得 因素").is_some());
    // 车前天线, 面前天天
    let medical = medical
        || view.word(at, "前天").is_some()
            && (view.word(end, "线").is_some()
                || view.word(end, "天").is_some() && view.after(at, "之 以 从 目 眼 面 门"));
    let other = view.any(at, "前儿童 前儿子 前儿媳 后儿子 明儿子 今儿子 听日本 听日语 听日文").is_some()
        || view.after(at, "以 之 今 先 最 往 光 身") && view.any(at, "前儿 后儿 后日 前夜").is_some();
    if view.word(at, "当日").is_some() || medical || other {
        return None;
    }
    let end = end + if view.before(end) == Some('儿') { view.word(end, "个").unwrap_or(0) } else { 0 };
    Some((today.plus(days), today.plus(days), end))
}

/// 上周三, 这个星期五, 上周末, 上周.
pub(super) fn of_week(view: &View, at: usize, today: Day) -> Option<Days> {
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
    let (_, length) = view
        .any(end, "星期 礼拜 周")
        .filter(|_| told || !view.after(at, "每 每个 每逢") && !timetable(view, at))?;
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

/// 周一至周五营业: days of every week, the first and the last of them.
fn timetable(view: &View, at: usize) -> bool {
    let day = |at: usize| {
        let (_, length) = view.any(at, "星期 礼拜 周")?;
        view.get(at + length).filter(|c| "一二三四五六日天".contains(*c)).map(|_| at + length + 1)
    };
    let to = |at: usize| view.any(at, "至 到 - ~ —").map(|(_, length)| at + length);
    let every = |end: usize| {
        view.any(
            end,
            "营业 上班 开门 开放 办公 工作 休息 每 全天 都营业 都上 都开 9 8 早9 早8 上午9 上午8 ( 限行 有课 上课",
        )
        .is_some()
    };
    let first = || every(day(to(day(at)?)?)?).then_some(());
    let second = || {
        let before = (1..=4).find_map(|back| at.checked_sub(back).filter(|from| to(*from) == Some(at)))?;
        ((2..=3).any(|back| before.checked_sub(back).is_some_and(|from| day(from) == Some(before)))
            && every(day(at)?))
        .then_some(())
    };
    first().or_else(second).is_some()
}

/// 三天前, 半个月前, 两年前.
pub(super) fn ago(view: &View, at: usize, today: Day) -> Option<Days> {
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
