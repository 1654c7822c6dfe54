//! Vectors of regulations §8, a second arithmetic to compare with, and the data files themselves.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use jiff::{ToSpan, civil::Date};
use law::{Calendar, ClockRule, DayKind, Explanation, Law, LawError, Pause, Unit};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn clock(length: u16, unit: Unit) -> ClockRule {
    let mut clock = Law::shipped().rule_set("R121").unwrap().clock("mediate").unwrap().clone();
    (clock.length, clock.unit, clock.extension) = (length, unit, None);
    clock
}

fn due(from: &str, length: u16, unit: Unit) -> law::Due {
    clock(length, unit).due(&Law::shipped().calendar, day(from), false, &[]).unwrap()
}

#[test]
fn vectors_of_the_regulations() {
    use Unit::{NaturalDays as N, WorkingDays as W};
    for (from, length, unit, end) in [
        ("2026-09-23", 7, W, "2026-10-10"),
        ("2026-02-12", 7, W, "2026-02-28"),
        ("2026-04-15", 7, W, "2026-04-24"),
        ("2026-04-30", 7, W, "2026-05-13"),
        ("2026-01-01", 7, W, "2026-01-12"),
        ("2026-10-09", 7, W, "2026-10-19"),
        ("2025-09-26", 7, W, "2025-10-13"),
        ("2026-09-24", 15, W, "2026-10-22"),
        ("2026-09-28", 15, W, "2026-10-23"),
        ("2014-03-15", 7, W, "2014-03-25"),
        ("2014-09-26", 7, W, "2014-10-11"),
        ("2026-08-08", 60, N, "2026-10-08"),
        ("2026-04-20", 60, N, "2026-06-22"),
        ("2026-07-28", 60, N, "2026-09-28"),
        ("2026-07-07", 90, N, "2026-10-08"),
        ("2026-06-17", 60, N, "2026-08-17"),
        ("2026-03-02", 45, W, "2026-05-08"),
        ("2026-03-02", 60, N, "2026-05-06"),
    ] {
        assert_eq!(due(from, length, unit).due, day(end), "{from} {length} {unit:?}");
    }
}

#[test]
fn the_alarm_keeps_the_unrolled_day() {
    let rolled = due("2026-08-08", 60, Unit::NaturalDays);
    assert_eq!((rolled.alarm, rolled.rolled.unwrap().why.as_str()), (day("2026-10-07"), "国庆节"));
    let weekend = clock(60, Unit::NaturalDays)
        .due_with(&Law::shipped().calendar, day("2026-06-17"), false, &[], false)
        .unwrap();
    assert_eq!(weekend.due, day("2026-08-16"));
}

#[test]
fn workdays_of_the_years() {
    let calendar = &Law::shipped().calendar;
    for (year, count) in [
        (2004, 252),
        (2020, 249),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),
        (2026, 248),
    ] {
        let (first, last) = (Date::new(year, 1, 1).unwrap(), Date::new(year, 12, 31).unwrap());
        assert_eq!(calendar.worked_between(first, last), count, "{year}");
    }
    assert_eq!(calendar.years().collect::<Vec<_>>(), (2004..=2026).collect::<Vec<i16>>());
}

#[test]
fn a_year_without_notice_is_flagged() {
    let far = due("2026-12-28", 7, Unit::WorkingDays);
    assert_eq!(far.years_missing, vec![2027]);
    let set = Law::shipped().rule_set("R121").unwrap();
    let told = Explanation::new(
        set,
        set.clock("accept").unwrap(),
        &Law::shipped().calendar,
        day("2026-12-28"),
        false,
        &[],
    );
    assert!(told.unwrap().warnings[0].contains("2027 年放假安排尚未录入"));
}

#[test]
fn the_day_of_receipt_chooses_the_law() {
    let law = Law::shipped();
    for (on, id) in [
        ("2009-06-01", "R51"),
        ("2014-03-14", "R51"),
        ("2014-03-15", "R62"),
        ("2019-12-31", "R62"),
        ("2020-01-01", "R20"),
        ("2026-04-14", "R20"),
        ("2026-04-15", "R121"),
        ("2026-11-24", "R121"),
    ] {
        assert_eq!(law.rule_set_on(day(on)).unwrap().id, id, "{on}");
    }
    assert!(law.rule_set_on(day("1990-01-01")).is_none());
    let old = law.rule_set("R20").unwrap();
    assert_eq!(law.straddled(old, day("2026-05-01")).unwrap().id, "R121");
    assert!(law.straddled(old, day("2026-04-14")).is_none());
}

#[test]
fn every_order_has_its_grounds() {
    let law = Law::shipped();
    let count = |id: &str| {
        let set = law.rule_set(id).unwrap();
        (set.refusal_grounds.len(), set.termination_grounds.len(), set.factors.len(), set.remedies().count())
    };
    assert_eq!(count("R121"), (7, 8, 5, 5));
    assert_eq!(count("R20"), (6, 7, 0, 5));
    assert_eq!(law.rule_set("R51").unwrap().complaint_word, "申诉");
    assert!(law.rule_set("R20").unwrap().report_decision_notice);
    assert!(!law.rule_set("R121").unwrap().report_decision_notice);
    assert!(law.rule_set("R62").unwrap().clock("term_notice").is_none());
}

#[test]
fn pauses_are_not_counted_and_uncertain_ones_do_not_move_the_alarm() {
    let law = Law::shipped();
    let pause = |reason: &str| Pause {
        from: day("2026-05-06"),
        to: day("2026-05-15"),
        reason: reason.into(),
        paper: "通知".into(),
    };
    let set = law.rule_set("R121").unwrap();
    let mediate = set.clock("mediate").unwrap();
    let plain = mediate.due(&law.calendar, day("2026-04-27"), false, &[]).unwrap();
    let paused = mediate.due(&law.calendar, day("2026-04-27"), false, &[pause("test")]).unwrap();
    assert_eq!(paused.alarm, plain.alarm + 10.days());
    let accept = set.clock("accept").unwrap();
    let unsure = accept.due(&law.calendar, day("2026-04-30"), false, &[pause("material")]).unwrap();
    assert_eq!(unsure.alarm, day("2026-05-13"));
    assert!(unsure.due > unsure.alarm);
    let backwards = Pause { to: day("2026-05-01"), ..pause("test") };
    assert!(matches!(
        mediate.due(&law.calendar, day("2026-04-27"), false, &[backwards]),
        Err(LawError::PauseOrder { .. })
    ));
}

#[test]
fn an_extension_lengthens_and_an_hour_clock_wants_an_instant() {
    let law = Law::shipped();
    let clue = law.rule_set("R121").unwrap().clock("clue_check").unwrap();
    let counted = |extended| clue.due(&law.calendar, day("2026-06-01"), extended, &[]).unwrap().counted.len();
    assert_eq!((counted(false), counted(true)), (15, 30));
    let quick = law.clocks.iter().find(|clock| clock.key == "quick_obj").unwrap();
    assert!(matches!(quick.due(&law.calendar, day("2026-06-01"), false, &[]), Err(LawError::Hours(_))));
    let at: jiff::Timestamp = "2026-06-01T20:00:00Z".parse().unwrap();
    assert_eq!(quick.due_at(at).unwrap().to_string(), "2026-06-02T00:00:00Z");
}

#[test]
fn an_explanation_names_days_and_serialises() {
    let law = Law::shipped();
    let set = law.rule_set("R121").unwrap();
    let told =
        Explanation::new(set, set.clock("accept").unwrap(), &law.calendar, day("2026-09-23"), false, &[])
            .unwrap();
    let text = told.sentences.join("\n");
    for words in ["第121号", "第十五条", "当日不计入", "10-10（星期六，国庆节调休上班）", "09-25（中秋节）"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert_eq!(told.counted.len(), 7);
}

#[test]
fn classification_codes_are_unique_and_nested() {
    for tree in [&Law::shipped().classification.goods, &Law::shipped().classification.problems] {
        let mut codes: Vec<_> = tree.nodes.iter().map(|node| &node.code).collect();
        let all = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), all);
        for node in &tree.nodes {
            assert!(tree.name(tree.root(&node.code)).is_some(), "{}", node.code);
        }
    }
    assert_eq!(Law::shipped().classification.goods.path("G01.10"), "一般食品 / 乳制品");
}

/// A second arithmetic, written the slow way: walk day by day, ask of each day whether it counts.
fn naive(calendar: &Calendar, from: Date, length: u16, unit: Unit, pauses: &[Pause]) -> (Date, Date) {
    let mut left = length;
    let mut today = from;
    while left > 0 {
        today = today.tomorrow().unwrap();
        let paused = pauses.iter().any(|pause| (pause.from..=pause.to).contains(&today));
        let counts =
            unit == Unit::NaturalDays || matches!(calendar.day(today), DayKind::Workday | DayKind::MakeUp(_));
        if counts && !paused {
            left -= 1;
        }
    }
    let raw = today;
    while matches!(calendar.day(today), DayKind::Holiday(_) | DayKind::Weekend) {
        today = today.tomorrow().unwrap();
    }
    (raw, today)
}

#[test]
fn a_second_arithmetic_agrees_on_100_000_random_cases() {
    let calendar = &Law::shipped().calendar;
    // A small generator of its own, so that the cases are the same everywhere.
    let mut state = 12_315_u64;
    let mut below = move |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let first = day("2004-01-01");
    for case in 0..100_000 {
        let from = first + i64::try_from(below(8_300)).unwrap().days();
        let length = u16::try_from(below(100)).unwrap() + 1;
        let unit = if below(2) == 0 { Unit::WorkingDays } else { Unit::NaturalDays };
        let pauses: Vec<Pause> = (0..below(3))
            .map(|_| {
                let begin = from + i64::try_from(below(80)).unwrap().days();
                let end = begin + i64::try_from(below(40)).unwrap().days();
                Pause { from: begin, to: end, reason: "test".into(), paper: String::new() }
            })
            .collect();
        let due = clock(length, unit).due(calendar, from, false, &pauses).unwrap();
        let (raw, rolled) = naive(calendar, from, length, unit, &pauses);
        assert_eq!(
            (due.alarm, due.due, due.counted.len()),
            (raw, rolled, usize::from(length)),
            "case {case}: {from} {length} {unit:?} {pauses:?}"
        );
    }
}

/// R03: earlier orders speak their own words and cite their own articles, or none where their text was not at hand.
#[test]
fn an_order_speaks_its_own_words_and_articles() {
    let law = Law::shipped();
    let (old, twenty, now) =
        (law.rule_set("R51").unwrap(), law.rule_set("R20").unwrap(), law.rule_set("R121").unwrap());
    assert_eq!(old.say("告知被投诉人"), "告知被申诉人");
    assert_eq!(now.say("告知被投诉人"), "告知被投诉人");
    assert_eq!(now.article("termination", "第二十三条"), "第二十三条");
    assert_eq!(twenty.article("termination", "第二十三条"), "第二十一条");
    assert_eq!(old.article("termination", "第二十三条"), "", "none is better than another order's");
}
