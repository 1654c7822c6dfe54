//! Whose matter it is, and when somebody is reminded: tables.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use law::{Advice, Law, Whereabouts, nearest_unit, reached};

fn answers(given: &[(&str, &str)]) -> BTreeMap<String, String> {
    given.iter().map(|(question, answer)| ((*question).to_owned(), (*answer).to_owned())).collect()
}

#[test]
fn every_case_of_the_articles_has_its_answer() {
    use Whereabouts::{Act, Named, Platform, Shown, Trader};
    for (set, kind, given, place, evidence) in [
        ("R121", "complaint", &[("respondent", "ordinary")][..], Trader, false),
        ("R121", "complaint", &[("respondent", "platform")], Trader, false),
        ("R121", "complaint", &[("respondent", "seller"), ("shown", "yes")], Shown, false),
        ("R121", "complaint", &[("respondent", "seller"), ("shown", "no")], Platform, false),
        ("R121", "complaint", &[("respondent", "seller"), ("shown", "unreachable")], Platform, true),
        // An answer that nobody asked for changes nothing.
        ("R121", "complaint", &[("respondent", "ordinary"), ("shown", "unreachable")], Trader, false),
        ("R121", "report", &[("respondent", "ordinary")], Act, false),
        ("R121", "report", &[("respondent", "platform")], Trader, false),
        ("R121", "report", &[("respondent", "seller"), ("first", "no")], Trader, false),
        ("R121", "report", &[("respondent", "seller"), ("first", "platform")], Platform, false),
        ("R121", "report", &[("respondent", "media")], Named, false),
        ("R121", "report", &[("respondent", "web_advert"), ("publisher", "self")], Trader, false),
        (
            "R121",
            "report",
            &[("respondent", "web_advert"), ("publisher", "other"), ("first", "no")],
            Named,
            false,
        ),
        ("R20", "complaint", &[("respondent", "seller")], Trader, false),
        ("R20", "report", &[("respondent", "ordinary")], Act, false),
    ] {
        let Advice::Rule(rule) = Law::shipped().jurisdiction.advise(set, kind, &answers(given)) else {
            panic!("{set} {kind} {given:?} has no answer");
        };
        assert_eq!((rule.place, rule.evidence), (place, evidence), "{set} {kind} {given:?}");
    }
}

#[test]
fn what_is_missing_is_asked_and_what_the_order_does_not_say_is_not_guessed() {
    let rules = &Law::shipped().jurisdiction;
    for (kind, given, asked) in [
        ("complaint", &[][..], "respondent"),
        ("complaint", &[("respondent", "seller")], "shown"),
        ("report", &[("respondent", "seller")], "first"),
        ("report", &[("respondent", "web_advert")], "publisher"),
    ] {
        let Advice::Ask(question) = rules.advise("R121", kind, &answers(given)) else {
            panic!("{kind} {given:?}")
        };
        assert_eq!(question.code, asked);
    }
    // Adverts have no rule for complaints; orders before 2020 are not in the file.
    assert!(matches!(
        rules.advise("R121", "complaint", &answers(&[("respondent", "media")])),
        Advice::Silent
    ));
    assert!(matches!(
        rules.advise("R62", "complaint", &answers(&[("respondent", "ordinary")])),
        Advice::Silent
    ));
}

#[test]
fn rules_ask_questions_that_exist_and_answers_that_can_be_given() {
    let law = Law::shipped();
    let mut codes = BTreeSet::new();
    for rule in &law.jurisdiction.rules {
        assert!(codes.insert(&rule.code), "{} stands twice", rule.code);
        assert!(rule.rule_sets.iter().all(|set| law.rule_set(set).is_some()), "{}", rule.code);
        for (question, answer) in &rule.when {
            let question = law.jurisdiction.question(question).unwrap();
            assert!(question.answers.iter().any(|listed| listed.code == *answer), "{} {answer}", rule.code);
        }
    }
    // Whatever is answered, asking comes to an end.
    for kind in ["complaint", "report"] {
        let mut open = vec![BTreeMap::new()];
        while let Some(given) = open.pop() {
            if let Advice::Ask(question) = law.jurisdiction.advise("R121", kind, &given) {
                assert!(!given.contains_key(&question.code), "asked twice");
                for answer in &question.answers {
                    let mut next = given.clone();
                    next.insert(question.code.clone(), answer.code.clone());
                    open.push(next);
                }
            }
        }
    }
}

#[test]
fn the_unit_with_the_longest_code_covers_a_place() {
    let units = [
        ("province", "230000"),
        ("city", "230100"),
        ("district", "230103"),
        ("street", "230103005"),
        ("ten", "231000"),
    ];
    for (region, unit) in [
        ("230103", Some("district")),
        ("230103005012", Some("street")),
        ("230104", Some("city")),
        ("230100", Some("city")),
        ("231002", Some("ten")),
        ("231102", Some("province")),
        ("310101", None),
        ("", None),
    ] {
        assert_eq!(nearest_unit(units, region), unit, "{region}");
    }
    assert_eq!(nearest_unit([("no code", "")], "230103"), None);
}

#[test]
fn a_level_comes_on_its_working_day_and_a_day_brings_one_reminder() {
    let law = Law::shipped();
    let day = |text: &str| text.parse::<Date>().unwrap();
    let codes = |alarm: &str, due: &str, today: &str| {
        let found = reached(&law.escalation, &law.calendar, day(alarm), day(due), day(today));
        found.iter().map(|level| level.code.as_str()).collect::<Vec<_>>().join(" ")
    };
    // 2026-10-10 is a make-up Saturday, 10-12 the Monday after; 10-01 to 10-07 are days off.
    for (today, reached) in [
        ("2026-09-30", ""),
        ("2026-10-08", "soon"),
        ("2026-10-10", "soon due"),
        ("2026-10-11", "soon due"),
        ("2026-10-12", "soon due late1"),
        ("2026-10-14", "soon due late1 late3"),
        ("2027-10-14", "soon due late1 late3"),
    ] {
        assert_eq!(codes("2026-10-10", "2026-10-10", today), reached, "{today}");
    }
    assert_eq!(codes("2026-10-07", "2026-10-08", "2026-10-07"), "soon alarm");
    assert_eq!(codes("2026-10-07", "2026-10-08", "2026-10-08"), "soon alarm due");
}

#[test]
fn clocks_of_other_procedures_can_be_found_for_a_matter() {
    let law = Law::shipped();
    let set = law.rule_set("R121").unwrap();
    let day = "2026-05-01".parse().unwrap();
    assert_eq!(law.clock(set, "jur_dispute", day).unwrap().length, 7);
    assert_eq!(law.clock(set, "accept", day).unwrap().length, 7);
    assert!(law.clock(set, "jur_dispute", "2026-04-14".parse().unwrap()).is_none());
}
