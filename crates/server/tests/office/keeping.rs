//! What keeps, forgets and carries data knows every table: held against a row in each of them, whoever made it.

use std::{collections::BTreeMap, fs};

use db::{Tx, Value, params};
use testkit::TestOffice;

use crate::{
    every_table::{NAME, PHONE, counts, fill},
    settings::{consultation, enable, everything, found, sql, work},
};

/// Where words about the person may stay: the chained journal, and the search words of officers in lists of their own.
const STAYS: &[&str] = &[
    // Ids of officers and codes of reasons, which only this story fills with a name.
    "paper.hands",
    "matter_return.reason",
    "trader_link.why",
    // Which parts of a name agreed, by their codes.
    "trader_link.evidence",
];

#[tokio::test(flavor = "multi_thread")]
async fn sec_34_what_is_forgotten_is_forgotten_in_every_column_of_every_room() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let facts = format!("{NAME}问手机三包，回电139-0000-1234");
        let number = consultation(&mut desk, NAME, PHONE, &facts).await;
        // The decision comes first: a proposal of the filler's own making has no rule to be shown.
        enable(&office, "consultation", "36").await;
        fill(&office, &number, &["retention_run", "retention_item"]).await;
        // Half a year later: not due with the first.
        office.set_day("2027-03-23");
        desk = office.sign_in_again("desk").await;
        let kept = consultation(&mut desk, "司马保全", "13900002222", "司马保全问退货").await;
        let view =
            [("name", NAME), ("address", "/matters?q=%E6%AC%A7%E9%98%B3%E6%85%95%E9%9B%AA&kind=complaint")];
        assert_eq!(desk.post("/views", &view).await.status, 303);
        let before = everything(&office).await;
        let planted = found(&before, NAME);
        assert!(planted.len() > 60, "the story plants in every room: {planted:?}");
        for table in [
            "talk",
            "receipt",
            "paper",
            "odr_case",
            "report_reward",
            "dispatch",
            "portal_rating",
            "portal_photo",
        ] {
            assert!(before.iter().any(|(place, _)| place.starts_with(&format!("{table}."))), "{table}");
        }
        office.set_day("2029-10-03");
        work(&office).await;

        let after = everything(&office).await;
        for needle in [NAME, PHONE, "139-0000-1234"] {
            let mut left = found(&after, needle);
            left.retain(|place| !STAYS.contains(&place.as_str()));
            assert_eq!(left, Vec::<String>::new(), "{needle} is left");
        }
        sealed_is_gone(&office, &before, &after);
        assert_eq!(found(&after, "司马保全"), found(&before, "司马保全"), "nobody else is touched");
        let page = office.sign_in_again("desk").await.get(&format!("/matters/{kept}")).await;
        assert!(page.text().contains("司马保全问退货"));
    })
    .await;
}

/// No blind mark and no sealed value of the planted rows is what it was.
fn sealed_is_gone(office: &TestOffice, before: &[(String, Value)], after: &[(String, Value)]) {
    let marks: Vec<String> = ["party", "receipt", "odr_case"]
        .iter()
        .map(|table| office.app.ground.keyring.blind(table, NAME))
        .collect();
    for mark in &marks {
        assert!(!found(before, mark).is_empty(), "planted");
        assert_eq!(found(after, mark), Vec::<String>::new(), "a mark is left");
    }
    // Sealed values of other things: secrets of machines, what an officer or a program keeps by a rule of its own.
    let others = ["officer.", "webhook.", "draft.", "api_replay.", "export.", "sso_account."];
    let old: Vec<&(String, Value)> = before
        .iter()
        .filter(|(place, value)| {
            matches!(value, Value::Bytes(bytes) if bytes.len() > 20)
                && !others.iter().any(|it| place.starts_with(it))
        })
        .collect();
    assert!(old.len() > 5, "{old:?}");
    for (place, value) in old {
        // The people of the matter that was not due stay as they are.
        let is_left = after.iter().filter(|(other, _)| other == place).any(|(_, other)| other == value);
        assert!(!is_left || place.starts_with("party."), "{place} is as it was");
    }
}

async fn all(office: &TestOffice, statement: &str) -> Vec<String> {
    let statement = sql(statement.to_owned());
    let read = move |tx: &mut Tx| {
        tx.query(&statement, &[])?
            .iter()
            .map(|row| row.get("one"))
            .collect::<Result<Vec<String>, db::Error>>()
    };
    office.app.db.read(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_is_removed_leaves_nothing_in_any_table_and_takes_nothing_else() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let real = crate::desk::register(&mut desk).await;
        let count = |tables: Vec<String>| office.app.db.read(move |tx| counts(tx, &tables));
        let number = crate::desk::register(&mut desk).await;
        let mark = |number: String| {
            office.app.db.write(move |tx| {
                let own = "INSERT INTO trader (id, name, name_key, initials, demo, created_at) VALUES ($1, '演示商店', 'k', 'YSSD', TRUE, 0)";
                let id = uuid::Uuid::from_u128(77);
                tx.execute(&sql(own.to_owned()), &params![id])?;
                tx.search_put(id, &["演示商店".to_owned()])?;
                let demo = "UPDATE matter SET demo = TRUE, trader_id = $2 WHERE number = $1";
                tx.execute(&sql(demo.to_owned()), &params![number, id]).map(drop)
            })
        };
        let tables: Vec<String> = office.app.db.list_tables().await.unwrap().iter().map(|it| it.name().to_owned()).collect();
        let clean: BTreeMap<String, i64> = count(tables.clone()).await.unwrap();
        mark(number.clone()).await.unwrap();
        fill(&office, &number, &[]).await;
        let ids = ids(&office, &number).await;
        let full = count(tables.clone()).await.unwrap();
        let empty: Vec<_> = full.iter().filter(|(_, rows)| **rows == 0).map(|(table, _)| table.as_str()).collect();
        assert!(empty.is_empty(), "every table has a row: {empty:?}");
        let file = planted_file(&office, &number).await;

        assert_eq!(server::demo::remove(&office.app).await.unwrap(), 1);
        let after = everything(&office).await;
        for (what, needle) in &ids {
            let left: Vec<&String> = after
                .iter()
                .filter(|(place, value)| !place.starts_with("journal.") && speaks_of(value, needle))
                .map(|(place, _)| place)
                .collect();
            assert!(left.is_empty(), "{what} is left in {left:?}");
        }
        assert_eq!(found(&after, NAME), Vec::<String>::new(), "no word of the demo is left");
        assert!(!file.exists(), "nor its file");
        // What was there before is there still, but what the demo's own removal writes.
        assert_eq!(all(&office, "SELECT number AS one FROM matter").await, std::slice::from_ref(&real));
        assert!(desk.get(&format!("/matters/{real}")).await.status == 200);
        let now = count(tables).await.unwrap();
        for table in ["matter", "party", "contact", "clock", "complaint", "officer", "unit", "journal"] {
            let lost = if table == "journal" { now[table] < clean[table] } else { table != "matter" && now[table] > clean[table] || now[table] == 0 && clean[table] > 0 };
            assert!(!lost, "{table}: {} then {}", clean[table], now[table]);
        }
    })
    .await;
}

/// Ids and number of what is the demo's.
async fn ids(office: &TestOffice, number: &str) -> Vec<(&'static str, Value)> {
    let number = number.to_owned();
    let read = move |tx: &mut Tx| {
        let row = tx
            .one(&sql("SELECT id, trader_id FROM matter WHERE number = $1".to_owned()), &params![number])?
            .unwrap();
        let (matter, trader): (uuid::Uuid, uuid::Uuid) = (row.get("id")?, row.get("trader_id")?);
        let mut all = vec![
            ("matter", Value::Id(matter)),
            ("trader", Value::Id(trader)),
            ("number", Value::Text(number.clone())),
        ];
        for table in ["notice", "clock", "attachment", "talk", "webhook_delivery", "portal_draft"] {
            let own = if table == "webhook_delivery" { "number = $1" } else { "matter_id = $1" };
            let key: Value =
                if table == "webhook_delivery" { Value::Text(number.clone()) } else { Value::Id(matter) };
            for row in tx.query(&sql(format!("SELECT id FROM {table} WHERE {own}")), &[key])? {
                all.push((table, Value::Id(row.get("id")?)));
            }
        }
        Ok::<_, db::Error>(all)
    };
    office.app.db.read(read).await.unwrap()
}

fn speaks_of(value: &Value, needle: &Value) -> bool {
    match (value, needle) {
        (Value::Text(text), Value::Text(number)) => text.contains(number.as_str()),
        (Value::Text(text), Value::Id(id)) => text.contains(&id.to_string()),
        (Value::Bytes(bytes), Value::Id(id)) => bytes.as_slice() == id.as_bytes(),
        _ => value == needle,
    }
}

/// A file of the demo matter in the vault.
async fn planted_file(office: &TestOffice, number: &str) -> std::path::PathBuf {
    let folder = office.app.config.data.join("attachments");
    let _ = fs::remove_dir_all(&folder);
    let vault = matters::attachments::Vault::of(&office.app);
    let stored = matters::attachments::keep(&vault, "凭证.pdf", b"%PDF-1.4\n%%EOF\n").unwrap();
    let (ctx, number) = (office.ctx("desk"), number.to_owned());
    let add = move |tx: &mut Tx| {
        let matter = matters::find(tx, &ctx, &number)?;
        matters::attachments::add(tx, &ctx, &matter, &stored, "evidence").map(drop)
    };
    office.app.db.write(add).await.unwrap();
    let first = fs::read_dir(&folder).unwrap().flatten().next().unwrap().path();
    fs::read_dir(first).unwrap().flatten().next().unwrap().path()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_every_table_and_a_sealed_file_come_back_from_a_backup_and_a_move() {
    TestOffice::each(async |office| {
        let data = &office.app.config.data;
        fs::write(data.join("keys.txt"), office.app.ground.keyring.to_text()).unwrap();
        let number = crate::desk::register(&mut office.sign_in("desk").await).await;
        planted_file(&office, &number).await;
        let tables = fill(&office, &number, &[]).await;
        let full = office.app.db.read(move |tx| counts(tx, &tables)).await.unwrap();
        assert!(full.values().all(|rows| *rows > 0), "{full:?}");

        let (saved, back) = (data.join("backups/saved"), data.join("backups/back"));
        server::safekeeping::back_up(&office.app, &saved, true).await.unwrap();
        assert!(server::safekeeping::restore(&saved, &back, "", None).await.unwrap().whole);
        let moved = data.join("backups/moved.db");
        server::safekeeping::transfer(&office.app, &moved.to_string_lossy(), |_| Ok(())).await.unwrap();
        for place in [back.join("xiaobao.db"), moved] {
            let all = server::safekeeping::compare(&office.app, &place.to_string_lossy()).await.unwrap();
            assert!(
                all.len() == full.len() && all.iter().all(server::safekeeping::Compared::same),
                "{all:?}"
            );
        }
        // The sealed file opens in the restored office, by the keys that came along.
        let opened = server::open(&back, "", false).await.unwrap();
        let ctx = opened.app.ctx(kernel::Actor::System("测试"));
        let read = move |tx: &mut Tx| {
            let matter = matters::find(tx, &ctx, &number)?;
            matters::attachments::of(tx, matter.id)
        };
        let files = opened.app.db.read(read).await.unwrap();
        let file = files.iter().find(|file| file.name == "凭证.pdf").unwrap();
        let bytes = matters::attachments::bytes(&matters::attachments::Vault::of(&opened.app), file).unwrap();
        assert_eq!(bytes, b"%PDF-1.4\n%%EOF\n");
        opened.app.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_repeats_has_a_chinese_name_and_the_health_page_names_what_goes_in_and_out() {
    TestOffice::each(async |office| {
        let ran = server::queue().run_due(&office.app.db, &office.app.ground).await.unwrap();
        assert_eq!((ran.failed, ran.dead), (0, 0), "{ran:?}");
        let mut names = all(&office, "SELECT name AS one FROM schedule").await;
        assert!(names.len() >= 7, "{names:?}");
        names.extend(["send_notice", "webhook", "backup"].map(str::to_owned));
        for name in names {
            assert_ne!(::settings::job_name(&name), name, "{name} has no name in NAMES of settings/src/pages/jobs.rs");
        }
        let page = office.sign_in("admin").await.get("/health").await.text();
        for line in ["推送", "导入导出", "告知发送"] {
            assert!(page.contains(line), "{line}: {page}");
        }
        let stuck = "INSERT INTO export (id, number, list, filter, format, officer_id, asked_at, state) SELECT $1, 'DC-1', 'matters', $2, 'csv', id, 0, 'waiting' FROM officer WHERE login = 'desk'";
        let values = params![uuid::Uuid::from_u128(5), vec![0_u8]].to_vec();
        office.app.db.write(move |tx| tx.execute(&sql(stuck.to_owned()), &values)).await.unwrap();
        let health = server::check_health(&office.app).await.unwrap();
        assert!(!health.is_well() && health.lines.iter().any(|line| line.words.contains("导出 1 件")), "{health:?}");
    })
    .await;
}
