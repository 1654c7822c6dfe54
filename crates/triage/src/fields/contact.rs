//! Telephones, numbers of orders, brands.

use std::{ops::Range, sync::LazyLock};

use super::{
    Said,
    telephone::{glued, with_land, written_otherwise},
    view::View,
};
use crate::{Personal, personal};

/// Mobile and landline numbers as in [`personal`], 400 and 800, and seven or eight digits that are called a telephone.
pub(crate) fn phones(text: &str, view: &View) -> Vec<(Range<usize>, Said)> {
    let mut found = written_otherwise(view);
    let taken = |found: &[(Range<usize>, Said)], start: usize, end: usize| {
        found.iter().any(|(span, _)| span.start < end && start < span.end)
    };
    for one in personal(text) {
        let span = view.letter_at(one.span.start)..view.letter_at(one.span.end);
        let plain = span.len() == one.digits.len();
        let called_otherwise = match one.kind {
            Personal::Mobile => false,
            Personal::Landline => {
                plain && view.before(span.start) != Some('0') && labelled(view, span.start, ACCOUNTS)
            }
            _ => continue,
        };
        if !taken(&found, span.start, span.end)
            && !glued(view, &span)
            && !labelled(view, span.start, ORDERS)
            && !called_otherwise
        {
            let (start, digits) = with_land(view, span.start, &one.digits);
            found.push((start..span.end, Said::Phone(digits)));
        }
    }
    let mut at = 0;
    while at < view.letters.len() {
        match service(view, at).or_else(|| local(view, at, &found)) {
            Some((digits, end)) => {
                if !taken(&found, at, end) {
                    found.push((at..end, Said::Phone(digits)));
                }
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Whether what stands before calls it one of some words.
fn labelled(view: &View, at: usize, words: &str) -> bool {
    let before = view.text(&(at.saturating_sub(8)..at));
    words.split_whitespace().any(|word| before.contains(word))
}

/// What has as many digits as a telephone and is none.
const ACCOUNTS: &str = "代码 账号 帐号 户号 学号 注册号 批号 条码 条形码 编码 身份证 证号 表号";

/// Digits from a place on, blanks and dashes between them left out: digits, end.
fn run(view: &View, at: usize) -> (String, usize) {
    let (mut digits, mut end) = (String::new(), at);
    while let Some(c) = view.get(end) {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !(matches!(c, '-' | ' ' | '—') && view.get(end + 1).is_some_and(|c| c.is_ascii_digit())) {
            break;
        }
        end += 1;
    }
    (digits, end)
}

fn starts(view: &View, at: usize) -> bool {
    view.get(at).is_some_and(|c| c.is_ascii_digit())
        && !view.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}

/// 400-800-1234.
fn service(view: &View, at: usize) -> Option<(String, usize)> {
    view.any(at, "400 800").filter(|_| starts(view, at))?;
    let (digits, end) = run(view, at);
    (digits.len() == 10 && !view.get(end).is_some_and(|c| c.is_ascii_alphanumeric())).then_some((digits, end))
}

/// 电话84512345, and the second of 0451-82345678/82345679.
fn local(view: &View, at: usize, found: &[(Range<usize>, Said)]) -> Option<(String, usize)> {
    let further =
        at.checked_sub(1).filter(|before| matches!(view.get(*before), Some('/' | '、' | ',' | '或')));
    let further = further.is_some_and(|end| found.iter().any(|(span, _)| span.end == end));
    let named = |at: usize| {
        view.after(at, "电话 座机 电话是 电话: 电话为 固话 联系方式 电话号码 热线 电话 号码 致电 拨打")
    };
    let mark = at.checked_sub(1).filter(|before| matches!(view.get(*before), Some(':' | ' ')));
    // 维修部:86334455
    let house = |mark: usize| {
        view.get(mark) == Some(':') && view.before(mark).is_some_and(|c| "部店楼司馆站家院所社厂".contains(c))
    };
    let called = further || named(at) || mark.is_some_and(|mark| named(mark) || house(mark));
    // 订单号没有,电话84512345: the word that stands nearest says what it is.
    let is_named = named(at) || mark.is_some_and(named);
    if !starts(view, at) || !is_named && labelled(view, at, ORDERS) || !called {
        return None;
    }
    let (digits, end) = run(view, at);
    let fits = (7..=8).contains(&digits.len()) && !digits.starts_with(['0', '1']);
    (fits && !view.get(end).is_some_and(|c| c.is_ascii_alphanumeric())).then_some((digits, end))
}

/// What the number of an order is called, the longer words first.
const ORDERS: &str = "订单编号 订单号码 订单号 定单号 订单 运单号码 运单号 快递单号 物流单号 快递号 退货单号 退款单号 单号 交易流水号 交易单号 交易号 商户单号 流水号 \
合同编号 合同号 小票号 小票编号 发票号码 发票号 会员卡号 卡号 保单号 保修卡号 工单号 工单编号 受理编号 投诉编号 预约号 取件码 序列号 编号 支付单号";

pub(crate) fn orders(view: &View) -> Vec<(Range<usize>, Said)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < view.letters.len() {
        let Some((_, length)) = ORDERS
            .split_whitespace()
            .find_map(|word| Some((word, view.word(at, word)?)))
            .filter(|(word, _)| {
                // these hide a telephone, and number no order
                !matches!(*word, "序列号" | "取件码") && !view.after(at, "商品 产品 货品 型号 批次")
            })
        else {
            at += 1;
            continue;
        };
        let mut start = at + length;
        while view.get(start).is_some_and(|c| {
            matches!(c, ':' | '是' | '为' | ' ' | '(' | '#' | '“' | '"' | ',')
                || c == '号' && start == at + length
        }) {
            start += 1;
        }
        let sign = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let end = (start..).find(|at| !view.get(*at).is_some_and(sign)).unwrap_or(start);
        let words = view.text(&(start..end));
        let digits = words.chars().filter(char::is_ascii_digit).count();
        if words.len() >= 5 && words.len() <= 40 && digits >= 4 {
            found.push((start..end, Said::Order(words.to_uppercase())));
            at = end;
        } else {
            at += length;
        }
    }
    found
}

static BRANDS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let mut brands: Vec<Vec<char>> = include_str!("../../data/brands.txt")
        .split_whitespace()
        .map(|brand| brand.chars().collect())
        .collect();
    brands.sort_by_key(|brand| std::cmp::Reverse(brand.len()));
    brands
});

/// What ends in 牌 and is no brand.
const NO_BRAND: &str = "招 名 品 车 门 号 铜 金 银 王 老 大 杂 吊 铭 标 路 扑克 麻将 挂 令 打 发 洗 出 黄 红 摘 桌 工 铁 木 盾 店 房 立 广告 公示 告示 指示 提示 警示 证 菜 价格 灵 楼 这 那 什么 哪个 其他 别的 冒 假冒 正 同 自有";

/// What is said of a brand and names none.
const NO_NAME: &str = "假 假冒 真 正 好 坏 杂 新 老 大 小 一样 不一样 什么 啥 哪个 国产 进口 不对 没听过 没见过 未知 不详 不知道 没有 无 冒充 山寨 贴 gb qs sc db";

/// Known brands, and what is called one: 海尔牌, 品牌是海尔.
pub(crate) fn brands(view: &View) -> Vec<(Range<usize>, Said)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < view.letters.len() {
        match called(view, at).or_else(|| known(view, at)) {
            Some((start, end)) => {
                found.push((start..end, Said::Brand(view.text(&(start..end)))));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn known(view: &View, at: usize) -> Option<(usize, usize)> {
    let brand = BRANDS.iter().find(|brand| view.letters[at..].starts_with(brand))?;
    let end = at + brand.len();
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let glued = brand[0].is_ascii() && (latin(view.before(at)) || latin(view.get(end)));
    // 小米粥, 苹果汁 are food
    let food = matches!(brand.iter().collect::<String>().as_str(), "小米" | "苹果")
        && view.any(end, "手机 电视 电脑 平板 手环 专卖 官方 旗舰 商城 售后 之家 耳机 1 2 3 4 5 6 7 8 9 牌 品牌 笔记本 空调 汽车 路由 手表 有品 s m 红 客服").is_none();
    // 统一 is a firm and a word
    let word = brand.iter().eq(['统', '一'].iter())
        && view
            .any(end, "牌 企业 方便面 泡面 老坛 冰红茶 绿茶 奶茶 饮料 鲜橙多 汤达人 阿萨姆 润滑油 食品")
            .is_none();
    // 不吉利 is ill luck
    let luck = brand.iter().eq(['吉', '利'].iter()) && view.after(at, "不 图 图个 讨 讨个 求 大 多");
    (!glued && !food && !word && !luck).then_some((at, end))
}

/// X牌 and 品牌是X.
fn called(view: &View, at: usize) -> Option<(usize, usize)> {
    if let Some((_, length)) =
        view.any(at, "品牌是 品牌为 品牌: 品牌名称: 品牌叫 牌子是 牌子叫 商标是 商标为")
    {
        let start = view.skip(at + length);
        let end = (start..).find(|at| {
            !view.get(*at).is_some_and(char::is_alphanumeric) || view.any(*at, "的 , 。 型号 牌").is_some()
        })?;
        // 牌子是假的
        let none = NO_NAME.split(' ').any(|word| view.text(&(start..end)) == word);
        return ((1..=10).contains(&(end - start)) && !none).then_some((start, end));
    }
    // here a name begins that ends in 牌
    let measure = |c: char| "台个辆部款件瓶箱双只条把张套袋盒家块对份".contains(c);
    let bound =
        |c: char| !c.is_alphanumeric() || measure(c) || "买了的购是为用卖售叫付有在向由和与及".contains(c);
    let counted =
        view.get(at).is_some_and(|c| "一两二三几".contains(c)) && view.get(at + 1).is_some_and(measure);
    if view.before(at).is_some_and(|c| !bound(c))
        || view.get(at).is_none_or(|c| !c.is_alphanumeric())
        || counted
    {
        return None;
    }
    let latin = view.get(at).is_some_and(|c| c.is_ascii());
    let end = (at + 1..=at + if latin { 12 } else { 4 }).find(|end| {
        view.get(*end) == Some('牌') && view.letters[at..*end].iter().all(|c| c.is_alphanumeric())
    })?;
    let words = view.text(&(at..end));
    let none = NO_BRAND
        .split_whitespace()
        .any(|no| words == no || words.ends_with(no) && words.chars().count() <= no.chars().count() + 1);
    let first = view.get(at).is_some_and(bound);
    // 双星牌: a measure before two letters and more, a letter of the name before one
    let whole = end - at >= 2 && (!first || end - at == 2);
    let none = none
        || words.starts_with(['说', '是'])
        || !whole
        || words.ends_with(['品', '招', '车', '门', '号', '名']);
    (!none
        && view.any(end + 1, "照 子 匾 坊 局 桌 楼 号 位").is_none()
        && !words.chars().any(|c| c.is_ascii_digit() && latin && words.len() < 3))
    .then_some((at, end))
}
