//! D13: background work. The queue itself is tried in `crates/jobs`.

use jiff::ToSpan as _;
use testkit::TestOffice;

fn copies(office: &TestOffice) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(office.app.config.data.join("backups")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

async fn an_altered_journal_is_loud(office: &TestOffice, day: jiff::Timestamp) {
    // What comes back is looked at, not only counted: a journal that somebody altered fails the proof.
    let alter = db::Sql { name: "test", text: "UPDATE journal SET actor = '别人'" };
    office.app.db.write(move |tx| tx.execute(&alter, &[])).await.unwrap();
    office.app.ground.clock.set(day.checked_add(77.hours()).unwrap());
    let failed = server::copy_when_due(&office.app).await.unwrap_err();
    assert!(failed.to_string().contains("日志校验不通过"), "{failed}");
    let health = server::check_health(&office.app).await.unwrap();
    let told =
        |words: &str| health.lines.iter().any(|line| line.colour == "late" && line.words.contains(words));
    assert!(told("“每日备份”") && told("请运行 xiaobao audit verify"), "{health:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_a_day_is_made_and_proved_and_a_week_of_them_kept() {
    TestOffice::each(async |office| {
        let backups = office.app.config.data.join("backups");
        assert!(server::copy_when_due(&office.app).await.unwrap());
        assert!(!server::copy_when_due(&office.app).await.unwrap(), "one a day");
        std::fs::create_dir_all(backups.join("daily-1.part")).unwrap();
        std::fs::write(backups.join("daily-1000000000000.db"), "a copy of an older program").unwrap();
        for _ in 0..7 {
            let tomorrow = office.app.ground.clock.now().checked_add(24.hours()).unwrap();
            office.app.ground.clock.set(tomorrow);
            assert!(server::copy_when_due(&office.app).await.unwrap());
        }
        let kept = copies(&office);
        assert!(kept.len() == 7 && kept.iter().all(|path| path.is_dir()), "{kept:?}");
        // The health page says when, how many rows, and their hash; the trial leaves nothing behind.
        let now = office.app.ground.clock.now();
        let proof =
            office.app.db.read(move |tx| server::safekeeping::last_proof(tx, now)).await.unwrap().unwrap();
        assert!(proof.whole && proof.rows > 20 && proof.digest.len() == 64);
        let page = office.sign_in("admin").await.get("/health").await.text();
        let words = format!("{} 行，摘要 {}；逐表逐件一致，日志完整", proof.rows, proof.digest);
        assert!(page.contains(&words) && page.contains(&kernel::office_minute(now)), "{page}");
        // Damage on the disk is found by the trial itself, and is loud until a backup comes back again.
        let tomorrow = now.checked_add(25.hours()).unwrap();
        office.app.ground.clock.set(tomorrow);
        std::fs::remove_dir_all(&backups).unwrap();
        std::fs::write(&backups, "in the way").unwrap();
        server::copy_when_due(&office.app).await.unwrap_err();
        let health = server::check_health(&office.app).await.unwrap();
        assert!(
            !health.is_well()
                && health.lines.iter().any(|line| line.colour == "late" && line.words.contains("“每日备份”")),
            "{health:?}"
        );
        office.app.ground.clock.set(tomorrow.checked_add(26.hours()).unwrap());
        server::copy_when_due(&office.app).await.unwrap_err();
        let health = server::check_health(&office.app).await.unwrap();
        assert!(
            health.lines.iter().any(|line| line.words.contains("此后两天没有新的成功备份")),
            "{health:?}"
        );
        std::fs::remove_file(&backups).unwrap();
        office.app.ground.clock.set(tomorrow.checked_add(52.hours()).unwrap());
        assert!(server::copy_when_due(&office.app).await.unwrap());
        let health = server::check_health(&office.app).await.unwrap();
        assert!(
            health.lines.iter().any(|line| line.name == "备份与试恢复" && line.colour == "ok"),
            "{health:?}"
        );
        an_altered_journal_is_loud(&office, tomorrow).await;
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
