//! Sums without a unit that stand beside others: 机油320,机滤35,工时费150; 平时15,那天要了我85.

use std::ops::Range;

use super::{
    Said, bare, money,
    number::{ONE, digit, number, times},
    paid,
    view::View,
};

/// What is told of a price, before a number beside a sum.
const PRICED: &str = "平时 平常 原来 原先 以前 现在 如今 后来 别人 别家 别处 人家 本来 看见 看到 显示 写的 写着 写 打 时候 最低 最高 最少 最多 起步 隔天 第二天 网上 淘宝 京东 拼多多 美团 外面 隔壁 线上 单程 往返 即 报的 说的 是 才 只 用了 用 多出 每月 每年 每次 一年 一月 一个月 一学期 一期 一瓶 一斤 一包 一盒 一袋 一桌 一节 月 只 一位 一人 每人 一个 一张 一份 每天 一天 一晚 儿童 成人 老人 大人 小孩 进门 实际 里的 中的 一块就 一个就 一张就 一斤就 一份就 流水就";
/// Letters that no thing with its price has in its name.
const NO_ITEM: &str = "了我你他她们个次等跑第号共来天年月日岁人位";

/// Ends of a clause.
fn closes(c: char) -> bool {
    matches!(c, ',' | '。' | ';' | '!' | '?' | '、' | '\n' | ' ' | '/' | '+' | ':' | '(' | ')')
}

/// Adds what stands beside the sums that were found.
pub(super) fn add(view: &View, found: &mut Vec<(Range<usize>, Said)>) {
    if found.is_empty() {
        return;
    }
    let open = open(view, found);
    // a row may be known from its last: twice
    for _ in 0..2 {
        for (span, value, words, thousands) in &open {
            let taken = found.iter().any(|(held, _)| span.start < held.end && held.start < span.end);
            let priced = (view.after(span.start, PRICED) || lot(view, span)) && near(found, span);
            let named = words.end > words.start;
            if !taken
                && (priced
                    || *thousands && near(found, span)
                    || named && thing(view, span) && near(found, span)
                    || named && item(view, span, words) && beside(view, found, span, words))
            {
                found.push((span.clone(), money::said(*value, *value)));
            }
        }
    }
    found.sort_by_key(|(span, _)| span.start);
}

type Open = (Range<usize>, i64, Range<usize>, bool);

/// Numbers that close a clause and are no sum yet: where, how much, the letters of the clause before, whether a comma parts
/// their thousands.
fn open(view: &View, found: &[(Range<usize>, Said)]) -> Vec<Open> {
    let (mut open, mut at, mut clause) = (Vec::new(), 0, 0);
    while let Some(c) = view.get(at) {
        let held = found.iter().find(|(span, _)| span.contains(&at)).map(|(span, _)| span.end);
        if let Some(end) = held {
            at = end;
            continue;
        }
        let Some(number) = number(view, at).filter(|number| {
            c.is_ascii_digit()
                || number.value >= 20 * ONE
                    && view.letters[at..number.end].iter().any(|c| times(*c).is_some())
        }) else {
            if closes(c) && c != ':' && c != '(' {
                clause = at + 1;
            }
            at += 1;
            continue;
        };
        let end = number.end;
        let glued = view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || "-./_*×#".contains(c));
        let ends = view.get(end).is_none_or(|c| closes(c) && c != ':' && c != '/' || "”\"…".contains(c));
        let fits = !glued
            && ends
            && (number.value >= 5 * ONE || number.value % ONE != 0)
            && number.value < 1_000_000 * ONE
            && !paid::numbered(view, at)
            && !paid::gauged(view, at)
            && !bare::is_line(view, at)
            && !bare::counts_behind(view, end)
            && !view.after(at, bare::MEASURED);
        if fits && view.get(at) != Some('0') {
            let thousands = view.letters[at..end].contains(&',');
            open.push((at..end, number.value, clause.min(at)..at, thousands));
        }
        at = end;
    }
    open
}

/// 买了5张400: so many of them for a sum.
fn lot(view: &View, span: &Range<usize>) -> bool {
    let unit = view.after(span.start, "张 斤 份 件 瓶 盒 套 双 箱");
    unit && span.start >= 2
        && view.before(span.start - 1).is_some_and(|c| c.is_ascii_digit() || digit(c).is_some())
        && view.get(span.start).is_some_and(|c| c.is_ascii_digit())
}

/// Whether a sum stands within some thirty letters.
fn near(found: &[(Range<usize>, Said)], span: &Range<usize>) -> bool {
    found.iter().any(|(held, _)| held.start < span.end + 30 && span.start < held.end + 30)
}

/// Whether the clause before a number is the name of a thing or of a fee.
fn item(view: &View, span: &Range<usize>, words: &Range<usize>) -> bool {
    let mut end = span.start;
    while end > words.start && view.before(end).is_some_and(|c| c == ':' || c == ' ') {
        end -= 1;
    }
    let start =
        (words.start..end).rev().find(|at| view.get(*at) == Some(':')).map_or(words.start, |at| at + 1);
    (2..=8).contains(&(end - start.min(end)))
        && (start..end).all(|at| view.chinese(at) && !view.get(at).is_some_and(|c| NO_ITEM.contains(c)))
        && !view.before(end).is_some_and(|c| "有达超".contains(c))
}

/// Whether two letters that may name a thing stand before a number of ten and more.
fn thing(view: &View, span: &Range<usize>) -> bool {
    let name = |at: usize| view.chinese(at) && !view.get(at).is_some_and(|c| NO_NAME.contains(c));
    let large = span.len() >= 2 && span.start >= 2;
    large && name(span.start - 1) && name(span.start - 2) && !view.after(span.start, NO_THING)
}

/// Letters that end no thing's name.
const NO_NAME: &str = "了的第号是在到约有个过近至着得不没也都就还才又再说把被给让叫当与和或每这那几半前后内外上下里时分秒点年月日天岁届期";
/// What ends like a name and numbers or gauges.
const NO_THING: &str = "位 年龄 工龄 身份 大小 码数 鞋码 门牌 公交 地铁 学号 班级 楼层 车次 航班 频率 容量 概率 比例 达标 满分 语文 数学 英语 成绩 得分 超过 达到 高达 编码 序号 床位 病床 柜台 窗口 通道 库房 宽带 兆 内存 主频 像素 功耗 浓度 含量 酒精 热量 卡路里 心跳 体温 转发 点赞 关注 下载 国标 标准 法释 公告 文号 字第 令第";

/// Whether the clause before or behind holds a sum.
fn beside(view: &View, found: &[(Range<usize>, Said)], span: &Range<usize>, words: &Range<usize>) -> bool {
    let before = found.iter().any(|(held, _)| held.end <= words.start && words.start - held.end <= 2);
    let next = (span.end + 1..view.letters.len().min(span.end + 14))
        .find(|at| view.get(*at).is_some_and(|c| matches!(c, ',' | '。' | ';' | '!' | '?' | '、')))
        .unwrap_or(span.end + 14);
    before || found.iter().any(|(held, _)| held.start > span.end && held.start <= next)
}
