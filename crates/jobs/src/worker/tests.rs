//! What happens between claim and end, seen from inside.

use db::{Db, Migration, Text, testing::TestDatabase};
use serde_json::json;

use super::*;
use crate::CLAIM_MINUTES;

fn later(at: Timestamp, by: jiff::SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap()
}

static MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "jobs",
    text: Text::Same(include_str!("../../../../migrations/0007_jobs.sql")),
}];

fn ground() -> Ground {
    Ground::standing("2026-09-23T01:00:00Z".parse().unwrap(), "jobs inside")
}

/// A worker without the repeating work of its own house.
fn only(kind: &'static str, handler: Handler) -> Worker {
    Worker { handlers: BTreeMap::from([(kind, handler)]), schedules: Vec::new() }
}

fn newest(_: &mut Tx, _: &Ctx, job: &Job) -> Result<(), Failure> {
    if job.payload["at"] == json!("new") { Ok(()) } else { Err("an old payload".into()) }
}

fn again(tx: &mut Tx, ctx: &Ctx, job: &Job) -> Result<(), Failure> {
    let tomorrow = later(ctx.now, jiff::SignedDuration::from_hours(24));
    enqueue(tx, ctx, "again", &job.subject, &job.payload, tomorrow)?;
    Ok(())
}

async fn put(db: &Db, ground: &Ground, kind: &'static str, payload: serde_json::Value) {
    let ctx = ground.ctx(Actor::System("测试"));
    db.write(move |tx| enqueue(tx, &ctx, kind, "甲", &payload, ctx.now)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_enqueued_again_after_its_claim_is_not_lost() {
    TestDatabase::each(MIGRATIONS, async |db| {
        let ground = ground();
        let worker = only("newest", newest);
        put(&db, &ground, "newest", json!({ "at": "old" })).await;
        let now = ground.clock.now();
        let job = db.write(move |tx| claim(tx, now, "newest")).await.unwrap().unwrap();
        put(&db, &ground, "newest", json!({ "at": "new" })).await;
        let outcome = perform(&db, &ground, job, newest).await.unwrap();
        assert!(matches!(outcome, Outcome::TakenBack));
        let ran = worker.run_due(&db, &ground).await.unwrap();
        assert_eq!(ran, Ran { done: 1, ..Ran::default() });
        assert!(db.read(crate::is_empty).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_may_enqueue_its_own_next_turn() {
    TestDatabase::each(MIGRATIONS, async |db| {
        let ground = ground();
        let worker = only("again", again);
        put(&db, &ground, "again", json!({})).await;
        for _ in 0..3 {
            assert_eq!(worker.run_due(&db, &ground).await.unwrap().done, 1);
            assert_eq!(worker.run_due(&db, &ground).await.unwrap(), Ran::default());
            ground.clock.set(later(ground.clock.now(), jiff::SignedDuration::from_hours(24)));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_worker_died_is_free_after_the_lease_and_buried_after_the_last_try() {
    TestDatabase::each(MIGRATIONS, async |db| {
        let ground = ground();
        let worker = only("newest", newest);
        put(&db, &ground, "newest", json!({ "at": "new" })).await;
        for attempt in 1..=crate::TRIES {
            let now = ground.clock.now();
            let job = db.write(move |tx| claim(tx, now, "newest")).await.unwrap().unwrap();
            assert_eq!(job.attempt, attempt);
            assert!(db.write(move |tx| claim(tx, now, "newest")).await.unwrap().is_none(), "claimed twice");
            ground.clock.set(later(now, jiff::SignedDuration::from_mins(CLAIM_MINUTES)));
        }
        worker.run_due(&db, &ground).await.unwrap();
        let dead = db.read(|tx| crate::dead(tx, 10)).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].error, "执行中断，没有留下结果");
    })
    .await;
}
