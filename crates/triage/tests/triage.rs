//! What the crate promises, with numbers that others computed.

use std::collections::BTreeMap;

use proptest::prelude::*;
use triage::{
    Contact, Counter, Filed, Gate, Idf, Index, Lexicon, Message, Model, Personal, Sample, Settings, Sign,
    Ties, again, cluster, contacts, cover, distinct_people, keep_names, measure, normalise, personal, signs,
    train, train_with,
};

/// `TfidfVectorizer(analyzer="char", ngram_range=(1, 1), sublinear_tf=True)` of scikit-learn on the same three texts.
#[test]
fn weights_equal_those_of_scikit_learn() {
    // each letter a place of its own: counts as that vectoriser makes them (款 0, 货 1, 赔 2, 退 3)
    let counted: [&[(u32, u16)]; 3] = [&[(0, 1), (3, 3)], &[(1, 1), (3, 1)], &[(0, 1), (2, 1)]];
    let idf = Idf::learn(8, counted.into_iter());
    let golden = [[0.430_165_3, 0.902_750_1], [0.795_960_5, 0.605_348_5], [0.605_348_5, 0.795_960_5]];
    for (document, expected) in counted.iter().zip(golden) {
        let weights = idf.weigh(document).weights;
        weights
            .iter()
            .zip(expected)
            .for_each(|(got, want)| assert!((f64::from(*got) - want).abs() < 1e-6, "{got} is not {want}"));
    }
}

#[test]
fn a_counter_forgets_the_document_before() {
    let mut counter = Counter::new(16);
    let first = counter.count("退货退款");
    assert_ne!(counter.count("押金"), first);
    assert_eq!(counter.count("退货退款"), first);
    assert_eq!(counter.count("退貨 退款"), first, "traditional, spaces");
}

const TEXTS: [(&str, &str); 16] = [
    ("蛋糕里吃出头发要求退款", "食品/变质异物"),
    ("面包里有塑料片", "食品/变质异物"),
    ("牛奶变质发酸", "食品/变质异物"),
    ("奶茶里有一只虫子", "食品/变质异物"),
    ("饼干已经过了保质期还在卖", "食品/过期"),
    ("超市卖过期酸奶", "食品/过期"),
    ("买到过期三个月的火腿肠", "食品/过期"),
    ("便利店饮料过期", "食品/过期"),
    ("健身房关门会员卡不退费", "服务"),
    ("理发店办卡后老板跑路", "服务"),
    ("培训班停课学费不退", "服务"),
    ("美容院强制办卡", "服务"),
    ("快递丢件拒绝赔偿", "服务"),
    ("酒店取消预订不退押金", "服务"),
    ("健身卡转让收高额手续费", "服务"),
    ("影楼加价不退定金", "服务"),
];

fn samples() -> Vec<Sample<'static>> {
    TEXTS.iter().map(|(text, label)| Sample { text, label, group: "" }).collect()
}

fn settings() -> Settings {
    Settings { folds: 4, least: 2, bits: 14, ..Settings::default() }
}

#[test]
fn the_same_samples_give_the_same_bytes_and_bytes_come_back() {
    let model = train(&samples(), &settings()).expect("trains").model;
    let again = train(&samples(), &settings()).expect("trains").model;
    assert_eq!(model.to_bytes(), again.to_bytes());
    assert_eq!(model.version(), again.version());
    let back = Model::from_bytes(&model.to_bytes()).expect("reads");
    assert_eq!(back, model);
    let bytes = model.to_bytes();
    for end in [0, 10, 100, bytes.len() - 1] {
        assert_eq!(Model::from_bytes(&bytes[..end]), None, "cut at {end}");
    }
}

#[test]
fn levels_are_followed_and_rare_leaves_fall_back() {
    let deep = train(&samples(), &settings()).expect("trains").model;
    assert_eq!(deep.labels(), ["服务", "食品/变质异物", "食品/过期"]);
    assert_eq!(deep.classify("酸奶过期三个月").ranked[0].0, "食品/过期");
    assert!(deep.classify("老板跑路会员卡不退").label.starts_with("服务"));
    let shallow = train(&samples(), &Settings { least: 5, ..settings() }).expect("trains").model;
    assert_eq!(shallow.labels(), ["服务", "食品"]);
    let verdict = deep.classify("面包里有虫子");
    let all: f32 = verdict.ranked.iter().map(|(_, p)| p).sum();
    assert!((all - 1.0).abs() < 1e-4, "probabilities of all leaves make one: {all}");
}

/// Samples of a label that was seen six times, beside the others.
fn few() -> Vec<Sample<'static>> {
    let rare = [
        "饮料喝出苦味",
        "汽水漏气没有味道",
        "果汁瓶口漏了一箱",
        "可乐罐子是瘪的",
        "一箱汽水少了两瓶",
        "果汁颜色发黑",
    ];
    let rare = rare.into_iter().map(|text| Sample { text, label: "食品/饮料", group: "" });
    samples().into_iter().chain(rare).collect()
}

/// Record 51: where samples are few, words decide, say that they are words, and only where the model is not sure or stops above.
#[test]
fn words_decide_for_labels_with_few_samples_and_for_no_others() {
    let words =
        Lexicon::of("食品/饮料 饮料 汽水 果汁 可乐 奶茶\n食品/过期 过期 过期 过了期\n服务 服务 会员卡");
    let trained = train_with(&few(), &Settings { least: 8, ..settings() }, &words).expect("trains");
    let model = trained.model;
    assert_eq!(
        (model.samples_of("食品/饮料"), model.samples_of("食品"), model.samples_of("家具")),
        (6, 14, 0)
    );
    assert!(!model.labels().contains(&"食品/饮料"), "too few to be learned");
    assert!(model.rules_below >= 10, "the words are better on what was not seen: {}", model.rules_below);
    let (verdict, rule) = model.classify_with("买的汽水里有虫子", &words);
    assert_eq!(rule.expect("words decide").label, "食品/饮料", "{verdict:?}");
    assert_eq!(model.classify_with("请问几点上班", &words).1, None);
    // two labels as heavy: the words do not tell
    assert_eq!(model.classify_with("汽水过期", &words).1, None);
    let figures = |judged| measure(judged, 1.0).macro_f1;
    assert!(figures(&trained.ruled) > figures(&trained.unseen), "measured by bounds of the other folds");
    let back = Model::from_bytes(&model.to_bytes()).expect("reads");
    assert_eq!(back, model);
}

/// A model of the format before has no counts and no steps, and answers as it did.
#[test]
fn a_model_of_the_format_before_is_read() {
    let model = train(&samples(), &settings()).expect("trains").model;
    let bytes = model.to_bytes();
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four")) as usize;
    let after = 17 + 12;
    let mut at = after + 8;
    for _ in 0..number(after + 4) {
        at += 8 + number(at);
    }
    at += 4 + 4 * number(at);
    let old = [b"xiaobao triage 1\n".as_slice(), &bytes[17..after], &bytes[at..]].concat();
    let read = Model::from_bytes(&old).expect("reads");
    assert_eq!((read.rules_below, read.samples_of("食品")), (0, 0));
    assert_eq!(read.classify("酸奶过期").ranked.len(), model.classify("酸奶过期").ranked.len());
}

/// Record 51: steps keep the order of answers, and all answers of a text still make one.
#[test]
fn what_an_answer_is_worth_keeps_the_order_and_the_sum() {
    // four hundred texts of which a third is mislabelled: the model is surer than it may be
    let texts: Vec<String> = (0..400).map(|at| format!("{}第{at}件", TEXTS[at % 16].0)).collect();
    let wrong = |at: usize| at.is_multiple_of(3);
    let label = |at: usize| TEXTS[if wrong(at) { at * 7 + 5 } else { at } % 16].1;
    let samples: Vec<Sample> =
        texts.iter().enumerate().map(|(at, text)| Sample { text, label: label(at), group: text }).collect();
    let trained = train(&samples, &settings()).expect("trains");
    let calibration = trained.calibration;
    let steps = calibration.isotonic.expect("enough samples");
    assert_eq!(calibration.is_stepped(), steps < calibration.temperature, "{calibration:?}");
    let least = steps.min(calibration.temperature);
    assert!((measure(&trained.unseen, 1.0).ece - least).abs() < 1e-9, "the better one is used");
    for one in &trained.unseen {
        let ranked = &one.verdict.ranked;
        assert!(ranked.windows(2).all(|pair| pair[0].1 >= pair[1].1 - 1e-6), "{ranked:?}");
        let all: f32 = ranked.iter().map(|(_, p)| p).sum();
        assert!((all - 1.0).abs() < 1e-3, "{all}");
    }
    assert_eq!(trained.model.to_bytes(), train(&samples, &settings()).expect("again").model.to_bytes());
}

#[test]
fn an_answer_says_why() {
    let model = train(&samples(), &settings()).expect("trains").model;
    let reasons = model.explain("超市卖过期饮料", "食品/过期", 4);
    assert!(reasons.iter().any(|reason| reason.gram.contains('过') && reason.pull > 0.0), "{reasons:?}");
    assert_eq!(model.explain("超市", "没有这个类别", 4), []);
}

#[test]
fn what_cannot_be_learned_is_refused() {
    assert!(train(&[], &settings()).is_err());
    let one: Vec<Sample> = samples().into_iter().map(|sample| Sample { label: "一", ..sample }).collect();
    assert!(train(&one, &settings()).is_err());
    let same: Vec<Sample> = samples().into_iter().map(|sample| Sample { group: "g", ..sample }).collect();
    assert!(train(&same, &settings()).is_err(), "one group cannot be parted");
}

#[test]
fn figures_are_what_they_say() {
    let trained = train(&samples(), &settings()).expect("trains");
    let mut judged = trained.unseen;
    // make it certain: eleven right, five wrong
    for (at, one) in judged.iter_mut().enumerate() {
        let said = if at < 11 { one.truth.clone() } else { "食品/过期".to_owned() };
        one.verdict.ranked = vec![(said, 0.75)];
    }
    let figures = measure(&judged, 0.7);
    assert_eq!(figures.count, 16);
    assert!((figures.accuracy - 11.0 / 16.0).abs() < 1e-12);
    assert!((figures.ece - (0.75 - 11.0 / 16.0)).abs() < 1e-6, "{}", figures.ece);
    // F1: 变质异物 1, 过期 2·4/(4+9), 服务 2·3/(8+3)
    assert!((figures.macro_f1 - (1.0 + 8.0 / 13.0 + 6.0 / 11.0) / 3.0).abs() < 1e-12);
    assert!((figures.sure.coverage - 1.0).abs() < 1e-12);
    assert!(figures.interval.0 <= figures.macro_f1 && figures.macro_f1 <= figures.interval.1);
}

#[test]
fn signs_are_seen_and_quiet_texts_have_none() {
    let cases: [(&str, &[Sign]); 6] = [
        ("孩子吃了幼儿园的饭后上吐下泻，家长们要联名", &[Sign::Poisoning, Sign::Minor, Sign::Crowd]),
        ("热水壶漏电把人电伤", &[Sign::Injury, Sign::Fire]),
        ("不给处理就找记者曝光，三天内答复", &[Sign::Media, Sign::Deadline]),
        ("我是内部员工，请保密", &[Sign::Secrecy]),
        ("给七十多岁的老人推销保健品", &[Sign::Elderly]),
        ("衣服颜色与图片不符", &[]),
    ];
    for (text, expected) in cases {
        let seen: Vec<Sign> = signs(text).into_iter().map(|seen| seen.sign).collect();
        assert_eq!(seen, expected, "{text}");
    }
    assert_eq!(contacts("举报无证经营黑作坊")[0].0, Contact::Report);
    assert_eq!(contacts("请问如何办理营业执照")[0].0, Contact::Question);
    assert_eq!(contacts("商家拒绝退款，要求赔偿")[0].0, Contact::Complaint);
    assert!(contacts("这么多好评，是不是刷来的").is_empty());
    assert_eq!(contacts("景区的自动扶梯是不是必须检验")[0].0, Contact::Question);
}

#[test]
fn numbers_of_persons_are_found_and_covered() {
    let cases: [(&str, &[Personal]); 10] = [
        ("电话13912345678", &[Personal::Mobile]),
        ("電話：１３９ １２３４ ５６７８。", &[Personal::Mobile]),
        ("+86-139-1234-5678", &[Personal::Mobile]),
        ("139****5678", &[Personal::Mobile]),
        ("座机0731-88886666", &[Personal::Landline]),
        ("11010519491231002X", &[Personal::IdentityCard]),
        ("卡号6222021234567890129", &[]),
        ("卡号4111 1111 1111 1111", &[Personal::BankCard]),
        ("订单20191102101800123，2019-11-02 10:18 付了1380元", &[]),
        ("客服4008008800", &[]),
    ];
    for (text, expected) in cases {
        let kinds: Vec<Personal> = personal(text).into_iter().map(|found| found.kind).collect();
        assert_eq!(kinds, expected, "{text}");
    }
    assert_eq!(cover("打139-1234-5678找我"), "打139****5678找我");
    assert_eq!(cover("证号11010519491231002X。"), "证号1101**********002X。");
}

fn told() -> Index {
    let mut index = Index::new();
    let told = [
        ("丽景花园锅炉房噪声扰民", "丽景花园旁边的锅炉房昼夜轰鸣，粉尘很大，没法睡觉", 0),
        ("锅炉房粉尘", "我是丽景花园的住户，锅炉房的粉尘落满阳台，轰鸣声太大", 3),
        ("丽景花园的锅炉房谁来管", "锅炉房轰鸣，粉尘飘进家里，丽景花园老人孩子咳嗽", 9),
        ("青山街道办的路灯坏了", "青山街道办路灯不亮三个月了", 4),
        ("青山街道办有人卖菜占道", "青山街道办早市占道，车过不去", 5),
        ("会员卡不退", "健身房会员卡余额不退，老板失联，合同写着随时可退", 6),
        ("会员卡不退", "健身房会员卡余额不退，老板失联，合同写着随时可退！", 7),
        ("会员卡不退", "健身房会员卡余额不退，老板失联，合同写着随时可退", 400),
    ];
    told.iter().for_each(|(title, text, day)| {
        index.add(&Message { title, text, day: *day });
    });
    index.refresh();
    index
}

#[test]
fn one_incident_is_found_and_a_region_is_none() {
    let index = told();
    let groups = cluster(&index, &Gate::default(), &Ties::default());
    assert_eq!(groups, [vec![0, 1, 2], vec![5, 6]], "the copy of a year later is another");
    let copy = index.matches(6, &Gate::default());
    assert!(copy[0].copy && copy[0].at == 5);
    let terms: Vec<String> = index.common(&groups[0], 6).into_iter().map(|common| common.word).collect();
    assert!(terms.contains(&"锅炉房".to_owned()) && terms.contains(&"粉尘".to_owned()), "{terms:?}");
}

#[test]
fn what_officers_said_holds() {
    let index = told();
    let ties = Ties { must: vec![(3, 4)], cannot: vec![(0, 2)] };
    let groups = cluster(&index, &Gate::default(), &ties);
    assert!(groups.contains(&vec![3, 4]), "{groups:?}");
    assert!(groups.iter().all(|group| !(group.contains(&0) && group.contains(&2))), "{groups:?}");
}

#[test]
fn people_are_counted_once_and_the_nameless_once_together() {
    assert_eq!(distinct_people(&["a", "a", "b", "", ""]), 3);
    let old = BTreeMap::from([(1, "甲".to_owned()), (2, "甲".to_owned()), (3, "乙".to_owned())]);
    let names = keep_names(&[vec![0, 1, 2], vec![3, 4], vec![5, 6]], &old, |first| format!("新{first}"));
    assert_eq!(names, ["甲", "乙", "新5"]);
}

#[test]
fn a_place_is_repeated_while_the_earlier_one_is_open() {
    let filed = |day, closed| Filed { place: "1 MAIN ST", day, closed };
    let records = [filed(0, Some(2)), filed(1, Some(9)), filed(5, Some(6)), filed(200, None)];
    let found = again(&records);
    assert!(found[0].is_none());
    assert_eq!(found[1].map(|again| (again.of, again.open)), Some((0, true)));
    assert_eq!(found[2].map(|again| (again.of, again.open)), Some((1, true)));
    assert!(found[3].is_none());
}

proptest! {
    #[test]
    fn nothing_typed_breaks_it(text in any::<String>()) {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once.clone());
        let _ = (signs(&text), cover(&text));
        let mut index = Index::new();
        index.add(&Message { title: &text, text: &text, day: 0 });
        index.add(&Message { title: &text, text: &text, day: 0 });
        let _ = index.matches(1, &Gate::default());
    }

    #[test]
    fn bytes_of_others_are_no_model(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Model::from_bytes(&bytes), None);
    }
}
