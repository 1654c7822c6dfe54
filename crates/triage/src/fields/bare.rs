//! Sums without a unit: a price is named before them (押金1500), or the number is spoken as sums are (八千八).

use super::{
    number::{MOST, ONE, digit, times},
    paid::{self, paid},
    view::View,
};

/// What is sold by it: 四百八一晚, 280一节, 30/斤, 每斤15.
const SOLD: &str = "晚 夜 桌 位 斤 公斤 节课 节 堂 课时 课 碗 杯 瓶 盒 袋 串 根 份 例 盘 只 条 张 次 小时 吨 度 平米 平方 平 克 件 双 套 箱 桶 包 间 人 台 部 顿 趟 把 听 罐 支 束 两 股 科 门 针 个 月 年 天";
/// Of these no sum is told by what stands behind 每 alone: 每天30, 每月20 may be minutes, points, pieces.
const TIMES: &str = "天 月 年 次 箱 包 条 间";
/// What may follow a sum without its unit.
const GOES_ON: &str = "左右 上下 以上 以下 的押金 的定金 的学费 的房租 的费用 的 买 做 办 降 涨 就 才 不 没 给 过去 卖 变 还 多给 起 成交 封顶 整 订 租 修 装 充 报 学 配 入手 请 拍 拿 抢 团 换 再 也 都 全 结果 抵 出头 开外 包邮 退 一口价 送 到手 包干 全包 完事 打发";
/// Before a spoken number that measures something else.
pub(super) const MEASURED: &str = "重 高 按 考 考了 第 斤 电话 号 了有 年 血压 分 面积 时速 开到 跑了 走了 快到 行驶 行驶了 里程 公里数 播放 粉丝 浏览";

/// Whether a number that ends here is a sum without its unit. `spoken`: written as sums are spoken, 三百五, 2千3; `loose`: more
/// or less so much.
pub(crate) fn sum(view: &View, at: usize, end: usize, value: i64, spoken: bool, loose: bool) -> bool {
    // 少给二两 is weight, 01390 a reading
    if is_line(view, at)
        || view.before(end) == Some('两')
        || view.get(at) == Some('0') && view.get(at + 1).is_some_and(|c| c.is_ascii_digit())
        || view.any(end, "的人 的房子 的面积 的量").is_some()
        || view.before(at) == Some(':') && at > 1 && view.before(at - 1).is_some_and(|c| c.is_ascii_digit())
        || end == at + 1 && view.get(at).is_some_and(|c| times(c).is_some())
        || view
            .any(
                end,
                "美元 美金 美刀 欧元 日元 日币 韩元 韩币 港币 港元 英镑 卢布 泰铢 刀 澳元 加元 新元 新币",
            )
            .is_some()
        || view.after(at, "一赔 一罚 一送 一还 一补") && view.chinese(at)
        || end - at >= 7 && value >= 1_000_000 * ONE && view.letters[at..end].iter().all(char::is_ascii_digit)
    {
        return false;
    }
    let weighed = view.after(at, MEASURED) && !view.after(at, "一斤 每斤 1斤 一公斤 每公斤");
    if value >= 5 * ONE
        && !weighed
        && (each(view, end, value)
            || told_each(view, at, end, value)
            || yearly(view, end)
            || value >= 100 * ONE && past(view, end))
        || paid::told(view, at, end, value, loose)
    {
        return true;
    }
    let next = view.get(end);
    // 15、20分钟: the first of a row has the unit of the last.
    let row =
        next == Some('、') && view.get(end + 1).is_some_and(|c| c.is_ascii_digit() || digit(c).is_some());
    let closes =
        !row && next.is_none_or(|c| matches!(c, ',' | '。' | ';' | '!' | '?' | ')' | ' ' | '、' | '\n'));
    let closes = closes || next.is_some_and(|c| "”\"'」…~".contains(c)) || particle(view, end);
    let goes_on = || view.any(end, GOES_ON).is_some();
    if !closes && !goes_on() || closes && counts_behind(view, end) {
        return false;
    }
    if spoken && value >= 100 * ONE && !view.after(at, MEASURED) {
        return true;
    }
    let fraction = value % ONE != 0;
    paid(view, at) && (fraction || value >= 10 * ONE)
}

/// 280一节, 30/斤: what it buys stands behind the sum.
fn each(view: &View, end: usize, value: i64) -> bool {
    view.any(end, "一 / 每").is_some_and(|(word, length)| {
        // 5次/月, 100/小时 are no prices where a count or a line goes on
        view.any(end + length, SOLD).is_some_and(|(sold, more)| {
            let behind = end + length + more;
            let bound = word != "一"
                || !matches!(sold, "天" | "次" | "人" | "条" | "把")
                || value >= 100 * ONE && matches!(sold, "次" | "人");
            // 207每天早上有
            let bound = bound && (sold != "个" || !view.chinese(behind) && value >= 10 * ONE);
            let bound =
                bound && (word != "每" || !view.chinese(behind) || view.any(behind, "的 收 付 交").is_some());
            bound && !view.get(behind).is_some_and(|c| c.is_ascii_alphanumeric() || "半前后内".contains(c))
        })
    })
}

/// 每斤15, 一节课200: what it buys stands before the sum, and nothing is counted behind.
fn told_each(view: &View, at: usize, end: usize, value: i64) -> bool {
    let close = view.get(end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '!' | '?' | ')'));
    close
        && (1..=2).any(|length| {
            at.checked_sub(length + 1).is_some_and(|start| {
                let sold = view.text(&(start + 1..at));
                let named = sold != "个" && SOLD.split(' ').any(|word| word == sold)
                    || sold == "个" && value >= 50 * ONE;
                // 一米八十 by the meter; 一米80 is a height
                let named = named || sold == "米" && view.chinese(at) && value >= 20 * ONE;
                let one = view.get(start) == Some('1')
                    && !view.before(start).is_some_and(|c| c.is_ascii_alphanumeric() || ".-/第".contains(c))
                    && value >= 50 * ONE;
                let told = named && (one || view.any(start, "一 每").is_some());
                let once = sold == "次" && value >= 100 * ONE;
                told && (once
                    || !TIMES.split(' ').any(|word| word == sold)
                    || view.after(start, "费 费用 租金 房租 价格 工资 卖 收"))
            })
        })
}

/// 299包年: as much as one likes for a time.
fn yearly(view: &View, end: usize) -> bool {
    view.any(end, "包年 包月 包季 包场 包学期 包教包会 包夜").is_some()
}

/// 六百出头: a little more.
fn past(view: &View, end: usize) -> bool {
    view.any(end, "出头").is_some_and(|(_, length)| {
        view.any(end + length, "的人 人 名 户 斤 岁 公里 米 平 克 件 个").is_none()
            && !(view.get(end + length) == Some('的') && paid::people(view, end + length))
    })
}

/// 花了3200呢, 收我800吧: a word of no meaning before the end.
fn particle(view: &View, end: usize) -> bool {
    view.get(end).is_some_and(|c| "了吧呢啊呀嘛哈哦咯喽".contains(c))
        && view.get(end + 1).is_none_or(|c| !c.is_alphanumeric())
}

/// 交给12315: lines of offices and of carriers, which are no sums.
pub(super) fn is_line(view: &View, at: usize) -> bool {
    let lines = "12315 12345 12358 12365 12331 12333 12378 12363 10086 10010 10000 95598 11185 12305 12306 12320 12348 12388 12369 12328 12318 12339 12380 12381 10060 11183";
    let called = view
        .any(at, "110 119 120 122")
        .filter(|_| view.after(at, "报 报了 报过 打 打了 打过 拨打 拨 拨了 叫 叫了 喊"));
    called
        .or_else(|| view.any(at, lines))
        .is_some_and(|(_, length)| !view.get(at + length).is_some_and(|c| c.is_ascii_digit() || c == '.'))
}

/// 500 克: what is counted stands behind a blank.
pub(super) fn counts_behind(view: &View, end: usize) -> bool {
    let next = view.skip(end);
    next > end
        && (view.any(next, "克 斤 个 件 人 次 天 年 月 日 号 米 平 公里 分钟 小时 kg g ml").is_some()
            || view.get(next).is_some_and(|c| c.is_ascii_digit()))
}

/// 三四百, 十七八, 一千七八百, 四、五十: least, most, end, in ten-thousandths.
pub(crate) fn about(view: &View, at: usize) -> Option<(i64, i64, usize)> {
    let any_digit = |at: usize| view.get(at).and_then(digit);
    if view.before(at).is_some_and(|c| digit(c).is_some() || c.is_ascii_digit()) {
        return None;
    }
    // what stands before the two: 十, 二十, 一千
    let (mut before, mut end, mut place) = (0, at, 0);
    loop {
        let (count, next) = match any_digit(end) {
            Some(count) => (count, end + 1),
            None => (1, end),
        };
        match view
            .get(next)
            .and_then(times)
            .filter(|times| *times <= 10_000 && (place == 0 || *times < place))
        {
            Some(times) if next > end || times == 10 => {
                (before, end, place) = (before + count * times, next + 1, times);
            }
            _ => break,
        }
    }
    let one = view.get(end).and_then(|c| digit(c).or_else(|| c.to_digit(10).map(i64::from)))?;
    let second = end + 1 + usize::from(view.get(end + 1) == Some('、'));
    let two = view.get(second).and_then(|c| digit(c).or_else(|| c.to_digit(10).map(i64::from)))?;
    let written = view.get(end).is_some_and(|c| c.is_ascii_digit())
        || view.get(second).is_some_and(|c| c.is_ascii_digit());
    if !(one > 0 && (two == one + 1 || (one, two) == (3, 5))) || written && second == end + 1 {
        return None;
    }
    end = second + 1;
    if any_digit(end).is_some() || view.get(end).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut scale = 1;
    while let Some(times) = view.get(end).and_then(times).filter(|times| scale * times < MOST / 10_000) {
        (scale, end) = (scale * times, end + 1);
    }
    match (place, scale) {
        (0 | 10, 1) => {}
        (_, 1) => scale = place / 10,
        // 十七八万 is of the whole, 一千七八百 of its rest
        (_, scale) if place > 0 && scale >= 10_000 => {
            return Some(((before + one) * scale * ONE, (before + two) * scale * ONE, end));
        }
        (place, scale) if place > 0 && scale >= place => return None,
        _ => {}
    }
    Some(((before + one * scale) * ONE, (before + two * scale) * ONE, end))
}
