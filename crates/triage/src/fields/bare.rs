//! Sums without a unit: a price is named before them (押金1500), or the number is spoken as sums are (八千八).

use super::{
    money::MEASURES,
    number::{MOST, ONE, digit, times},
    view::View,
};

/// What is paid, before a sum.
const PAID: &str = "价 价格 金额 合计 共计 总计 一共 总共 付款 扣款 支付 实付 实付款 应付 实收 应收 找零 房租 租金 押金 定金 订金 保证金 首付 尾款 本金 货款 工程款 余额 费 花 花了 花掉 花去 花费 收 收了 收费 交 \
掏 掏了 搭 搭进 搭进去 贴进去 投了 投进去 刷了 垫付 垫了 补 补了 罚 罚了 罚款 退 退还 返 返还 讲 讲价 砍 砍价 谈 说好 讲好 谈好 成交 报 结 结账 算 算下来 涨成 加到 付 转账 打款 打给 汇 汇款 缴 借 借款 贷 贷款 欠 款 现金 骗 坑 宰 讹 输 挣 赚 值 找 \
优惠 便宜 立减 抵 抵扣 佣金 滞纳金 赔偿金 补偿金 定损 理赔 涉案金额 月薪 工资 奖金 押了 存了 给 \
交了 缴了 充了 充值 转了 退了 扣了 扣 赔 赔了 付了 要 让交 让付 卖 到手 降到 涨到 借了 给了 还差 还了 亏了 损失";
/// Between what is paid and the sum.
const BETWEEN: &str = "了:是为我他她你您俺咱们爸妈共约才只有到从就给掉去进出回走至成大概整足差不多 ";
/// Behind what is paid: 押金2000也不退, 运费300结果; what is paid is a thing here, so that any word may follow that counts nothing.
const THINGS: &str = "押金 定金 订金 保证金 首付 尾款 房租 租金 学费 运费 邮费 手续费 服务费 会员费 物业费 取暖费 中介费 加盟费 培训费 违约金 货款 全款 \
售价 标价 原价 现价 总价 单价 报价 进价 价格 金额 补偿 赔偿";
/// What is sold by it: 四百八一晚, 280一节, 30/斤, 每斤15.
const SOLD: &str = "晚 夜 桌 位 斤 公斤 节课 节 堂 课时 课 碗 杯 瓶 盒 袋 串 根 份 例 盘 只 条 张 次 小时 吨 度 平米 平方 平 克 件 双 套 箱 桶 包 间 人 台 部 顿 趟 把 听 罐 支 束 两 股 科 门 月 年 天";
/// Of these no sum is told by what stands behind 每 alone: 每天30, 每月20 may be minutes, points, pieces.
const TIMES: &str = "天 月 年 次 箱 包 条 间";
/// What may follow a sum without its unit.
const GOES_ON: &str = "左右 上下 以上 以下 的押金 的定金 的学费 的房租 的费用 的 买 做 办 降 涨 就 才 不 没 给 过去 卖 变 还 多给 起 成交 封顶 整 订 租 修 装 充 报 学 配 入手 请 拍 拿 抢 团 换 也 都 全 结果 抵 出头 开外 包邮 退 一口价";
/// Before a spoken number that measures something else.
const MEASURED: &str = "重 高 按 考 考了 第 斤 电话 号 了有 年 血压 分 面积 时速 开到 跑了 走了 快到 行驶 行驶了 里程 公里数 播放 粉丝 浏览";

/// Whether a number that ends here is a sum without its unit. `spoken`: written as sums are spoken, 三百五, 2千3.
pub(crate) fn sum(view: &View, at: usize, end: usize, value: i64, spoken: bool) -> bool {
    // 少给二两 is weight, 01390 a reading
    if is_line(view, at)
        || view.before(end) == Some('两')
        || view.get(at) == Some('0') && view.get(at + 1).is_some_and(|c| c.is_ascii_digit())
        || view.any(end, "的人 的房子 的面积").is_some()
    {
        return false;
    }
    if value >= 5 * ONE && !view.after(at, MEASURED) && (each(view, end) || told_each(view, at, end)) {
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
    let thing = || value >= 10 * ONE && view.chinese(end) && behind_thing(view, at) && !measured(view, end);
    if !closes && !goes_on() && !thing() || closes && counts_behind(view, end) {
        return false;
    }
    if spoken && value >= 100 * ONE && !view.after(at, MEASURED) {
        return true;
    }
    let fraction = value % ONE != 0;
    let mut start = at;
    while start > 0
        && at - start < 4
        && !view.after(start, PAID)
        && view.before(start).is_some_and(|c| BETWEEN.contains(c))
    {
        start -= 1;
    }
    // 价格从13888降到11888
    let paid = view.after(start, PAID)
        && !view.after(start, "需要 主要 只要 还要 重要 不要 回收 验收 提交 上交 免费 浪费");
    paid && (fraction || value >= 10 * ONE)
}

/// 280一节, 30/斤: what it buys stands behind the sum.
fn each(view: &View, end: usize) -> bool {
    view.any(end, "一 / 每").is_some_and(|(word, length)| {
        // 5次/月, 100/小时 are no prices where a count or a line goes on
        view.any(end + length, SOLD).is_some_and(|(sold, more)| {
            let behind = end + length + more;
            let bound = word != "一" || !matches!(sold, "天" | "次" | "人" | "条" | "把");
            bound && !view.get(behind).is_some_and(|c| c.is_ascii_alphanumeric() || "半前后内".contains(c))
        })
    })
}

/// 每斤15, 一节课200: what it buys stands before the sum, and nothing is counted behind.
fn told_each(view: &View, at: usize, end: usize) -> bool {
    let close = view.get(end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '!' | '?' | ')'));
    close
        && (1..=2).any(|length| {
            at.checked_sub(length + 1).is_some_and(|start| {
                let sold = view.text(&(start + 1..at));
                let named = SOLD.split(' ').any(|word| word == sold);
                let told = named && view.any(start, "一 每").is_some();
                told && (!TIMES.split(' ').any(|word| word == sold)
                    || view.after(start, "费 费用 租金 房租 价格 工资 卖 收"))
            })
        })
}

/// 花了3200呢, 收我800吧: a word of no meaning before the end.
fn particle(view: &View, end: usize) -> bool {
    view.get(end).is_some_and(|c| "了吧呢啊呀嘛哈哦咯喽".contains(c))
        && view.get(end + 1).is_none_or(|c| !c.is_alphanumeric())
}

/// Whether a thing that is paid stands before.
fn behind_thing(view: &View, at: usize) -> bool {
    let start = at - usize::from(view.before(at).is_some_and(|c| ":是为 ".contains(c)));
    view.after(start, THINGS)
}

/// Whether something is counted by the number.
fn measured(view: &View, end: usize) -> bool {
    view.any(end, MEASURES).is_some()
        || view.any(end, "日 时 点 分 秒 期 笔 名 户 家 辆 亩 百 千 万 亿 倍 成 几 多 余 来 级 款 元 块 至 到 和 或 一").is_some()
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
