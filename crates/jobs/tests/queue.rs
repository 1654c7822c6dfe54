//! Background work as the office sees it, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::time::Duration;

use db::{Db, Error, Migration, Sql, Text, Tx, params, testing::TestDatabase};
use jiff::{SignedDuration, Timestamp};
use jobs::{Failure, Fault, Job, Ran, Worker};
use kernel::{Actor, Ctx, Ground};
use serde_json::json;
use tokio::sync::watch;

static MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "jobs",
        text: Text::Same(include_str!("../../../migrations/0007_jobs.sql")),
    },
    Migration { number: 2, name: "sent", text: Text::Same("CREATE TABLE sent (word TEXT PRIMARY KEY);") },
];

const SEND: Sql = Sql { name: "test::SEND", text: "INSERT INTO sent (word) VALUES ($1)" };
const SENT: Sql = Sql { name: "test::SENT", text: "SELECT COUNT(*) FROM sent" };
const JOBS: Sql = Sql { name: "test::JOBS", text: "SELECT COUNT(*) FROM job" };

/// Writes the subject down once; a second time breaks the key and fails.
fn send(tx: &mut Tx, _: &Ctx, job: &Job) -> Result<(), Failure> {
    tx.execute(&SEND, &params![job.subject])?;
    Ok(())
}

fn send_and_fail(tx: &mut Tx, ctx: &Ctx, job: &Job) -> Result<(), Failure> {
    send(tx, ctx, job)?;
    Err("短信网关没有应答".into())
}

fn panics(tx: &mut Tx, ctx: &Ctx, job: &Job) -> Result<(), Failure> {
    send(tx, ctx, job)?;
    panic!("by design");
}

fn turn(tx: &mut Tx, ctx: &Ctx, _: &Job) -> Result<(), Failure> {
    tx.execute(&SEND, &params![ctx.now.to_string()])?;
    Ok(())
}

struct Office {
    db: Db,
    ground: Ground,
}

impl Office {
    async fn each(story: impl AsyncFn(Office)) {
        TestDatabase::each(MIGRATIONS, async |db| {
            let start: Timestamp = "2026-09-23T01:00:00Z".parse().unwrap();
            let office = Office { db, ground: Ground::standing(start, "jobs") };
            // The worker's own house is in order before the story begins.
            Worker::new().run_due(&office.db, &office.ground).await.unwrap();
            story(office).await;
        })
        .await;
    }

    fn ctx(&self) -> Ctx {
        self.ground.ctx(Actor::System("测试"))
    }

    async fn enqueue(&self, kind: &'static str, subject: &str) {
        let (ctx, subject) = (self.ctx(), subject.to_owned());
        let put = move |tx: &mut Tx| jobs::enqueue(tx, &ctx, kind, &subject, &json!({}), ctx.now);
        self.db.write(put).await.unwrap();
    }

    fn wait(&self, minutes: i64) {
        let now = self.ground.clock.now();
        self.ground.clock.set(now.checked_add(SignedDuration::from_mins(minutes)).unwrap());
    }

    async fn run(&self, worker: &Worker) -> Ran {
        worker.run_due(&self.db, &self.ground).await.unwrap()
    }

    async fn sent(&self) -> i64 {
        self.db.read(|tx| tx.scalar(&SENT, &[])).await.unwrap()
    }

    async fn late(&self) -> Vec<jobs::Late> {
        let now = self.ground.clock.now();
        self.db.read(move |tx| jobs::late(tx, now)).await.unwrap()
    }

    async fn jobs(&self) -> i64 {
        self.db.read(|tx| tx.scalar(&JOBS, &[])).await.unwrap()
    }

    async fn is_empty(&self) -> bool {
        self.db.read(jobs::is_empty).await.unwrap()
    }
}

fn sender() -> Worker {
    Worker::new().handle("send", send)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_accepted_by_both_engines() {
    Office::each(async |office| {
        let failed = office.db.prepare_all(jobs::statements(), Vec::new()).await.unwrap();
        assert!(failed.is_empty(), "{failed:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_shares_the_fate_of_the_change_that_causes_it() {
    Office::each(async |office| {
        let ctx = office.ctx();
        let undone: Result<(), Error> = office
            .db
            .write(move |tx| {
                jobs::enqueue(tx, &ctx, "send", "甲", &json!({}), ctx.now)?;
                Err(Error::Stale)
            })
            .await;
        assert!(undone.is_err());
        assert!(office.is_empty().await);
        office.enqueue("send", "甲").await;
        assert!(!office.is_empty().await);
        assert_eq!(office.run(&sender()).await.done, 1);
        assert_eq!(office.sent().await, 1);
        assert!(office.is_empty().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_waiting_jobs_of_one_kind_and_subject_are_one() {
    Office::each(async |office| {
        for subject in ["甲", "甲", "乙"] {
            office.enqueue("send", subject).await;
        }
        assert_eq!(office.run(&sender()).await, Ran { done: 2, ..Ran::default() });
        assert_eq!(office.sent().await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_waits_for_its_time_and_for_a_program_that_knows_it() {
    Office::each(async |office| {
        let ctx = office.ctx();
        let tomorrow = ctx.now.checked_add(SignedDuration::from_hours(1)).unwrap();
        let put = move |tx: &mut Tx| jobs::enqueue(tx, &ctx, "send", "甲", &json!({}), tomorrow);
        office.db.write(put).await.unwrap();
        office.enqueue("newer", "乙").await;
        assert_eq!(office.run(&sender()).await, Ran::default());
        office.wait(60);
        assert_eq!(office.run(&sender()).await.done, 1);
        let late = office.late().await;
        assert_eq!(late.len(), 1, "{late:?}");
        assert_eq!((late[0].name.as_str(), &late[0].fault), ("newer", &Fault::Waiting(1)));
        assert!(late[0].to_string().contains("2026-09-23 09:00"), "{}", late[0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_job_leaves_nothing_behind_tries_eight_times_and_then_keeps_its_error() {
    Office::each(async |office| {
        let worker = Worker::new().handle("send", send_and_fail);
        office.enqueue("send", "甲").await;
        for wait in [1, 4, 9, 16, 25, 36, 49] {
            assert_eq!(office.run(&worker).await, Ran { failed: 1, ..Ran::default() });
            office.wait(wait - 1);
            assert_eq!(office.run(&worker).await, Ran::default(), "tried before {wait} minutes");
            office.wait(1);
        }
        assert_eq!(office.run(&worker).await, Ran { dead: 1, ..Ran::default() });
        assert_eq!(office.sent().await, 0);
        assert!(!office.is_empty().await);
        let late = office.late().await;
        assert_eq!(late.len(), 1, "{late:?}");
        assert_eq!(late[0].fault, Fault::Dead(1, "短信网关没有应答".to_owned()));

        let dead = office.db.read(|tx| jobs::dead(tx, 10)).await.unwrap().remove(0);
        assert_eq!((dead.kind.as_str(), dead.subject.as_str()), ("send", "甲"));
        let ctx = office.ctx();
        office.db.write(move |tx| jobs::revive(tx, &ctx, dead.id)).await.unwrap();
        assert_eq!(office.run(&sender()).await.done, 1);
        assert!(office.is_empty().await && office.late().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_gives_way_to_a_newer_one() {
    Office::each(async |office| {
        let worker = Worker::new().handle("send", send_and_fail);
        office.enqueue("send", "甲").await;
        for _ in 0..jobs::TRIES {
            office.run(&worker).await;
            office.wait(64);
        }
        office.enqueue("send", "甲").await;
        let dead = office.db.read(|tx| jobs::dead(tx, 10)).await.unwrap().remove(0);
        let ctx = office.ctx();
        office.db.write(move |tx| jobs::revive(tx, &ctx, dead.id)).await.unwrap();
        assert_eq!(office.run(&sender()).await, Ran { done: 1, ..Ran::default() });
        assert!(office.is_empty().await);
        let ctx = office.ctx();
        let twice = office.db.write(move |tx| jobs::dismiss(tx, &ctx, dead.id)).await;
        assert!(matches!(twice, Err(Error::Stale)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enqueuing_again_does_not_hurry_a_job_that_is_being_retried() {
    Office::each(async |office| {
        let worker = Worker::new().handle("send", send_and_fail);
        office.enqueue("send", "甲").await;
        office.run(&worker).await;
        office.enqueue("send", "甲").await;
        assert_eq!(office.run(&sender()).await, Ran::default());
        office.wait(1);
        assert_eq!(office.run(&sender()).await.done, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_is_a_failure_and_the_worker_lives_on() {
    Office::each(async |office| {
        let worker = Worker::new().handle("bad", panics).handle("send", send);
        office.enqueue("bad", "甲").await;
        office.enqueue("send", "乙").await;
        assert_eq!(office.run(&worker).await, Ran { done: 1, failed: 1, ..Ran::default() });
        assert_eq!(office.sent().await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_do_every_job_once() {
    Office::each(async |office| {
        for number in 0..40 {
            office.enqueue("send", &number.to_string()).await;
        }
        let worker = sender();
        let (a, b, c, d) =
            tokio::join!(office.run(&worker), office.run(&worker), office.run(&worker), office.run(&worker));
        let ran = [a, b, c, d];
        // Doing one twice would break the key of `sent` and count as a failure.
        assert_eq!(ran.iter().map(|ran| ran.done).sum::<usize>(), 40, "{ran:?}");
        assert_eq!(ran.iter().map(|ran| ran.failed).sum::<usize>(), 0, "{ran:?}");
        assert_eq!(office.sent().await, 40);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeating_work_comes_once_a_turn_and_is_missed_when_it_stays_away() {
    Office::each(async |office| {
        let worker = Worker::new().every("plan", 3_600, turn);
        assert_eq!(office.run(&worker).await.done, 1);
        assert_eq!(office.run(&worker).await.done, 0);
        office.wait(59);
        assert_eq!(office.run(&worker).await.done, 0);
        office.wait(1);
        let (one, two) = tokio::join!(office.run(&worker), office.run(&worker));
        assert_eq!(one.done + two.done, 1);
        assert_eq!(office.sent().await, 2);
        assert!(office.late().await.is_empty());
        office.wait(131);
        let silent: Vec<String> = office.late().await.into_iter().map(|late| late.name).collect();
        assert_eq!(silent, ["plan", jobs::HEARTBEAT]);
        office.run(&worker).await;
        assert!(office.late().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeating_work_that_fails_is_told_until_it_succeeds_and_never_doubles() {
    Office::each(async |office| {
        let worker = Worker::new().every("plan", 60, send_and_fail);
        office.run(&worker).await;
        let faults: Vec<Fault> = office.late().await.into_iter().map(|late| late.fault).collect();
        assert_eq!(faults, [Fault::Failing("短信网关没有应答".to_owned())]);
        office.wait(1);
        assert_eq!(office.run(&Worker::new().every("plan", 60, turn)).await.done, 1);
        assert!(office.late().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_done_a_month_ago_are_forgotten() {
    Office::each(async |office| {
        office.enqueue("send", "甲").await;
        office.run(&sender()).await;
        assert_eq!(office.jobs().await, 2);
        office.wait(31 * 24 * 60);
        office.run(&sender()).await;
        assert_eq!(office.jobs().await, 1, "only the tidying itself");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_34_what_a_job_died_of_names_nobody_and_is_forgotten_after_a_month() {
    Office::each(async |office| {
        fn fails(_: &mut Tx, _: &Ctx, _: &Job) -> Result<(), jobs::Failure> {
            Err("打不通 13812345678，写信 wang@example.com 也不行".into())
        }
        office.enqueue("send", "甲").await;
        let worker = Worker::new().handle("send", fails);
        for attempt in 1..=8_i64 {
            office.run(&worker).await;
            office.wait(attempt * attempt);
        }
        let dead = office.db.read(|tx| jobs::dead(tx, 10)).await.unwrap().remove(0);
        assert_eq!(dead.error, "打不通 …，写信 … 也不行");
        office.wait(31 * 24 * 60);
        office.run(&worker).await;
        let dead = office.db.read(|tx| jobs::dead(tx, 10)).await.unwrap().remove(0);
        assert_eq!((dead.subject.as_str(), dead.error.as_str()), ("甲", "原因已过三十天，不再保存"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loop_works_until_it_is_told_to_stop() {
    Office::each(async |office| {
        office.enqueue("send", "甲").await;
        let (stop, told) = watch::channel(false);
        let (db, ground) = (office.db.clone(), office.ground.clone());
        let running = tokio::spawn(async move { sender().run(&db, &ground, told).await });
        while office.sent().await == 0 {
            tokio::task::yield_now().await;
        }
        stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(60), running).await.expect("it stops").unwrap();
        office.enqueue("send", "乙").await;
        let (gone, told) = watch::channel(false);
        drop(gone);
        sender().run(&office.db, &office.ground, told).await;
        assert_eq!(office.sent().await, 1, "a worker without a master does nothing");
    })
    .await;
}
