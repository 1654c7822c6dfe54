//! From the schema of every earlier migration to the newest, and back by `rollback`. The rows are those of a bureau of today, as
//! far as the earlier schema had tables and columns for them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use db::{Db, Error, Migration, Sql, Value, testing::TestDatabase};
use server::MIGRATIONS;

use crate::{
    clients::register,
    house::{House, told},
    times,
};

/// With matters in it; in the full siege the demo bureau too, whose rows are of every kind.
async fn lived_in() -> House {
    let mut house = House::sqlite().await;
    if times("XIAOBAO_SIEGE_LEVELS", 0) > 0 {
        fs::remove_dir_all(house.data()).unwrap();
        let opened = server::open(&house.data(), "", true).await.unwrap();
        assert!(server::demo::fill_with(&opened.app, 20, 30).await.unwrap());
        opened.app.db.close().await;
        return house;
    }
    house.start(&["--no-daily-backup"]);
    for at in 0..5 {
        let answer = register(house.port, &house.token, &format!("u{at}")).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    house.stop();
    house
}

fn sql(text: String) -> Sql {
    Sql { name: "test", text: text.leak() }
}

/// The schema as it was when migration `at` of the list was the newest.
fn until(at: usize) -> &'static [Migration] {
    &MIGRATIONS[..=at]
}

async fn open(place: &str) -> Db {
    Db::open(place).await.unwrap()
}

/// Copies into `to`, an SQLite file of an earlier schema, what it has room for.
async fn fill(from: &Db, to: &Db) {
    let newest = from.list_tables().await.unwrap();
    let mut work: Vec<(Sql, Vec<Vec<Value>>)> = Vec::new();
    for table in to.list_tables().await.unwrap() {
        let Some(source) = newest.iter().find(|it| it.name() == table.name()) else { continue };
        let columns: Vec<_> =
            table.columns().iter().filter(|name| source.columns().contains(name)).cloned().collect();
        let names = columns.join(", ");
        let read = sql(format!("SELECT {names} FROM {}", table.name()));
        let rows = from.read(move |tx| tx.query(&read, &[])).await.unwrap();
        let places = (1..=columns.len()).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
        let write =
            sql(format!("INSERT INTO {} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING", table.name()));
        work.push((write, rows.iter().map(|row| row.values().to_vec()).collect()));
    }
    to.write(move |tx| {
        tx.query(&sql("PRAGMA defer_foreign_keys = ON".to_owned()), &[])?;
        for (write, rows) in &work {
            for row in rows {
                tx.execute(write, row)?;
            }
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

async fn counts(db: &Db) -> BTreeMap<String, u64> {
    db.contents().await.unwrap().into_iter().map(|content| (content.table, content.rows)).collect()
}

/// A data folder with the database of an earlier schema in it, or on a server.
struct Earlier {
    data: PathBuf,
    place: String,
    rows: BTreeMap<String, u64>,
}

async fn earlier(house: &House, from: &Db, at: usize, server: Option<&TestDatabase>) -> Earlier {
    let data = house.data().join(format!("../level-{at}-{}", server.is_some()));
    fs::create_dir_all(&data).unwrap();
    fs::copy(house.data().join("keys.txt"), data.join("keys.txt")).unwrap();
    let file = data.join("xiaobao.db").to_string_lossy().into_owned();
    let old = open(&file).await;
    old.migrate(until(at), None, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    fill(from, &old).await;
    let rows = counts(&old).await;
    let mut place = String::new();
    if let Some(server) = server {
        server.db.migrate(until(at), None, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        old.move_to(&server.db, true).await.unwrap();
        place = server.place();
    }
    old.close().await;
    if server.is_some() {
        fs::remove_file(&file).unwrap();
    }
    Earlier { data, place, rows }
}

impl Earlier {
    fn database(&self) -> String {
        if self.place.is_empty() {
            self.data.join("xiaobao.db").to_string_lossy().into_owned()
        } else {
            self.place.clone()
        }
    }

    /// Opens it as the program of today does; everything that was there is there, the journal is whole.
    async fn carried_on(&self, applied: Option<usize>) {
        let opened = server::open(&self.data, &self.place, false).await.unwrap();
        if let Some(applied) = applied {
            assert_eq!(opened.report.applied.len(), applied);
            assert!(opened.report.backup.is_some(), "{:?}", opened.report.warnings);
        }
        let db = &opened.app.db;
        let now = counts(db).await;
        for (table, rows) in &self.rows {
            assert!(
                *rows == 0 || now.get(table).is_some_and(|count| count >= rows),
                "{table}: {rows} before, {:?}",
                now.get(table)
            );
        }
        let keyring = opened.app.ground.keyring.clone();
        let verdict = db.read(move |tx| journal::verify(tx, &keyring)).await.unwrap();
        assert!(verdict.broken.is_empty(), "{verdict}");
        let health = server::check_health(&opened.app).await.unwrap();
        assert!(health.lines.iter().any(|line| line.name == "期限复核" && line.colour == "ok"), "{health:?}");
        db.close().await;
    }

    /// The program of that time refuses what the newer one made; after the rollback it finds everything as it left it.
    async fn rolled_back(&self, at: usize) {
        let db = open(&self.database()).await;
        let refused = db.migrate(until(at), None, jiff::Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(matches!(refused, Error::SchemaNewer { .. }), "{refused}");
        assert!(refused.to_string().contains("请使用新版程序打开"), "{refused}");
        db.close().await;
        let asked = server::safekeeping::roll_back(&self.data, &self.place, None, false).await.unwrap();
        assert!(asked.kept.is_none());
        let done = server::safekeeping::roll_back(&self.data, &self.place, None, true).await.unwrap();
        assert!(done.kept.is_some_and(|kept| kept.is_file()));
        let db = open(&self.database()).await;
        let report = db.migrate(until(at), None, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        assert!(report.applied.is_empty(), "the program of that time has nothing to do");
        assert_eq!(counts(&db).await, self.rows);
        db.close().await;
        // The next upgrade's copy would have the same name within the second.
        fs::remove_dir_all(self.data.join("backups")).unwrap();
    }
}

/// Which places of the list are tried: a few with the tests, all in the full siege.
fn levels() -> Vec<usize> {
    let last = MIGRATIONS.len() - 2;
    if times("XIAOBAO_SIEGE_LEVELS", 0) > 0 { (1..=last).collect() } else { vec![1, 4, 9, last] }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_earlier_schema_is_carried_on_and_rollback_brings_it_back() {
    let house = lived_in().await;
    let from = open(&house.data().join("xiaobao.db").to_string_lossy()).await;
    let mut done = 0;
    for at in levels() {
        let old = earlier(&house, &from, at, None).await;
        old.carried_on(Some(MIGRATIONS.len() - at - 1)).await;
        old.rolled_back(at).await;
        old.carried_on(None).await;
        done += 1;
        let full = times("XIAOBAO_SIEGE_LEVELS", 0) > 0;
        if !full && at != 4 {
            continue;
        }
        let Some(server) = TestDatabase::postgres(&[]).await.unwrap() else { continue };
        let old = earlier(&house, &from, at, Some(&server)).await;
        old.carried_on(Some(MIGRATIONS.len() - at - 1)).await;
        old.rolled_back(at).await;
        old.carried_on(None).await;
        done += 1;
    }
    from.close().await;
    println!("upgrades and rollbacks: {done}");
}

fn program(words: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xiaobao"));
    command.args(words).arg("--data").arg(data).env("XIAOBAO_LOG", "off");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_was_killed_begins_again_and_nothing_is_by_half() {
    let house = lived_in().await;
    let from = open(&house.data().join("xiaobao.db").to_string_lossy()).await;
    for at in 0..times("XIAOBAO_SIEGE_BREAKS", 3) {
        let old = earlier(&house, &from, 4, None).await;
        let mut child = program(&["check"], &old.data).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(20 + 40 * (at as u64 % 20)));
        child.kill().unwrap();
        child.wait().unwrap();
        let output = program(&["audit", "verify"], &old.data).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        old.carried_on(None).await;
        fs::remove_dir_all(&old.data).unwrap();
    }
    from.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_is_a_command_that_asks_first_and_a_damaged_copy_changes_nothing() {
    let house = lived_in().await;
    let none = house.refused(&["rollback"]);
    assert!(none.contains("没有升级前自动备份"), "{none}");
    let from = open(&house.data().join("xiaobao.db").to_string_lossy()).await;
    let old = earlier(&house, &from, MIGRATIONS.len() - 2, None).await;
    from.close().await;
    old.carried_on(Some(1)).await;
    let asked = program(&["rollback"], &old.data).output().unwrap();
    assert!(!asked.status.success() && told(&asked).contains("没有改动任何内容"), "{}", told(&asked));
    assert!(told(&asked).contains("条不在备份里"), "{}", told(&asked));
    let damaged = old.data.join("backups/before-migration-x.db");
    fs::write(&damaged, "不是数据库").unwrap();
    let refused =
        program(&["rollback", "--yes", "--to", &damaged.to_string_lossy()], &old.data).output().unwrap();
    assert!(!refused.status.success(), "{}", told(&refused));
    old.carried_on(None).await;
    fs::remove_file(&damaged).unwrap();
    let done = program(&["rollback", "--yes"], &old.data).output().unwrap();
    assert!(done.status.success() && told(&done).contains("请换回旧版程序再启动"), "{}", told(&done));
    old.carried_on(Some(1)).await;
}
