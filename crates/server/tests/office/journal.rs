//! SEC_47: whoever changes the journal in the database is found.

use db::{Sql, params, testing::TestDatabase};
use testkit::TestOffice;

use crate::desk::register;

const fn sql(text: &'static str) -> Sql {
    Sql { name: "test", text }
}

async fn broken(office: &TestOffice) -> Vec<journal::Broken> {
    let keyring = office.app.ground.keyring.clone();
    office.app.db.read(move |tx| journal::verify(tx, &keyring)).await.unwrap().broken
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_47_every_tampering_is_found_and_its_row_named() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        for _ in 0..3 {
            register(&mut desk).await;
        }
        assert_eq!(broken(&office).await, vec![]);
        let id: uuid::Uuid = office
            .app
            .db
            .read(|tx| tx.scalar(&sql("SELECT id FROM journal WHERE verb = 'register' ORDER BY lane, seq LIMIT 1"), &[]))
            .await
            .unwrap();
        for (change, back) in [
            ("UPDATE journal SET actor = actor || 'x' WHERE id = $1", "UPDATE journal SET actor = substr(actor, 1, length(actor) - 1) WHERE id = $1"),
            ("UPDATE journal SET at = at + 1 WHERE id = $1", "UPDATE journal SET at = at - 1 WHERE id = $1"),
            ("UPDATE journal SET detail = detail || ' ' WHERE id = $1", "UPDATE journal SET detail = substr(detail, 1, length(detail) - 1) WHERE id = $1"),
            ("UPDATE journal SET verb = 'registex' WHERE id = $1", "UPDATE journal SET verb = 'register' WHERE id = $1"),
        ] {
            office.app.db.write(move |tx| tx.execute(&sql(change), &params![id])).await.unwrap();
            let found = broken(&office).await;
            assert_eq!(found.first().and_then(|broken| broken.id.clone()), Some(id.to_string()), "{change}");
            office.app.db.write(move |tx| tx.execute(&sql(back), &params![id])).await.unwrap();
            assert_eq!(broken(&office).await, vec![], "{back}");
        }
        // The last row of a lane cut off, with nothing after it to miss it.
        let cut = sql("DELETE FROM journal WHERE id IN (SELECT id FROM journal j WHERE j.seq = (SELECT MAX(k.seq) FROM journal k WHERE k.lane = j.lane) ORDER BY id LIMIT 1)");
        office.app.db.write(move |tx| tx.execute(&cut, &[])).await.unwrap();
        assert_eq!(broken(&office).await.len(), 1);
        // The head set back to the row that is now the last one, as whoever has only the database would do it.
        let back = sql("UPDATE journal_lane SET seq = seq - 1, seal = COALESCE((SELECT j.seal FROM journal j WHERE j.lane = journal_lane.lane AND j.seq = journal_lane.seq - 1), '') WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.lane = journal_lane.lane AND j.seq = journal_lane.seq)");
        office.app.db.write(move |tx| tx.execute(&back, &[])).await.unwrap();
        assert_eq!(broken(&office).await.iter().map(|broken| broken.why).collect::<Vec<_>>(), ["链头记录被改动"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_47_a_journal_without_its_heads_is_not_whole() {
    TestOffice::each(async |office| {
        register(&mut office.sign_in("desk").await).await;
        for change in ["DELETE FROM journal_lane", "UPDATE journal SET verb = 'x'"] {
            office.app.db.write(move |tx| tx.execute(&sql(change), &[])).await.unwrap();
            let found = broken(&office).await;
            assert!(!found.is_empty(), "{change}");
        }
        // An instant beyond the calendar is named, not an error that hides the rest.
        let far = sql("UPDATE journal SET at = 9000000000000000000");
        office.app.db.write(move |tx| tx.execute(&far, &[])).await.unwrap();
        assert!(broken(&office).await.iter().all(|broken| broken.id.is_some()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_alarms_equal_the_law_and_a_typed_one_is_found() {
    TestOffice::each(async |office| {
        let number = register(&mut office.sign_in("desk").await).await;
        let well = server::check_health(&office.app).await.unwrap();
        assert!(well.lines.iter().any(|line| line.name == "期限复核" && line.colour == "ok"), "{well:?}");
        let typed = sql("UPDATE matter SET next_alarm = '2027-01-01' WHERE number = $1");
        let wanted = number.clone();
        office.app.db.write(move |tx| tx.execute(&typed, &params![wanted])).await.unwrap();
        let ill = server::check_health(&office.app).await.unwrap();
        assert!(
            ill.lines.iter().any(|line| line.colour == "late" && line.words.contains(&number)),
            "{ill:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_keys_are_never_replaced_over_a_database_that_was_written_to() {
    let postgres = TestDatabase::postgres(server::MIGRATIONS).await.unwrap();
    for database in [TestDatabase::sqlite(server::MIGRATIONS).await.unwrap()].into_iter().chain(postgres) {
        let (data, place) = (database.folder().join("data"), database.place());
        let opened = server::open(&data, &place, false).await.unwrap();
        std::fs::remove_file(data.join("keys.txt")).unwrap();
        // Nothing was written yet: a first start that was cut off may begin again.
        server::open(&data, &place, false).await.unwrap();
        let ctx = opened.app.ctx(kernel::Actor::System("测试"));
        let written = opened.app.db.write(move |tx| {
            let detail = &serde_json::Value::Null;
            journal::write(
                tx,
                &ctx,
                journal::Entry { matter: None, subject: "", verb: "unit_created", state: None, detail },
            )
        });
        written.await.unwrap();
        std::fs::remove_file(data.join("keys.txt")).unwrap();
        let refused = server::open(&data, &place, false).await.err().unwrap().to_string();
        assert!(refused.contains("请从备份恢复"), "{refused}");
        assert!(!data.join("keys.txt").exists());
    }
}
