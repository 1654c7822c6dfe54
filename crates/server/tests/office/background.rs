//! D13: background work.

use jiff::ToSpan as _;
use testkit::TestOffice;

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_once_is_tried_again_and_at_last_stands_as_failed() {
    TestOffice::each(async |office| {
        let (db, ctx) = (office.app.db.clone(), office.ctx("desk"));
        let now = ctx.now;
        let by = ctx.clone();
        db.write(move |tx| {
            jobs::enqueue(tx, &by, "call", "TS-1", &serde_json::json!({ "n": 1 }), by.now)?;
            jobs::enqueue(tx, &by, "call", "TS-1", &serde_json::json!({ "n": 2 }), by.now)
        })
        .await
        .unwrap();
        assert_eq!(db.read(jobs::waiting).await.unwrap(), 1, "one waits at a time");
        let mut at = now;
        for attempt in 1..=8 {
            let job = db.write(move |tx| jobs::claim(tx, at)).await.unwrap().unwrap();
            assert_eq!((job.attempt, job.payload["n"].as_i64()), (attempt, Some(1)));
            assert!(db.write(move |tx| jobs::claim(tx, at)).await.unwrap().is_none(), "claimed once");
            db.write(move |tx| jobs::settle(tx, at, &job, Err("no line".to_owned()))).await.unwrap();
            at = at.checked_add(2.hours()).unwrap();
        }
        let health = db.read(move |tx| jobs::health(tx, at)).await.unwrap();
        assert_eq!((health.failed, health.late), (1, 0));
        assert!(!server::check_health(&office.app).await.unwrap().is_well());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_beat_is_taken_by_one_of_two_and_shows_when_it_stops() {
    TestOffice::each(async |office| {
        let (db, now) = (office.app.db.clone(), office.app.ground.clock.now());
        db.write(|tx| jobs::every(tx, "backup", 3600)).await.unwrap();
        assert!(db.write(move |tx| jobs::take_beat(tx, "backup", 3600, now)).await.unwrap());
        assert!(!db.write(move |tx| jobs::take_beat(tx, "backup", 3600, now)).await.unwrap());
        db.write(move |tx| jobs::end_beat(tx, "backup", now, None)).await.unwrap();
        let later = now.checked_add(3.hours()).unwrap();
        let health = db.read(move |tx| jobs::health(tx, later)).await.unwrap();
        assert!(health.beats[0].late && health.beats[0].error.is_none());
    })
    .await;
}
