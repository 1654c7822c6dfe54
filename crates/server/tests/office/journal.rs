//! SEC_47: whoever changes the journal in the database is found.

use db::{Sql, params};
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
