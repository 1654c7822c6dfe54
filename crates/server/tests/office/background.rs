//! D13: background work. The queue itself is tried in `crates/jobs`.

use jiff::ToSpan as _;
use testkit::TestOffice;

fn copies(office: &TestOffice) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(office.app.config.data.join("backups")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_a_day_is_made_and_a_week_of_them_kept() {
    TestOffice::each(async |office| {
        if office.app.db.path().is_none() {
            assert!(!server::copy_when_due(&office.app).await.unwrap(), "PostgreSQL has its own backup");
            return;
        }
        assert!(server::copy_when_due(&office.app).await.unwrap());
        assert!(!server::copy_when_due(&office.app).await.unwrap(), "one a day");
        for _ in 0..8 {
            let tomorrow = office.app.ground.clock.now().checked_add(24.hours()).unwrap();
            office.app.ground.clock.set(tomorrow);
            assert!(server::copy_when_due(&office.app).await.unwrap());
        }
        let kept = copies(&office);
        assert_eq!(kept.len(), 7);
        let copy = db::Db::open(&kept[0].to_string_lossy()).await.unwrap();
        assert_eq!(copy.read(|tx| Ok::<_, web::Problem>(people::units(tx)?.len())).await.unwrap(), 4);
        // A copy that cannot be made is told, not swallowed.
        std::fs::remove_dir_all(office.app.config.data.join("backups")).unwrap();
        std::fs::write(office.app.config.data.join("backups"), "in the way").unwrap();
        let later = office.app.ground.clock.now().checked_add(25.hours()).unwrap();
        office.app.ground.clock.set(later);
        server::copy_when_due(&office.app).await.unwrap_err();
        let health = server::check_health(&office.app).await.unwrap();
        assert!(
            health.lines.iter().any(|line| line.colour == "late" && line.words.contains("“每日备份”")),
            "{health:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_nobody_does_is_on_the_health_page() {
    TestOffice::each(async |office| {
        let ctx = office.ctx("desk");
        office
            .app
            .db
            .write(move |tx| jobs::enqueue(tx, &ctx, "call", "TS-1", &serde_json::Value::Null, ctx.now))
            .await
            .unwrap();
        assert!(server::check_health(&office.app).await.unwrap().is_well());
        office.app.ground.clock.set(office.app.ground.clock.now().checked_add(11.minutes()).unwrap());
        let health = server::check_health(&office.app).await.unwrap();
        assert!(health.lines.iter().any(|line| line.words.contains("1 个“call”任务")), "{health:?}");
    })
    .await;
}
