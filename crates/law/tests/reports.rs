//! What other laws order about reports: tags by date, their clocks, filing, reward.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use jiff::civil::Date;
use law::{Explanation, Law, Tell};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn due(key: &str, from: &str) -> Explanation {
    let law = Law::shipped();
    let set = law.statute_on(key, day(from)).unwrap();
    Explanation::new(set, set.clock(key).unwrap(), &law.calendar, day(from), false, &[]).unwrap()
}

#[test]
fn clocks_of_other_laws_run_from_receipt() {
    for (key, from, end) in [
        ("ad_reply", "2026-09-23", "2026-10-10"),
        ("ad_reply", "2026-04-15", "2026-04-24"),
        ("pubinfo_check", "2026-09-23", "2026-10-28"),
        ("pubinfo_household_check", "2026-09-23", "2026-10-28"),
        ("pubinfo_coop_check", "2026-03-02", "2026-03-30"),
    ] {
        assert_eq!(due(key, from).due, day(end), "{key} {from}");
    }
    let told = due("ad_reply", "2026-09-23");
    assert_eq!(
        (told.article.as_str(), told.rule_set.as_str()),
        ("广告法第五十三条", "clock:ad_reply@2015-09-01")
    );
    assert!(
        told.sentences[0].starts_with("依据广告法第五十三条：自收到广告投诉举报之日起 7"),
        "{:?}",
        told.sentences
    );
    assert!(Law::shipped().statute_on("ad_reply", day("2015-08-31")).is_none(), "not in force yet");
    assert!(Law::shipped().statute_on("accept", day("2026-09-23")).is_none(), "a clock of an order");
}

#[test]
fn a_real_name_reporter_is_told_in_five_working_days_under_the_old_order_only() {
    let law = Law::shipped();
    let old = law.rule_set("R20").unwrap();
    let clock = old.clock("filing_notice").unwrap();
    // The vector of regulations §8 for five working days over a weekend and over the holiday of 2026.
    for (from, end) in [("2026-03-02", "2026-03-09"), ("2026-04-30", "2026-05-11")] {
        assert_eq!(clock.due(&law.calendar, day(from), false, &[]).unwrap().due, day(end), "{from}");
    }
    assert!(law.rule_set("R121").unwrap().clock("filing_notice").is_none());
    assert!(old.report_articles.repeat.is_empty() && old.report_articles.outside == "第二十九条");
    let new = law.rule_set("R121").unwrap();
    assert_eq!(
        (new.report_articles.outside.as_str(), new.report_articles.repeat.as_str()),
        ("第三十四条", "第三十五条第二款")
    );
}

#[test]
fn a_clue_is_checked_in_fifteen_and_fifteen_working_days_without_tests() {
    let law = Law::shipped();
    for id in ["R20", "R121"] {
        let clock = law.rule_set(id).unwrap().clock("clue_check").unwrap();
        let due = |extended| clock.due(&law.calendar, day("2026-09-24"), extended, &[]).unwrap().due;
        assert_eq!((due(false), due(true)), (day("2026-10-22"), day("2026-11-12")), "{id}");
        assert!(["test", "identify"].iter().all(|code| clock.pauses.iter().any(|pause| pause.code == *code)));
    }
}

#[test]
fn tags_stand_by_the_day_of_receipt_and_name_clocks_that_exist() {
    let reports = &Law::shipped().reports;
    let names = |on: &str| reports.tags_on(day(on)).map(|tag| tag.key.clone()).collect::<Vec<_>>();
    assert!(names("2025-10-14").contains(&"competition_2019".to_owned()));
    assert!(!names("2025-10-15").contains(&"competition_2019".to_owned()));
    assert!(names("2025-10-15").contains(&"competition".to_owned()));
    for tag in &reports.tags {
        assert!(!tag.article.is_empty() && !tag.text.is_empty(), "{}", tag.key);
        if let Some(clock) = &tag.clock {
            assert!(Law::shipped().statute_on(clock, tag.valid_from).is_some(), "{clock}");
        }
    }
    let food = reports.tag("food").unwrap();
    assert!(food.transfer && food.tell == Tell::Handling && !food.real_name);
    assert!(
        reports.tag("unlicensed").unwrap().real_name
            && reports.tag("unlicensed").unwrap().tell == Tell::Result
    );
    assert!(reports.tag("pubinfo").unwrap().written);
}

#[test]
fn filing_has_four_conditions_and_four_grounds_against_and_the_reward_three_grades() {
    let reports = &Law::shipped().reports;
    assert_eq!((reports.filing.conditions.len(), reports.filing.not_filed.len()), (4, 5));
    let grades: Vec<_> =
        reports.reward.grades.iter().map(|grade| (grade.grade, grade.percent, grade.floor)).collect();
    assert_eq!(grades, [(1, 5, 5_000), (2, 3, 3_000), (3, 1, 1_000)]);
    assert_eq!((reports.reward.cap, reports.reward.agreement_from), (1_000_000, 500_000));
}
