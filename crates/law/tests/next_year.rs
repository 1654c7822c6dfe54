//! Law that is replaced while the program runs (regulations §8). A program of its own: the law in use is one for all of it.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use law::{ClockRule, Law, Notice, Replaced, RuleSet};

fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

fn accept(law: &Law) -> law::Explanation {
    let set = law.rule_set("R121").unwrap();
    let from = day("2027-01-28");
    law::Explanation::new(set, set.clock_on("accept", from).unwrap(), &law.calendar, from, false, &[])
        .unwrap()
}

const NOTICE: &str = "2027-02-05至2027-02-09 春节 放假\n1月30日 春节 上班";

#[test]
fn next_years_notice_is_put_in_and_the_shipped_years_stay() {
    assert_eq!(accept(Law::in_use()).due, day("2027-02-08"), "weekends only");
    let mut law = Law::base().clone();
    let broken =
        law.put_file("calendar/2027.toml", "[2027.off]\n'春节' = [\n  '02-31']\n[2027.work]\n").unwrap_err();
    assert_eq!(broken.to_string(), "calendar/2027.toml 第 3 行：2027-02-31 不是日期");
    assert!(!law.calendar.knows(day("2027-02-08")), "a broken file changes nothing");
    let notice = Notice::read(NOTICE, 2027).unwrap();
    law.calendar.apply(&notice, "本单位录入的 2027 年放假安排");
    Law::replace(law);
    let after = accept(Law::in_use());
    assert_eq!(after.due, day("2027-02-10"));
    assert!(
        after.sentences.iter().any(|told| told.contains("本单位录入的 2027 年放假安排")),
        "{:?}",
        after.sentences
    );
    assert!(!Law::shipped().calendar.knows(day("2027-02-08")));
    let whole = |law: &Law| law.calendar.worked_between(day("2026-01-01"), day("2026-12-31"));
    assert_eq!(whole(Law::in_use()), whole(Law::shipped()));
    // The office's own day off stays when the notice comes once more, and goes with its own list only.
    let mut law = Law::in_use().clone();
    law.calendar
        .close(2027, &[law::NoticeDay { name: "民族节日".into(), date: day("2027-02-10"), off: true }]);
    law.calendar.apply(&notice, "再次录入");
    assert_eq!(accept(&law).due, day("2027-02-11"));
    law.calendar.close(2027, &[]);
    assert_eq!(accept(&law).due, day("2027-02-10"));
    Law::restore();
    assert_eq!(accept(Law::in_use()).due, day("2027-02-08"), "the base again");
}

#[test]
fn broken_notices_are_refused_with_their_line() {
    let read = |text: &str| Notice::read(text, 2027).unwrap_err().to_string();
    assert_eq!(read("2027-02-05 春节 放假\n\n2027-02-05 春节 上班"), "第 1 行：2027-02-05 写了两次");
    assert_eq!(read("2027-02-05 春节"), "第 1 行：请写成“日期 节日 放假”或者“日期 节日 上班”");
    assert!(read("{\"year\":2027,\n\"days\":[]}").contains("通知可能还没有发布"));
    assert_eq!(read("{\"days\":[],\n\"year\":2026}"), "第 2 行：文件是 2026 年的安排，不是 2027 年的");
    assert!(
        read("{\"year\":2027,\n\"days\":[{\"name\":\"x\",\n\"date\":\"2027-02-31\",\"isOffDay\":true}]}")
            .starts_with("第 3 行")
    );
    assert!(Notice::read("2027-02-05 春节 放假", 2027).unwrap().doubts()[0].contains("国庆"));
}

#[test]
fn every_shipped_year_reads_back_as_a_notice() {
    for year in Law::shipped().calendar.years() {
        let notice = Law::shipped().calendar.notice(year);
        let mut calendar = Law::shipped().calendar.clone();
        calendar.apply(&Notice::read(&notice.to_json(), year).unwrap(), "x");
        assert_eq!(calendar.notice(year).days, notice.days);
    }
}

#[test]
fn a_clock_that_a_bureau_replaced_counts_from_its_day_on_and_says_so() {
    let mut law = Law::shipped().clone();
    let mut clock = law.clock_of("R121", "accept", day("2026-09-01")).unwrap().clone();
    (clock.length, clock.valid_from) = (5, Some(day("2026-09-01")));
    let mut read = ClockRule::from_toml(&clock.to_toml()).unwrap();
    assert_eq!(read, clock);
    read.replaced = Some(Replaced::new(day("2026-08-30"), "甲提出、乙核准", "省局要求", "原为 7 个工作日"));
    law.put_clock("R121", read).unwrap();
    let set = law.rule_set("R121").unwrap();
    assert_eq!(set.clock_on("accept", day("2026-08-31")).unwrap().length, 7);
    assert_eq!(set.clock_on("accept", day("2026-09-01")).unwrap().length, 5);
    let told = accept(&law);
    assert!(
        told.sentences.iter().any(|told| told.contains("甲提出、乙核准") && told.contains("原为 7 个工作日"))
    );
    assert_eq!(law.clocks_on(day("2026-09-23")).iter().filter(|(_, clock)| clock.key == "accept").count(), 1);
}

#[test]
fn a_new_order_ends_the_one_before_and_a_broken_one_is_refused() {
    let text = include_str!("../../../law/rulesets/r121.toml");
    let mut next = RuleSet::from_toml(&text.replace("\"R121\"", "\"R900\"")).unwrap();
    next.valid_from = day("2028-01-01");
    let mut law = Law::shipped().clone();
    law.put_rule_set(next);
    assert_eq!(law.rule_set("R121").unwrap().valid_to, Some(day("2027-12-31")));
    assert_eq!(law.rule_set_on(day("2028-01-01")).unwrap().id, "R900");
    let broken = RuleSet::from_toml(&text.replacen("length = 7", "length = 0", 1)).unwrap_err().to_string();
    assert!(broken.starts_with("第 ") && broken.contains("长度"), "{broken}");
    let broken =
        RuleSet::from_toml(&text.replacen("unit = \"wd\"", "unit = \"天\"", 1)).unwrap_err().to_string();
    assert!(broken.contains("“天”不是可以用的写法"), "{broken}");
}
