//! Categories without a trained model: the names of the tree's entries, and words that people say for them. No figure is
//! claimed for it; the page says 规则建议（未训练）.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use law::Tree;

/// An entry of a tree that words of a text speak for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spoken {
    /// Its code.
    pub(crate) code: String,
    /// The words.
    pub(crate) words: Vec<String>,
    /// Twice their letters, and one for a lower entry.
    pub(crate) weight: usize,
}

/// Ends of names that say nothing by themselves.
const ENDS: &[&str] = &["用品", "产品", "制品", "服务", "商品", "工具"];

/// Parts of names that are said of every other thing: 配件 of a tablet.
const PARTS: &[&str] = &["配件"];

/// Words of an entry: its own name and parts of it.
fn words_of<'a>(name: &'a str) -> Vec<&'a str> {
    let parts = name.split(['及', '和', '与', '、', '（', '）']).filter(|part| part.chars().count() >= 2);
    let short = |part: &'a str| {
        let stem = ENDS.iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part);
        if stem.chars().count() >= 2 { stem } else { part }
    };
    parts.map(short).filter(|word| !ENDS.contains(word) && !PARTS.contains(word)).collect()
}

/// What happened, without what is asked for: 要求退货退款 says nothing of what was wrong with it.
fn happened(text: &str) -> String {
    let clauses = text.split_inclusive(['，', '。', '；', '！', '？', ',', ';', '\n']);
    let told = clauses.map(|clause| {
        ["要求", "请求", "希望"]
            .iter()
            .fold(clause, |told, word| told.split_once(word).map_or(told, |(before, _)| before))
    });
    told.collect()
}

/// What a text speaks for: by what happened, and where that says nothing, by all of it.
pub(crate) fn speak(tree: &Tree, day: Date, text: &str) -> Vec<Spoken> {
    let text = triage::normalise(text);
    let found = spoken(tree, day, &happened(&text));
    if found.is_empty() { spoken(tree, day, &text) } else { found }
}

/// Entries whose names, or words of people for them, stand in the text: most letters first, then the branch of the tree that is spoken of
/// first (people say first what it is about), a lower entry before its upper one. What people say for an entry is in the list that ships with `triage`.
fn spoken(tree: &Tree, day: Date, text: &str) -> Vec<Spoken> {
    let said = triage::Lexicon::shipped().point(text, "");
    let (mut found, mut begins): (Vec<Spoken>, BTreeMap<String, usize>) = Default::default();
    for node in tree.offered(day).filter(|node| !node.name.starts_with("其他")) {
        let named =
            words_of(&node.name).into_iter().filter(|word| triage::says(text, word)).map(str::to_owned);
        let pointed = said.iter().find(|one| one.label == node.code);
        let said = pointed.iter().flat_map(|one| one.words.clone());
        let words: BTreeSet<String> = named.chain(said).collect();
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        // where it was bought is said when nothing says what it was
        let letters = if pointed.is_some_and(|one| one.place) { letters.min(1) } else { letters };
        if letters > 0 {
            let deep = usize::from(node.code.contains('.'));
            let words: Vec<String> = words.into_iter().collect();
            let at = words.iter().filter_map(|word| text.find(word.as_str())).min().unwrap_or(text.len());
            let begin = begins.entry(branch(&node.code).to_owned()).or_insert(at);
            *begin = at.min(*begin);
            found.push(Spoken { code: node.code.clone(), words, weight: letters * 2 + deep });
        }
    }
    let letters = |spoken: &Spoken| spoken.weight / 2;
    found.sort_by_key(|one| {
        (
            std::cmp::Reverse(letters(one)),
            begins.get(branch(&one.code)).copied(),
            std::cmp::Reverse(one.weight),
        )
    });
    found
}

/// The uppermost entry of a code.
fn branch(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use law::Law;

    use super::*;
    use crate::Part;

    fn first(part: Part, text: &str) -> Option<String> {
        let law = Law::in_use();
        let tree = crate::models::tree(law, part).unwrap();
        speak(tree, Date::constant(2026, 9, 23), text).into_iter().next().map(|one| one.code)
    }

    #[test]
    fn everyday_words_lead_to_entries_and_nothing_leads_nowhere() {
        assert_eq!(first(Part::Goods, "买的牛奶变质了").as_deref(), Some("G01.10"));
        assert_eq!(first(Part::Problem, "买的牛奶变质了").as_deref(), Some("P02.01"));
        assert_eq!(first(Part::Goods, "电動車电池鼓包").as_deref(), Some("G13.02"));
        assert_eq!(first(Part::Goods, "请问几点上班"), None);
        assert_eq!(first(Part::Problem, "牛奶变质，要求退货退款").as_deref(), Some("P02.01"));
        assert_eq!(first(Part::Problem, "要求退货").as_deref(), Some("P03.02"));
    }

    /// What real reviews and letters were answered with before: a courier for clothes, a film for a tablet, fish for a meal, a school for a pool.
    #[test]
    fn what_is_said_first_goes_before_what_comes_with_it() {
        for (text, code) in [
            ("这个平板买来没有皮套，网上写的是送专用贴膜2张", Some("G11")),
            ("换货答应给退快递费的也没有退", None),
            ("这家的菜是苦的，火爆肝尖又黑又腥，鱿鱼没处理干净就端上来了", Some("S01.01")),
            ("健身中心泳池没有消毒记录，还办少儿游泳培训班", Some("S06.01")),
            ("两个火龙果，竟然一个是白芯的，没有拍照片留证", Some("G01.03")),
            ("平板送到售后，现场没有配件", Some("G11")),
            ("洗发水用了起头皮屑，京东买的", Some("G06")),
            ("快递丢了，快递员不承认", Some("S08.02")),
            ("用了一周头皮痒得厉害，京东这么多好评", Some("G06")),
            ("物流超快！送的电水壶烧两次就不热了", Some("G09.05")),
            ("用的是ic卡燃气表，要跑到大厅才能缴费", Some("S19")),
            ("厨房丢餐，送来少了一份", Some("S01.02")),
            ("按业主招标文件要求提供承诺书", None),
        ] {
            assert_eq!(first(Part::Goods, text).as_deref(), code, "{text}");
        }
        for (text, code) in [
            ("会员几百人都充了卡，暂停营业推阻退费，老板联系不上", Some("P04.03")),
            ("水果收到的时候就烂了一个，不新鲜", Some("P02.01")),
            ("上门安装还要收里程费", Some("P05.03")),
            ("鱿鱼没处理干净就端上来了", Some("P02")),
            ("配图跟实物差得远", Some("P07.01")),
            ("用两个月就老是自己重启", Some("P01.02")),
            ("没用几天漆就掉漆", Some("P01.02")),
        ] {
            assert_eq!(first(Part::Problem, text).as_deref(), code, "{text}");
        }
    }

    /// What real complaints of other kinds were answered with before: fruit, a shop, absolute words, telephones.
    #[test]
    fn words_within_words_and_the_place_of_the_purchase_do_not_decide() {
        for (text, code) in [
            ("在商场买了一台二手苹果12手机，使用后发现被拆解处理过", Some("G10.01")),
            ("京东购买的iphone11，苹果发售后不按承诺保值换新", Some("G10.01")),
            ("在商场门口花15元买的油面筋，放置在冰箱内，次日已经长毛", Some("G01.05")),
            ("在超市买的东西有问题", Some("S02.01")),
            ("借呗有一些逾期，被爆了通讯录，打到同事那里", Some("S11.01")),
        ] {
            let found = first(Part::Goods, text);
            assert_eq!(found.as_deref(), code, "{text}");
        }
        assert_eq!(first(Part::Problem, "第一次拨打无人接听，第一时间联系了客服"), None);
        assert_eq!(first(Part::Problem, "广告写销量第一").as_deref(), Some("P06.02"));
    }
}
