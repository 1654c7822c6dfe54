//! Vectors of regulations §3.2 and §4, and properties.

use codes::{Kind, Level, check, check_as};
use proptest::prelude::*;

#[test]
fn standard_numbers_pass() {
    for code in [
        "SP1101051510352397",
        "SP3412221410001130",
        "SP5001121610159782",
        "SP1101081110120639",
        "SP5002341610076106",
        "SP1101051110165515",
        "SP1101051510347287",
        "JY13301080111719",
        "JY11108071215650",
        "JY14403030012013",
        "JY13101060025900",
        "JY11117051464030",
        "JY23506230105266",
        "JY15308250014109",
        "110105014191741",
        "91110302306646672B",
        "913100006916203638",
        "911101083303521997",
        "9111010858442448XQ",
        "91350100M000100Y43",
        "11500000MB1730128J",
        "30664667-2",
        "69162036-3",
        "33035219-9",
        "58442448-X",
        "11010519491231002X",
        "440524188001010014",
        "34052419800101001X",
    ] {
        let checked = check(code);
        assert_eq!(checked.level, Level::Ok, "{code}: {checked:?}");
        assert!(checked.ok);
    }
}

#[test]
fn field_variants_are_recordable_and_wrong_digits_warn() {
    for code in [
        "SP1101051510323113",
        "SP3101151560900563",
        "SP1101051410296669",
        "SP1101011010021855",
        "JY11131010328793",
    ] {
        assert_eq!(check(code).level, Level::Variant, "{code}");
        assert!(check(code).ok);
    }
    for code in [
        "SP3101151410301755",
        "JY11105300065940",
        "91350100M000100Y4Z",
        "91110302306646672A",
        "110105014191742",
        "1",
        "",
    ] {
        assert_eq!(check(code).level, Level::Warning, "{code}");
        assert!(!check(code).ok);
    }
}

#[test]
fn kinds_are_told_by_shape() {
    for (code, kind) in [
        ("ＪＹ１３３０１０８０１１１７１９", Kind::FoodBusiness),
        ("9111 0302 3066 4667 2b", Kind::CreditCode),
        ("11010519491231002x", Kind::IdCard),
        ("913100006916203638", Kind::CreditCode),
        ("30664667-2", Kind::OrganisationCode),
        ("什么", Kind::Unknown),
    ] {
        assert_eq!(check(code).kind, kind, "{code}");
    }
    assert_eq!(check_as(Kind::IdCard, "110105491231002").level, Level::Variant);
    assert!(check("9I110302306646672B").reason.contains("可能是数字 1"));
}

#[test]
fn json_is_one_object_with_the_promised_keys() {
    let text = serde_json::to_string(&check("SP1101051510323113")).unwrap();
    assert!(
        text.starts_with(
            r#"{"code":"SP1101051510323113","kind":"food_circulation","ok":true,"level":"variant","reason":""#
        ),
        "{text}"
    );
}

#[test]
fn regions_keep_old_names() {
    use codes::regions;
    assert_eq!(regions::path("230103", None), "黑龙江省 哈尔滨市 南岗区");
    assert_eq!(regions::find("331100", None).unwrap().name, "丽水市");
    let old = regions::find("110103", Some("1995-01-01".parse().unwrap())).unwrap();
    assert_eq!((old.name, old.to.is_some()), ("崇文区", true));
    assert_eq!(old.successors().collect::<Vec<_>>(), ["110101"]);
    assert!(regions::children("230000").iter().any(|region| region.name == "哈尔滨市"));
    assert!(regions::children("").len() >= 31);
}

#[test]
fn industries_have_parents() {
    assert!(codes::industry::path("F5211").starts_with("批发和零售业 / 零售业"));
    assert_eq!(codes::industry::children("").count(), 20);
}

#[test]
fn names_fold_spell_and_warn() {
    use codes::names;
    assert_eq!(names::initials("市场监督管理局"), "scjdglj");
    assert_eq!(names::fold("ＡＢＣ 超市（总店）"), "abc超市总店");
    assert!(names::suspicious("重庆Х食品").is_some());
    assert!(names::suspicious("正常\u{202e}名称").is_some());
    assert!(names::suspicious("重庆X食品").is_none());
    assert!(names::similarity("哈尔滨市好再来食品有限公司", "好再来食品公司") > 0.4);
    assert!(names::similarity("甲乙丙", "子丑寅") < 0.1);
}

/// Found by fuzzing: what was stored was not what the same words gave once more.
#[test]
fn what_was_spelt_once_stays_as_it_is() {
    use codes::{names, phone};
    let once = check("5\u{390}公").code;
    assert_eq!(check(&once).code, once, "a letter that comes apart when it is written large");
    // Two parts of a Korean syllable with a hyphen between them.
    let once = names::fold("\u{1100}-\u{1161}");
    assert_eq!(names::fold(&once), once);
    let once = phone::normalise("0086 0086 138 1234 5678").unwrap();
    assert_eq!((phone::normalise(&once).as_ref(), once.as_str()), (Some(&once), "13812345678"));
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,40}") {
        check(&text);
        codes::names::fold(&text);
        codes::names::initials(&text);
        codes::phone::normalise(&text);
        codes::regions::path(&text, None);
        codes::industry::path(&text);
    }

    #[test]
    fn one_wrong_digit_is_never_standard(body in "[0-9]{13}", at in 0_usize..14, shift in 1_u32..10) {
        let good = (0..10).map(|d| format!("JY{body}{d}")).find(|code| check(code).level == Level::Ok).unwrap();
        let bad: String = good.char_indices().map(|(i, c)| if i == at + 2 {
            char::from_digit((c.to_digit(10).unwrap() + shift) % 10, 10).unwrap()
        } else { c }).collect();
        prop_assert_ne!(check(&bad).level, Level::Ok);
    }

    #[test]
    fn a_folded_name_is_stable(text in "\\PC{0,40}") {
        let once = codes::names::fold(&text);
        prop_assert_eq!(codes::names::fold(&once), once);
    }
}
