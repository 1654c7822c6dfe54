//! Words of a text: jieba's, with words of consumer protection added, without those that say nothing.

use std::{collections::HashSet, sync::LazyLock};

use jieba_rs::Jieba;

use crate::normal::{is_chinese, normalise};

/// Words that the general dictionary cuts wrongly.
const DOMAIN: &[&str] = &[
    "退一赔三",
    "假一赔十",
    "假一赔三",
    "退一赔十",
    "跑路",
    "七日无理由",
    "三包",
    "预付卡",
    "会员卡",
    "职业打假",
    "缺斤短两",
    "先行赔付",
    "霸王条款",
    "虚假宣传",
    "价格欺诈",
    "明码标价",
    "过期食品",
    "三无产品",
    "以次充好",
    "捆绑销售",
    "大数据杀熟",
    "自动续费",
    "消毒餐具费",
    "开瓶费",
    "最低消费",
    "电动自行车",
    "保健品",
    "医美",
    "搅拌站",
    "购房补贴",
];

/// Words that say nothing about what happened.
const EMPTY: &str = "我们 你们 他们 自己 一个 这个 那个 什么 怎么 如何 请问 问题 反映 投诉 举报 咨询 建议 请求 希望 领导 书记 您好 你好 尊敬 谢谢 \
感谢 因为 所以 但是 而且 如果 可以 没有 不是 就是 现在 目前 已经 一直 还是 进行 以及 或者 为什么 有关 关于 对于 相关 部门 有关部门 政府 \
解决 处理 回复 情况 严重 影响 居民 市民 老百姓 百姓 群众 业主 生活 时间 今天 昨天 明天 今年 去年 不能 不知 是否 能否 何时 尽快 要求 \
这样 那样 这种 他们 大家 很多 非常 一下 一些 这里 那里 出现 导致 造成 存在 其他 通过 根据 由于 为了 网友 百忙之中 万分感谢 恳请";

static NOTHING: LazyLock<HashSet<&str>> = LazyLock::new(|| EMPTY.split_whitespace().collect());

static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    for word in DOMAIN {
        jieba.add_word(word, None, None);
    }
    jieba
});

/// A word, and whether it names an administrative region here: such a word alone never joins two messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Word {
    pub text: String,
    pub region: bool,
}

/// Ends of names of administrative regions.
const REGIONS: &[&str] =
    &["省", "市", "区", "县", "镇", "乡", "街道", "街道办", "办事处", "自治区", "自治州", "州"];

/// Whether a word is by its form the name of a region (`高新区`, `长沙市`), or a masked one (`a7`).
fn region(word: &str) -> bool {
    let letters = word.chars().count();
    let named = REGIONS.iter().any(|end| word.ends_with(end))
        && letters >= 2
        && !word.ends_with("小区")
        && word != "社区";
    named
        || (letters <= 3
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.ends_with(|c: char| c.is_ascii_digit()))
}

/// Words of a text in order: Chinese of two letters and more, numbers and Latin of two signs and more.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let text = normalise(text);
    let cut = if text.chars().any(is_chinese) {
        JIEBA.cut(&text, true).into_iter().map(|token| token.word).collect()
    } else {
        latin(&text)
    };
    let mut out: Vec<Word> = Vec::new();
    let mut fresh = false;
    for token in cut {
        let token = token.trim();
        let letters = token.chars().count();
        if REGIONS.contains(&token) && fresh {
            // 楚龙 | 街道: the word before named a region
            if let Some(last) = out.last_mut() {
                last.region = true;
            }
        }
        fresh = letters >= 2
            && token.chars().all(char::is_alphanumeric)
            && !NOTHING.contains(token)
            && !REGIONS.contains(&token);
        if fresh {
            out.push(Word { region: region(token), text: token.to_owned() });
        }
    }
    out
}

fn latin(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}
