//! Steps, assignment and return.

use matters::{Matter, Phase, Step, relations};
use serde_json::json;
use tokio::task::JoinSet;
use web::Problem;

use crate::Office;

const RUNNING: Step<'static> = Step { state: "accepted", phase: Phase::Running, outcome: None };

fn code(problem: &Problem) -> &'static str {
    problem.refusal().map_or("", |refusal| refusal.code)
}

async fn current(office: &Office, number: &str) -> Matter {
    let number = number.to_owned();
    office.does("system", move |tx, ctx| matters::find(tx, ctx, &number)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_of_twenty_steps_prepared_on_one_version_one_is_taken() {
    Office::each(async |office| {
        let matter = office.opens("desk", "zhang").await;
        let mut tasks: JoinSet<web::Result<()>> = JoinSet::new();
        for _ in 0..20 {
            let (db, ctx, number) = (office.db.clone(), office.ctx("zhang"), matter.number.clone());
            tasks.spawn(async move {
                db.write(move |tx| {
                    let mut found = matters::lock(tx, &ctx, &number, Some(1))?;
                    matters::step(tx, &ctx, &mut found, RUNNING, "acceptance", &json!({}))
                })
                .await
            });
        }
        let done = tasks.join_all().await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
        for refused in done.iter().filter_map(|done| done.as_ref().err()) {
            let Problem::Stale(words) = refused else { panic!("{refused}") };
            assert!(words.starts_with("zhang 刚在 2026-09-23 09:00"), "it says who and when: {words}");
        }
        assert_eq!(current(&office, &matter.number).await.version, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_ends_a_matter_dates_its_end() {
    Office::each(async |office| {
        let matter = office.opens("desk", "zhang").await;
        let number = matter.number.clone();
        let ended = office.does("zhang", move |tx, ctx| {
            let mut found = matters::lock(tx, ctx, &number, None)?;
            let step = Step { state: "closed", phase: Phase::Done, outcome: Some("settled") };
            matters::step(tx, ctx, &mut found, step, "settlement", &json!({}))?;
            Ok(found)
        });
        let ended = ended.await.unwrap();
        let stored = current(&office, &matter.number).await;
        assert_eq!(stored.closed_on, Some("2026-09-23".parse().unwrap()));
        assert_eq!(
            (stored.outcome.as_deref(), stored.phase, stored.version),
            (Some("settled"), Phase::Done, 2)
        );
        assert_eq!((ended.closed_on, ended.outcome, ended.version), (stored.closed_on, stored.outcome, 2));
        let (number, unit) = (matter.number, office.officer("wang").unit);
        let late = office.does("dispatcher", move |tx, ctx| {
            let mut found = matters::lock(tx, ctx, &number, None)?;
            matters::assign(tx, ctx, &mut found, unit, None, "")
        });
        assert_eq!(code(&late.await.unwrap_err()), "done");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_given_to_one_officer_or_none_is() {
    Office::each(async |office| {
        let mut numbers = Vec::new();
        for _ in 0..3 {
            numbers.push(office.opens("desk", "desk").await.number);
        }
        let kept = numbers.clone();
        let (unit, zhang) = (office.officer("zhang").unit, office.officer("zhang").id);
        let id = current(&office, &numbers[2]).await.id;
        office
            .does("bureau", move |tx, ctx| {
                relations::ask_recusal(tx, ctx, id, zhang, "近亲属", "投诉人")?;
                relations::decide_recusal(tx, ctx, id, true)
            })
            .await
            .unwrap();
        let give = |numbers: Vec<String>| {
            office.does("dispatcher", move |tx, ctx| {
                matters::bulk_assign(tx, ctx, &numbers, unit, zhang, "批量分派")
            })
        };
        let refused = give(kept.clone()).await.unwrap_err();
        assert_eq!(code(&refused), "recused");
        assert!(refused.to_string().starts_with(&kept[2]), "{refused}");
        for number in &kept {
            assert_eq!(current(&office, number).await.officer, None, "{number}");
        }
        give(kept[..2].to_vec()).await.unwrap();
        for number in &kept[..2] {
            let given = current(&office, number).await;
            assert_eq!((given.officer, given.unit), (Some(zhang), unit));
        }
        assert_eq!(code(&give(Vec::new()).await.unwrap_err()), "nothing_chosen");
        let mine = kept.clone();
        let handler =
            office.does("zhang", move |tx, ctx| matters::bulk_assign(tx, ctx, &mine, unit, zhang, ""));
        assert!(matches!(handler.await, Err(Problem::Forbidden(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_goes_back_to_the_nearest_dispatcher_and_is_counted() {
    Office::each(async |office| {
        for (of, handler, back_to) in [("zhang", "zhang", "branch"), ("wang", "wang", "dispatcher")] {
            let matter = office.opens("desk", of).await;
            let back = |reason: &'static str, words: &'static str| {
                let number = matter.number.clone();
                office.does(handler, move |tx, ctx| {
                    let mut found = matters::lock(tx, ctx, &number, None)?;
                    matters::give_back(tx, ctx, &mut found, reason, words)
                })
            };
            assert_eq!(code(&back("because", "就是").await.unwrap_err()), "return_reason");
            assert_eq!(code(&back("address", " ").await.unwrap_err()), "return_words");
            back("address", "经营地址在道里区").await.unwrap();
            let now = current(&office, &matter.number).await;
            assert_eq!(
                (now.unit, now.officer, now.returned),
                (office.officer(back_to).unit, None, 1),
                "{of}"
            );
            let number = matter.number.clone();
            let seen = office.does(handler, move |tx, ctx| matters::find(tx, ctx, &number));
            assert!(matches!(seen.await, Err(Problem::NotFound)), "it left the handler's sight");
            let told = office.does("system", move |tx, _| Ok(journal::of(tx, now.id)?));
            let line = matters::timeline::line(&told.await.unwrap()[0]);
            assert_eq!(line.what, "退回分派");
            assert!(line.more.contains("地址不详") && line.more.contains("道里区"), "{}", line.more);
        }
    })
    .await;
}
