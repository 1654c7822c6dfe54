//! Worlds with hidden rules: eight practices of which few complain and many speak, among ordinary fees, single bad traders and noise.

use std::collections::BTreeMap;

use crate::{
    hidden::{Contact, practices},
    random::Chance,
};

/// Practices that are planted from, each with its sector.
const PLANTED: [&str; 16] = [
    "消毒餐具费",
    "开瓶费",
    "垃圾清运费",
    "选号费",
    "加急费",
    "换锁费",
    "茶位费",
    "空调费",
    "泳帽费",
    "建档费",
    "装机费",
    "验货费",
    "出票费",
    "纸巾费",
    "材料工本费",
    "洗碗费",
];
/// Ordinary fees and cards: people speak of them and complain of them.
const ORDINARY: [&str; 16] = [
    "停车费",
    "快递费",
    "会员卡",
    "健身卡",
    "物业费",
    "取暖费",
    "学费",
    "维修费",
    "打包费",
    "美容卡",
    "优惠券",
    "手续费",
    "违约押金",
    "租房押金",
    "充值卡",
    "运输费",
];
/// Tricks of one trader alone.
const SINGLE: [&str; 8] = ["排队费", "亲情费", "升级费", "护理费", "开荒费", "体验券", "尊享卡", "解锁费"];
const BEFORE: [&str; 8] = [
    "想问一下收",
    "这家店另收",
    "账单上有",
    "结账时多出",
    "请问该不该交",
    "听说都有",
    "他们还要",
    "顺便问问那个",
];
const AFTER: [&str; 5] = ["合理吗", "，有没有规定", "是不是都这样", "，主要是想问营业时间", "，谢谢"];

/// A world: contacts and the practices that were planted in it.
pub fn world(seed: u64) -> (Vec<Contact>, Vec<&'static str>) {
    let mut chance = Chance::new(seed);
    let mut planted = PLANTED.to_vec();
    chance.shuffle(&mut planted);
    planted.truncate(8);
    let mut contacts = Vec::new();
    let mut say = |chance: &mut Chance, term: &str, trader: usize, complaint: bool| {
        let text = format!("{}{term}{}", BEFORE[chance.below(8)], AFTER[chance.below(5)]);
        contacts.push(Contact { complaint, trader: Some(format!("商家{trader}")), text });
    };
    // 1,000 other contacts of each practice's sector with 300 traders: 2 to 5 % mention it; 0.1 to 1 % of victims complain
    for (sector, term) in planted.iter().enumerate() {
        let (speaks, complains) = (chance.between(0.02, 0.05), chance.between(0.001, 0.01));
        for _ in 0..chance.poisson(1_000.0 * speaks) {
            let trader = sector * 1_000 + chance.below(300);
            say(&mut chance, term, trader, false);
        }
        for _ in 0..chance.poisson(200.0 * complains) {
            let trader = sector * 1_000 + chance.below(300);
            say(&mut chance, term, trader, true);
        }
    }
    for (sector, term) in ORDINARY.iter().enumerate() {
        let complains = chance.between(0.15, 0.6);
        for _ in 0..chance.poisson(60.0) {
            let (trader, complaint) =
                (20_000 + sector * 1_000 + chance.below(200), chance.happens(complains));
            say(&mut chance, term, trader, complaint);
        }
    }
    for (i, term) in SINGLE.iter().enumerate() {
        for _ in 0..chance.poisson(40.0) {
            let complaint = chance.happens(0.2);
            say(&mut chance, term, 90_000 + i, complaint);
        }
    }
    for _ in 0..4_000 {
        let text = ["请问几点下班", "投诉热线是多少", "商品坏了想退货", "孩子买的玩具裂了"][chance.below(4)]
            .to_owned();
        let trader = Some(format!("商家{}", chance.below(40_000)));
        contacts.push(Contact { complaint: chance.happens(0.4), trader, text });
    }
    chance.shuffle(&mut contacts);
    (contacts, planted)
}

/// Mean share of planted practices among the first `at` of a ranking, over worlds: ours, by mentions alone, by complaints alone.
pub fn recall(seeds: std::ops::RangeInclusive<u64>, at: usize) -> Vec<(&'static str, f64)> {
    let mut sums: BTreeMap<&'static str, f64> = BTreeMap::new();
    let worlds = seeds.clone().count() as f64;
    for seed in seeds {
        let (contacts, planted) = world(seed);
        let found = practices(&contacts);
        let mut by_mentions = found.clone();
        by_mentions.sort_by(|a, b| b.mentions.cmp(&a.mentions).then(a.term.cmp(&b.term)));
        let mut by_complaints = found.clone();
        by_complaints.sort_by(|a, b| b.complaints.cmp(&a.complaints).then(a.term.cmp(&b.term)));
        for (name, ranking) in [
            ("wide, thin and silent (ours)", &found),
            ("by mentions", &by_mentions),
            ("by complaints", &by_complaints),
        ] {
            let first: Vec<&str> = ranking.iter().take(at).map(|p| p.term.as_str()).collect();
            let hit = planted.iter().filter(|term| first.contains(term)).count();
            *sums.entry(name).or_default() += hit as f64 / planted.len() as f64 / worlds;
        }
    }
    ["wide, thin and silent (ours)", "by mentions", "by complaints"].map(|name| (name, sums[name])).to_vec()
}
