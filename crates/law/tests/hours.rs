//! Receipt after office hours (regulations §8, 6): the legal end may come later, the alarm never does.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use jiff::{
    ToSpan,
    civil::{Date, Time},
};
use law::{Calendar, ClockRule, Explanation, Law, OfficeHours, Pause, Receipt, Unit};

const HOURS: &str = "valid_from = \"2026-01-01\"\n[hours]\nopens = \"08:30\"\ncloses = \"17:30\"\n\
                     [season]\nfrom = \"11-15\"\nto = \"03-15\"\nopens = \"09:00\"\ncloses = \"17:00\"\n";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Option<Time> {
    Some(text.parse().unwrap())
}

fn calendar(hours: &str) -> Calendar {
    let mut calendar = Law::shipped().calendar.clone();
    calendar.put_hours(OfficeHours::from_toml(hours).unwrap());
    calendar
}

fn accept() -> &'static ClockRule {
    Law::shipped().rule_set("R121").unwrap().clock("accept").unwrap()
}

#[test]
fn vectors_after_hours_and_on_days_off() {
    let calendar = calendar(HOURS);
    for (from, time, due, alarm) in [
        ("2026-11-06", at("17:29"), "2026-11-17", "2026-11-17"), // Friday, still open
        ("2026-11-06", at("17:30"), "2026-11-18", "2026-11-17"), // closed at this minute: Monday
        ("2026-11-06", at("07:10"), "2026-11-17", "2026-11-17"), // before opening: the same day
        ("2026-11-06", None, "2026-11-17", "2026-11-17"),        // hour unknown: within
        ("2026-11-07", None, "2026-11-18", "2026-11-17"),        // Saturday: Monday
        ("2026-11-07", at("10:00"), "2026-11-18", "2026-11-17"),
        ("2026-11-20", at("17:10"), "2026-12-02", "2026-12-01"), // winter hours close at 17:00
        ("2026-10-10", at("10:00"), "2026-10-20", "2026-10-20"), // a Saturday that is worked
        ("2026-10-10", at("18:00"), "2026-10-21", "2026-10-20"),
        ("2026-10-01", None, "2026-10-16", "2026-10-15"), // seven days off in a row: counts as 10-08
        ("2025-11-07", at("20:00"), "2025-11-18", "2025-11-18"), // before the rule
    ] {
        let found = accept().due_received(&calendar, Receipt::written(day(from), time), false, &[]).unwrap();
        assert_eq!((found.due, found.alarm), (day(due), day(alarm)), "{from} {time:?}");
    }
}

#[test]
fn without_hours_a_call_and_a_law_of_its_own_nothing_moves() {
    let with = calendar(HOURS);
    let late = Receipt::written(day("2026-11-06"), at("22:00"));
    let plain = accept().due(&with, late.day, false, &[]).unwrap();
    assert_eq!(accept().due_received(&Law::shipped().calendar, late, false, &[]).unwrap(), plain, "default");
    let call = Receipt { in_writing: false, ..late };
    assert_eq!(accept().due_received(&with, call, false, &[]).unwrap(), plain, "somebody answered");
    let ended = "valid_from = \"2026-11-01\"\n";
    let mut calendar = with.clone();
    calendar.put_hours(OfficeHours::from_toml(ended).unwrap());
    assert_eq!(accept().due_received(&calendar, late, false, &[]).unwrap(), plain, "the rule has ended");
    let own = Law::shipped().clocks.iter().find(|clock| clock.key == "ad_reply").unwrap();
    let strict = own.due(&with, late.day, false, &[]).unwrap();
    assert_eq!(own.due_received(&with, late, false, &[]).unwrap(), strict, "广告法第五十三条");
    for set in &Law::shipped().rule_sets {
        for clock in set.clocks.iter().filter(|clock| clock.after_hours) {
            assert!(clock.trigger.contains("收到"), "{} {}", set.id, clock.key);
        }
    }
}

/// Every clock of every order and statute, every day of two years, hours around the closing, with and without a pause: never
/// earlier than without office hours, and the alarm exactly where it was.
#[test]
fn property_due_is_never_earlier_and_the_alarm_never_later() {
    let with = calendar(HOURS);
    let law = Law::shipped();
    let own = law.rule_sets.iter().flat_map(|set| &set.clocks).chain(&law.clocks);
    let clocks: Vec<&ClockRule> = own.filter(|clock| clock.unit != Unit::Hours).collect();
    let days: Vec<Date> = day("2025-12-20").series(1.day()).take_while(|day| day.year() < 2027).collect();
    let mut later = 0;
    for clock in clocks {
        for (number, from) in days.iter().enumerate() {
            let reason = clock.pauses.first().map_or("unknown", |pause| &pause.code).to_owned();
            let first = *from + 2.days();
            let pause = Pause { from: first, to: first + 4.days(), reason, paper: "x".into() };
            let pauses = if number % 3 == 0 { vec![pause] } else { Vec::new() };
            let plain = clock.due(&with, *from, false, &pauses).unwrap();
            for time in [None, at("00:00"), at("16:59"), at("17:15"), at("17:30"), at("23:59")] {
                let found = clock.due_received(&with, Receipt::written(*from, time), false, &pauses).unwrap();
                assert!(found.due >= plain.due, "{} {from} {time:?}", clock.key);
                assert!(found.alarm <= plain.alarm, "{} {from} {time:?}", clock.key);
                assert!(found.alarm <= found.due);
                later += usize::from(found.due > plain.due);
            }
        }
    }
    assert!(later > 1_000, "the property must not hold of nothing: {later}");
}

#[test]
fn the_explanation_names_hour_rule_and_the_alarm_that_stays() {
    let mut hours = OfficeHours::from_toml(HOURS).unwrap();
    hours.source = "（区局〔2026〕8号；甲提出，乙核准）".into();
    let mut calendar = Law::shipped().calendar.clone();
    calendar.put_hours(hours);
    let set = Law::shipped().rule_set("R121").unwrap();
    let receipt = Receipt::written(day("2026-11-06"), at("18:05"));
    let told = Explanation::received(set, accept(), &calendar, receipt, false, &[]).unwrap();
    assert_eq!(told.received_as, Some(day("2026-11-09")));
    let words = told.sentences.join("\n");
    for part in [
        "18:05 收到，在办公时间（08:30 至 17:30）之后",
        "区局〔2026〕8号；甲提出，乙核准",
        "视为 2026-11-09（星期一）收到",
        "从 2026-11-10 数到 2026-11-18，共 7 个工作日",
        "系统按 2026-11-17 预警（不按办公时间顺延）",
    ] {
        assert!(words.contains(part), "{part}\n{words}");
    }
}

#[test]
fn hours_that_cannot_be_are_refused_with_their_line() {
    for (text, words) in [
        (HOURS.replacen("17:30", "08:00", 1), "下班时间应当晚于上班时间"),
        (HOURS.replacen("11-15", "13-15", 1), "起止日期请写成“月-日”"),
        ("valid_from = \"2026-01-01\"\n[season]\nfrom = \"05-01\"\nto = \"09-30\"\nopens = \"09:00\"\ncloses = \"17:00\"".into(), "没有全年的办公时间"),
        (HOURS.replacen("17:30", "25:30", 1), "第 4 行"),
        (HOURS.replacen("[hours]", "lunch = 1\n[hours]", 1), "lunch"),
    ] {
        let error = OfficeHours::from_toml(&text).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
    let read = OfficeHours::from_toml(HOURS).unwrap();
    assert_eq!(OfficeHours::from_toml(&read.to_toml()).unwrap(), read, "read as it is written");
}
