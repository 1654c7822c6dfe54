//! What words decide in the first edition of the trees, text by text.

use jiff::civil::Date;
use law::{Law, Tree};
use triage::decide;

fn first(part: Part, text: &str) -> Option<String> {
    let trees = &Law::in_use().classification;
    let tree: &Tree = match part {
        Part::Goods => &trees.goods,
        Part::Problem => &trees.problems,
    };
    let entries: Vec<(&str, &str)> = tree
        .offered(Date::constant(2026, 9, 23))
        .map(|node| (node.code.as_str(), node.name.as_str()))
        .collect();
    decide(&entries, text).map(|one| one.code)
}

#[derive(Clone, Copy)]
enum Part {
    Goods,
    Problem,
}

#[test]
fn everyday_words_lead_to_entries_and_nothing_leads_nowhere() {
    assert_eq!(first(Part::Goods, "买的牛奶变质了").as_deref(), Some("G01.10"));
    assert_eq!(first(Part::Problem, "买的牛奶变质了").as_deref(), Some("P02.01"));
    assert_eq!(first(Part::Goods, "电動車电池鼓包").as_deref(), Some("G13.02"));
    assert_eq!(first(Part::Goods, "请问几点上班"), None);
    assert_eq!(first(Part::Problem, "牛奶变质，要求退货退款").as_deref(), Some("P02.01"));
    // what is asked for says nothing of what was wrong
    assert_eq!(first(Part::Problem, "要求退货"), None);
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
        ("没用几天漆就掉漆", Some("P01")),
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

/// Nearly every text says that the trader gives nothing back; what was wrong is the problem.
#[test]
fn what_was_wrong_goes_before_what_was_answered() {
    for (text, code) in [
        ("购买的牛奶已经变质，有小票和照片，商家不肯退货。", "P02.01"),
        ("昨天在好再来超市买的牛奶变质了，孩子喝了上吐下泻住院，要求退货退款，我的电话13812345678", "P02.01"),
        ("第0位买的牛奶变质了，要求退款", "P02.01"),
        ("面包里有异物，超市拒绝退款", "P02.02"),
        ("刚买的运动鞋后悔了，店家不肯退货", "P03.02"),
    ] {
        assert_eq!(first(Part::Problem, text).as_deref(), Some(code), "{text}");
    }
}

/// 太吵, 年报 and 养老金 silenced what they stood in.
#[test]
fn words_of_other_offices_silence_nothing_that_was_bought() {
    for (text, code) in [
        ("今年报名的驾校，学费不退", Some("S05")),
        ("新买的空调太吵，修了三次没修好", Some("G09")),
        ("我妈拿养老金买了一万多的保健品", Some("G02.01")),
        ("单位拖欠工资，牛奶补贴也没发", None),
    ] {
        let found = first(Part::Goods, text);
        let under = |found: &str| code.is_some_and(|code| found.starts_with(code));
        assert!(found.as_deref().map_or(code.is_none(), under), "{text}: {found:?}");
    }
}

/// Where several things are told, the branch or nothing: an officer opens a branch sooner than he mends a wrong leaf.
#[test]
fn of_problems_about_as_likely_the_branch_or_none_is_said() {
    for (text, code) in [
        // two ways of the same branch
        ("酒店的菜单没有标价，结账时多收了三十元", Some("P05")),
        // one word that is mostly said on the way
        ("他们说一直没空", None),
        // of another branch as likely
        ("充电宝鼓包，骂顾客", None),
        // asked for and refused: that happened
        ("在美容院办卡后要求退余额被拒", Some("P04.03")),
        // 缩水 is a flaw of what was bought and a harm of what was cleaned
        ("新买的毛衣缩水，质量差", Some("P01")),
        ("干洗店把窗帘洗缩水了", Some("P11")),
    ] {
        assert_eq!(first(Part::Problem, text).as_deref(), code, "{text}");
    }
}
