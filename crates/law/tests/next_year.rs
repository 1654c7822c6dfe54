//! A calendar that an administrator adds (regulations §8). A program of its own: the law in use is set once.

use law::Law;

#[test]
fn next_years_notice_is_added_and_the_shipped_years_stay() {
    let day = |text: &str| text.parse().unwrap();
    let accept = |law: &Law| {
        let clock = law.rule_set("R121").unwrap().clock("accept").unwrap().clone();
        clock.due(&law.calendar, day("2027-01-28"), false, &[]).unwrap()
    };
    let before = accept(Law::in_use());
    assert_eq!(before.due, day("2027-02-08"), "weekends only");
    assert!(Law::add_calendar("[2027.off]\n'春节' = ['02-31']\n[2027.work]\n").is_err());
    assert!(!Law::in_use().calendar.knows(day("2027-02-08")), "a broken file changes nothing");
    Law::add_calendar("[2027.off]\n'春节' = ['02-05', '02-08', '02-09']\n[2027.work]\n'春节' = ['01-30']\n")
        .unwrap();
    let after = accept(Law::in_use());
    assert_eq!(after.due, day("2027-02-10"));
    assert!(
        Law::in_use().calendar.knows(day("2027-02-08")) && !Law::shipped().calendar.knows(day("2027-02-08"))
    );
    assert_eq!(
        Law::in_use().calendar.worked_between(day("2026-01-01"), day("2026-12-31")),
        Law::shipped().calendar.worked_between(day("2026-01-01"), day("2026-12-31"))
    );
    assert!(Law::add_calendar("").is_err(), "once");
}
