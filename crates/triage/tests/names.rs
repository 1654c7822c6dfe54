//! Who is meant: what is linked without asking, and what never is.

use proptest::prelude::*;
use triage::{Agreement, Held, Known, Mention, Name, Part, Register, Resolution, Rule};

const TRADERS: &[(&str, &str, &str)] = &[
    ("哈尔滨好再来餐饮管理有限公司", "91230102MA1B2C3D4X", "黑龙江省哈尔滨市道里区中央大街89号"),
    ("大庆好再来餐饮管理有限公司", "91230604MA1B2C3D5X", "黑龙江省大庆市让胡路区西宾路7号"),
    ("道里区好再来饭店", "92230102MA1B2C3D6X", "黑龙江省哈尔滨市道里区经纬街12号"),
    ("哈尔滨市南岗区鑫源五金商店", "92230103MA1B2C3D7X", "黑龙江省哈尔滨市南岗区学府路1号"),
    ("黑龙江老鼎丰食品有限公司", "91230100MA1B2C3D8X", "黑龙江省哈尔滨市道外区靖宇街23号"),
];

fn register() -> Register {
    let known = |(name, code, address): &(&'static str, &'static str, &'static str)| Known {
        name,
        code,
        address,
        ..Known::default()
    };
    TRADERS.iter().map(known).collect()
}

fn said(name: &str, address: &str) -> Resolution {
    register().resolve(&Mention { name, address, ..Mention::default() }, &Rule::default())
}

#[test]
fn a_name_with_its_place_is_linked_however_it_is_written() {
    for (name, address, whom) in [
        ("哈尔滨好再来餐饮管理有限责任公司", "", 0),
        ("哈爾濱好再來餐飲管理有限公司", "", 0),
        ("好在来餐饮", "道里区中央大街89号", 0),
        ("道里好再来饭店", "", 2),
        ("新源五金", "哈尔滨市南岗区学府路1号", 3),
        ("老鼎丰食品", "道外区靖宇街23号", 4),
        ("大庆好再来餐饮", "", 1),
    ] {
        let of = said(name, address);
        assert_eq!(of.link, Some(whom), "{name} {address}: {:?} {:?}", of.held, of.candidates.first());
    }
}

/// A complaint is never tied to a legal person by likeness of brands (intelligence notes § 3.3).
#[test]
fn a_brand_alone_is_nobody() {
    for (name, address) in [
        ("老鼎丰", ""),
        ("老鼎丰食品", ""),
        ("好再来", ""),
        ("好再来", "哈尔滨市"),
        ("老鼎丰", "哈尔滨市道外区"),
    ] {
        let of = said(name, address);
        assert_eq!(of.link, None, "{name} {address}: {:?}", of.candidates.first());
    }
}

#[test]
fn another_place_another_code_or_another_brand_speak_against() {
    assert_eq!(said("鸡西好再来餐饮管理有限公司", "").link, None);
    assert_eq!(said("新华书店", "哈尔滨市道里区中央大街89号").link, None);
    let code = Mention {
        name: "哈尔滨好再来餐饮管理有限公司", code: "91230604MA1B2C3D5X", address: ""
    };
    let of = register().resolve(&code, &Rule::default());
    assert_eq!(of.link, None, "{:?}", of.candidates.first());
    assert_eq!(said("完全没有的东西", "").link, None);
}

#[test]
fn a_code_is_enough_with_a_name_that_is_not_another() {
    let code = Mention { name: "老鼎丰", code: "91230100ma1b2c3d8x", address: "" };
    assert_eq!(register().resolve(&code, &Rule::default()).link, Some(4));
}

#[test]
fn evidence_says_what_agreed() {
    let of = said("好在来餐饮", "道里区中央大街89号");
    let parts: Vec<(Part, Agreement)> =
        of.candidates[0].evidence.iter().map(|one| (one.part, one.agreement)).collect();
    assert!(parts.contains(&(Part::Brand, Agreement::Alike)), "{parts:?}");
    assert!(parts.contains(&(Part::Address, Agreement::Same)), "{parts:?}");
    let sum: f32 = of.candidates[0].evidence.iter().map(|one| one.weight).sum();
    assert!((sum - of.candidates[0].score).abs() < 1e-5);
}

#[test]
fn two_that_fit_alike_are_asked_about() {
    let twins: Register = ["哈尔滨市道里区福顺饭店", "哈尔滨市道里区福顺饭馆"]
        .map(|name| Known { name, ..Known::default() })
        .into_iter()
        .collect();
    let of = twins.resolve(&Mention { name: "道里福顺餐厅", ..Mention::default() }, &Rule::default());
    assert!(matches!(of.held, Some(Held::Close | Held::Weak)), "{:?}", of.held);
    assert_eq!(of.candidates.len(), 2);
}

#[test]
fn another_name_of_a_trader_finds_it() {
    let aliases = ["巴黎春天烘焙"];
    let register: Register = [Known {
        name: "哈尔滨甜蜜食品有限公司",
        address: "哈尔滨市道里区友谊路3号",
        aliases: &aliases,
        ..Known::default()
    }]
    .into_iter()
    .collect();
    let mention = Mention { name: "巴黎春天烘焙店", address: "友谊路3号", ..Mention::default() };
    assert_eq!(register.resolve(&mention, &Rule::default()).link, Some(0));
}

proptest! {
    #[test]
    fn no_name_breaks_the_grammar(name in "[哈尔滨道里市区好再来超市店公司有限()（）饭0-9a \u{1}]{0,20}", free in ".{0,24}") {
        for text in [name.as_str(), free.as_str()] {
            let of = Name::of(text);
            prop_assert_eq!(of.brand.is_empty(), Name::of(&of.brand).brand.is_empty());
            let register: Register = [Known { name: text, address: text, ..Known::default() }].into_iter().collect();
            let of = register.resolve(&Mention { name: text, address: text, ..Mention::default() }, &Rule::default());
            prop_assert!(of.link.is_none_or(|at| at == 0));
        }
    }
}

/// Record 51: what officers confirmed is evidence, and with nothing but the brand no legal person is linked all the same.
#[test]
fn a_confirmed_name_is_evidence_and_a_brand_alone_stays_nobody() {
    let confirmed = ["老地方骨头馆", "老地方"];
    let register: Register = [
        Known {
            name: "哈尔滨顺达餐饮管理有限公司",
            address: "哈尔滨市道里区经纬街12号",
            confirmed: &confirmed,
            ..Known::default()
        },
        Known {
            name: "大庆老地方餐饮有限公司", address: "大庆市萨尔图区纬二路1号", ..Known::default()
        },
    ]
    .into_iter()
    .collect();
    let of = |name| register.resolve(&Mention { name, ..Mention::default() }, &Rule::default());
    let found = of("老地方骨头馆");
    assert_eq!(found.candidates[0].at, 0);
    let named = |part: Part| found.candidates[0].evidence.iter().any(|one| one.part == part);
    assert!(named(Part::Confirmed), "{:?}", found.candidates[0]);
    let brand = of("老地方");
    assert_eq!((brand.candidates[0].at, brand.link), (0, None), "{:?}", brand.candidates[0]);
    // a word more is not the name that was confirmed
    assert!(
        !of("老地方骨头王")
            .candidates
            .iter()
            .any(|one| { one.evidence.iter().any(|evidence| evidence.part == Part::Confirmed) })
    );
}

/// Record 51: short names come from the grammar, lead to candidates and link nobody by themselves.
#[test]
fn a_short_name_finds_the_firm_and_links_nobody() {
    let register: Register = [
        Known { name: "中国石油化工股份有限公司", ..Known::default() },
        Known {
            name: "中国工商银行股份有限公司",
            address: "哈尔滨市道里区中央大街218号",
            ..Known::default()
        },
        Known { name: "上海汽车集团股份有限公司", ..Known::default() },
        Known { name: "哈尔滨好再来餐饮管理有限公司", ..Known::default() },
    ]
    .into_iter()
    .collect();
    for (name, at) in [("中石化", 0), ("石化", 0), ("工行", 1), ("上汽", 2)] {
        let found = register.resolve(&Mention { name, ..Mention::default() }, &Rule::default());
        assert_eq!(found.candidates.first().map(|one| one.at), Some(at), "{name}: {found:?}");
        assert!(found.candidates[0].evidence.iter().any(|one| one.part == Part::Short), "{name}");
        assert_eq!(found.link, None, "{name}");
    }
}
