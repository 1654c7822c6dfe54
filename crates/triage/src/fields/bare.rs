//! Sums without a unit: a price is named before them (押金1500), or the number is spoken as sums are (八千八).

use super::{
    number::{MOST, ONE, digit, times},
    view::View,
};

/// What is paid, before a sum.
const PAID: &str = "价 价格 金额 合计 共计 总计 一共 总共 付款 扣款 支付 实付 实付款 应付 实收 应收 找零 房租 租金 押金 定金 订金 保证金 首付 尾款 本金 货款 工程款 余额 费 花 花了 收 收了 收费 交 \
交了 缴了 充了 充值 转了 退了 扣了 扣 赔 赔了 付了 要 让交 让付 卖 到手 降到 涨到 借了 给了 还差 还了 亏了 损失";
/// Between what is paid and the sum.
const BETWEEN: &str = "了:是为我他她你共约才只有到从就给 ";
/// What may follow a sum without its unit.
const GOES_ON: &str =
    "左右 上下 的押金 的定金 的学费 的房租 的费用 的 买 做 办 降 涨 就 才 不 没 给 过去 卖 变 还 多给 起";
/// Before a spoken number that measures something else.
const MEASURED: &str = "重 高 按 考 考了 第 斤 电话 号 了有 年 血压 分 面积 时速 开到 跑了 走了 快到 行驶 行驶了 里程 公里数 播放 粉丝 浏览";

/// Whether a number that ends here is a sum without its unit. `spoken`: written as sums are spoken, 三百五, 2千3.
pub(crate) fn sum(view: &View, at: usize, end: usize, value: i64, spoken: bool) -> bool {
    let next = view.get(end);
    // 15、20分钟: the first of a row has the unit of the last.
    let row =
        next == Some('、') && view.get(end + 1).is_some_and(|c| c.is_ascii_digit() || digit(c).is_some());
    let closes =
        !row && next.is_none_or(|c| matches!(c, ',' | '。' | ';' | '!' | '?' | ')' | ' ' | '、' | '\n'));
    let goes_on = || view.any(end, GOES_ON).is_some() && view.any(end, "的人 的房子 的面积").is_none();
    if !closes && !goes_on() || closes && counts_behind(view, end) || is_line(view, at) {
        return false;
    }
    if spoken && value >= 100 * ONE && !view.after(at, MEASURED) {
        return true;
    }
    let fraction = value % ONE != 0;
    let mut start = at;
    while start > 0
        && at - start < 3
        && !view.after(start, PAID)
        && view.before(start).is_some_and(|c| BETWEEN.contains(c))
    {
        start -= 1;
    }
    // 价格从13888降到11888
    let paid = view.after(start, PAID)
        && !view.after(start, "需要 主要 只要 还要 重要 不要 回收 验收 提交 成交 上交 免费 消费 浪费");
    paid && (fraction || value >= 10 * ONE)
}

/// 交给12315: lines of offices and of carriers, which are no sums.
fn is_line(view: &View, at: usize) -> bool {
    let lines = "12315 12345 12358 12365 12331 12333 12378 12363 10086 10010 10000 95598 11185 12305";
    view.any(at, lines)
        .is_some_and(|(_, length)| !view.get(at + length).is_some_and(|c| c.is_ascii_digit() || c == '.'))
}

/// 500 克: what is counted stands behind a blank.
fn counts_behind(view: &View, end: usize) -> bool {
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
        match view.get(next).and_then(times).filter(|times| *times <= 1_000 && (place == 0 || *times < place))
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
