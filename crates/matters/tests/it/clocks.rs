//! R03: clocks under the law of the day of receipt.

use db::{Tx, params};
use jiff::civil::Date;
use kernel::Ctx;
use matters::{Matter, clocks};
use web::Problem;

use crate::{Office, a_complaint, sql};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A complaint of zhang's unit, received on `on`, whose acceptance clock runs.
async fn received(office: &Office, on: &str) -> Matter {
    office.set_day(on);
    let of = office.officer("zhang").clone();
    let opened = office.does("desk", move |tx, ctx| {
        let opened = matters::open(tx, ctx, &a_complaint(ctx, &of))?;
        clocks::start(tx, ctx, &opened, "accept", opened.received_on)?;
        matters::by_id(tx, ctx, opened.id)
    });
    opened.await.unwrap()
}

/// As `name`, on the matter as it stands now; then the matter and its latest clock.
async fn after(
    office: &Office,
    name: &str,
    matter: &Matter,
    mut work: impl FnMut(&mut Tx, &Ctx, &mut Matter) -> web::Result<()> + Send + 'static,
) -> web::Result<(Matter, clocks::Clock)> {
    let id = matter.id;
    office
        .does(name, move |tx, ctx| {
            let mut found = matters::by_id(tx, ctx, id)?;
            work(tx, ctx, &mut found)?;
            let found = matters::by_id(tx, ctx, id)?;
            let clock = clocks::of(tx, &found, ctx.today())?.pop().unwrap();
            Ok((found, clock))
        })
        .await
}

fn code<T>(refused: web::Result<T>) -> String {
    match refused {
        Err(Problem::Refused(refusal) | Problem::Forbidden(refusal)) => refusal.code.to_owned(),
        Err(problem) => problem.to_string(),
        Ok(_) => "done".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_are_those_of_the_regulations() {
    Office::each(async |office| {
        // regulations §8, seven working days.
        for (from, due) in [
            ("2026-09-23", "2026-10-10"),
            ("2026-02-12", "2026-02-28"),
            ("2026-04-15", "2026-04-24"),
            ("2026-04-30", "2026-05-13"),
            ("2025-09-26", "2025-10-13"),
            ("2014-09-26", "2014-10-11"),
        ] {
            let matter = received(&office, from).await;
            assert_eq!(matter.next_alarm, Some(day(due)), "{from}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_is_kept_on_its_last_day_and_late_the_day_after() {
    Office::each(async |office| {
        for (on, kept, result) in [("2026-10-10", true, "kept"), ("2026-10-11", false, "late")] {
            let matter = received(&office, "2026-09-23").await;
            let again = after(&office, "zhang", &matter, |tx, ctx, m| {
                clocks::start(tx, ctx, m, "accept", m.received_on)
            });
            assert_eq!(code(again.await), "clock_runs");
            office.set_day(on);
            let stopped = after(&office, "zhang", &matter, move |tx, ctx, m| {
                assert_eq!(clocks::stop(tx, ctx, m, "accept", ctx.today())?, kept);
                Ok(())
            });
            let (found, clock) = stopped.await.unwrap();
            assert_eq!((clock.result.as_deref(), clock.stopped_on), (Some(result), Some(day(on))));
            assert_eq!(found.next_alarm, None, "nothing presses any more");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_not_counted_and_wants_its_paper_and_a_known_reason() {
    Office::each(async |office| {
        let matter = received(&office, "2026-09-23").await;
        let (_, clock) = after(&office, "zhang", &matter, |tx, ctx, m| {
            clocks::stop(tx, ctx, m, "accept", ctx.today())?;
            clocks::start(tx, ctx, m, "mediate", ctx.today())
        })
        .await
        .unwrap();
        assert_eq!(clock.explanation.due, day("2026-11-23"), "60 days from 09-23 end on a Sunday");
        assert_eq!(clock.alarm(), day("2026-11-22"), "the alarm does not trust the roll");
        let pause = |reason: &'static str, paper: &'static str, from: &'static str| {
            after(&office, "zhang", &matter, move |tx, ctx, m| {
                let why = clocks::Halt { reason, from: day(from), paper, file: None };
                clocks::pause(tx, ctx, m, "mediate", &why)
            })
        };
        assert_eq!(code(pause("lunch", "委托1号", "2026-09-23").await), "pause_reason");
        assert_eq!(code(pause("test", " ", "2026-09-23").await), "pause_paper");
        assert_eq!(code(pause("test", "委托1号", "2026-09-24").await), "pause_from", "not in the future");
        let (found, clock) = pause("test", "委托1号", "2026-09-23").await.unwrap();
        assert!(clock.paused && found.next_alarm.is_none(), "a clock that stands still does not press");
        assert_eq!(code(pause("test", "委托2号", "2026-09-23").await), "paused");
        office.set_day("2026-10-02");
        let (found, clock) =
            after(&office, "zhang", &matter, |tx, ctx, m| clocks::resume(tx, ctx, m, "mediate", ctx.today()))
                .await
                .unwrap();
        // 09-24 to 10-02 are nine days; 09-23 would not have counted anyway.
        assert_eq!((clock.explanation.due, found.next_alarm), (day("2026-12-01"), Some(day("2026-12-01"))));
        let told = clock.explanation.sentences.join("\n");
        assert!(told.contains("委托1号") && told.contains("检测鉴定"), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_open_over_a_change_of_law_shows_both_ends_and_alarms_early() {
    Office::each(async |office| {
        let matter = received(&office, "2026-03-02").await;
        assert_eq!(matter.rule_set, "R20");
        let (found, clock) = after(&office, "zhang", &matter, |tx, ctx, m| {
            clocks::stop(tx, ctx, m, "accept", ctx.today())?;
            clocks::start(tx, ctx, m, "mediate", ctx.today())
        })
        .await
        .unwrap();
        // regulations §8: 45 working days give 05-08, 60 days end on 05-01, a holiday, and roll to 05-06.
        assert_eq!(clock.explanation.due, day("2026-05-08"));
        assert_eq!(clock.other.as_ref().map(|other| other.due), Some(day("2026-05-06")));
        assert_eq!((clock.alarm(), found.next_alarm), (day("2026-05-01"), Some(day("2026-05-01"))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_rule_set_is_chosen_by_who_may_with_a_reason_that_stays() {
    Office::each(async |office| {
        let matter = received(&office, "2026-04-10").await;
        let choose = |name: &'static str, id: &'static str, reason: &'static str| {
            after(&office, name, &matter, move |tx, ctx, m| clocks::choose_rule_set(tx, ctx, m, id, reason))
        };
        assert_eq!(code(choose("head", "R121", "当事人要求适用").await), "rule_set", "not in force yet");
        office.set_day("2026-04-16");
        assert_eq!(code(choose("zhang", "R121", "当事人要求适用").await), "not_permitted");
        assert_eq!(code(choose("head", "R121", "要").await), "rule_set_reason");
        assert_eq!(code(choose("head", "R62", "当事人要求适用").await), "rule_set");
        let (found, clock) = choose("head", "R121", "当事人要求适用新规定").await.unwrap();
        assert_eq!((found.rule_set.as_str(), found.version), ("R121", 2));
        assert!(clock.explanation.article.contains("令第121号"), "{}", clock.explanation.article);
        assert_eq!(clock.from, day("2026-04-10"), "counted from the day it began");
        let id = matter.id;
        let told = office.does("head", move |tx, _| Ok(journal::of(tx, id)?)).await.unwrap();
        let line = matters::timeline::line(&told[0]);
        assert_eq!(line.what, "更换适用规定");
        assert!(line.more.contains("由 R20 改为 R121") && line.more.contains("当事人要求"), "{}", line.more);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_taken_back_counts_neither_as_kept_nor_as_late() {
    Office::each(async |office| {
        let matter = received(&office, "2026-09-23").await;
        let void = |name: &'static str, reason: &'static str| {
            after(&office, name, &matter, move |tx, ctx, m| clocks::void(tx, ctx, m, "accept", reason))
        };
        assert_eq!(code(void("zhang", "应登记为举报").await), "not_permitted");
        assert_eq!(code(void("head", "").await), "clock_void_reason");
        let (found, clock) = void("head", "应登记为举报").await.unwrap();
        assert_eq!((clock.result.as_deref(), found.next_alarm), (Some("void"), None));
        let id = matter.id;
        let on_time: Option<String> = office
            .db
            .read(move |tx| tx.scalar(&sql("SELECT on_time FROM matter WHERE id = $1"), &params![id]))
            .await
            .unwrap();
        assert_eq!(on_time, None);
        assert_eq!(code(void("head", "再撤一次").await), "clock_not_running");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_46_whatever_is_typed_over_the_law_is_listed_by_the_check() {
    Office::each(async |office| {
        let one = received(&office, "2026-09-23").await;
        let two = received(&office, "2026-09-23").await;
        after(&office, "zhang", &two, |tx, ctx, m| clocks::stop(tx, ctx, m, "accept", ctx.today()).map(drop))
            .await
            .unwrap();
        let differences = || office.does("system", clocks::differences);
        assert_eq!(differences().await.unwrap(), Vec::<String>::new());
        for (statement, number, words) in [
            ("UPDATE clock SET due = '2026-12-31' WHERE matter_id = $1", &one, "存为 2026-12-31"),
            ("UPDATE clock SET alarm = '2026-12-30' WHERE matter_id = $1", &one, "预警 2026-12-30"),
            ("UPDATE matter SET next_alarm = '2027-01-01' WHERE id = $1", &one, "应为 2026-10-10"),
            ("UPDATE matter SET next_alarm = NULL WHERE id = $1", &one, "存为 无"),
            ("UPDATE matter SET next_alarm = '2027-01-01' WHERE id = $1", &two, "应为无"),
        ] {
            let id = number.id;
            let found = office
                .does("system", move |tx, ctx| {
                    let mut found = Vec::new();
                    let undone: web::Result<()> = tx.attempt(|tx| {
                        tx.execute(&sql(statement), &params![id])?;
                        found = clocks::differences(tx, ctx)?;
                        Err(Problem::NotFound)
                    });
                    assert!(undone.is_err());
                    Ok(found)
                })
                .await
                .unwrap();
            assert!(
                matches!(&found[..], [line] if line.starts_with(&number.number) && line.contains(words)),
                "{statement}: {found:?}"
            );
        }
        let at = one.id;
        let extended = after(&office, "head", &one, move |tx, ctx, m| {
            assert_eq!(m.id, at);
            clocks::extend(tx, ctx, m, "accept", "案情复杂")
        });
        assert_eq!(code(extended.await), "no_extension", "the seven days cannot be extended");
    })
    .await;
}
