//! Migrations: forward, once, under a lock, with a copy before.

use db::{Db, Engine, Error, Migration, SEARCH, Text, params, testing::TestDatabase};
use jiff::Timestamp;

use crate::{ALL, ITEM, add, count, id, sql};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const LATER: Migration = Migration {
    number: 7,
    name: "later",
    text: Text::Same("CREATE TABLE later (id UUID PRIMARY KEY, at TEXT);"),
};
static NEWER: &[Migration] = &[SEARCH, ITEM, LATER];

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_that_start_together_migrate_once() {
    static NOTHING: &[Migration] = &[];
    let sqlite = TestDatabase::sqlite(NOTHING).await.unwrap();
    let postgres = TestDatabase::postgres(NOTHING).await.unwrap();
    for test in [Some(sqlite), postgres].into_iter().flatten() {
        let mut programs = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let place = test.place();
            programs.spawn(async move {
                let db = Db::open(&place).await.unwrap();
                db.migrate(NEWER, None, NOW).await.unwrap().applied
            });
        }
        let applied = programs.join_all().await;
        assert_eq!(applied.iter().filter(|numbers| **numbers == [0, 1, 7]).count(), 1, "{applied:?}");
        assert_eq!(applied.concat().len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_and_a_changed_migration_are_refused() {
    static CHANGED: &[Migration] =
        &[SEARCH, Migration { text: Text::Same("CREATE TABLE item (id UUID PRIMARY KEY);"), ..ITEM }, LATER];
    static MISSING: &[Migration] = &[SEARCH, LATER];
    static UNSORTED: &[Migration] = &[SEARCH, LATER, ITEM];
    TestDatabase::each(NEWER, async |db| {
        let older = db.migrate(ALL, None, NOW).await.unwrap_err();
        assert!(matches!(older, Error::SchemaNewer { found: 7, known: 1 }));
        assert_eq!(older.to_string(), "数据库版本 7 高于本程序支持的 1，请使用新版程序打开");
        for migrations in [CHANGED, MISSING] {
            let other = db.migrate(migrations, None, NOW).await.unwrap_err();
            assert!(matches!(other, Error::MigrationChanged { number: 1, .. }), "{other:?}");
        }
        assert!(db.migrate(UNSORTED, None, NOW).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_fails_leaves_the_schema_as_it_was() {
    static BROKEN: &[Migration] = &[
        SEARCH,
        ITEM,
        LATER,
        Migration {
            number: 8,
            name: "broken",
            text: Text::Same("CREATE TABLE ok (n BIGINT);\nALTER TABLE nowhere ADD COLUMN n BIGINT;"),
        },
    ];
    TestDatabase::each(ALL, async |db| {
        let failed = db.migrate(BROKEN, None, NOW).await.unwrap_err();
        assert!(failed.to_string().contains("migration 8 broken"), "{failed}");
        assert!(db.read(|tx| tx.query(&sql("SELECT id FROM later"), &[])).await.is_err());
        assert_eq!(db.migrate(NEWER, None, NOW).await.unwrap().applied, [7]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_strict_on_both_engines() {
    TestDatabase::each(NEWER, async |db| {
        let wrong = sql("INSERT INTO later (id, at) VALUES ('not an id', 'x')");
        assert!(db.write(move |tx| tx.execute(&wrong, &[])).await.is_err());
        assert!(db.write(|tx| tx.execute(&sql("INSERT INTO later (at) VALUES ('x')"), &[])).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_may_hold_what_only_one_engine_knows() {
    static TRIGGER: &[Migration] = &[
        ITEM,
        Migration {
            number: 2,
            name: "trigger",
            text: Text::Twin {
                sqlite:
                    "CREATE TRIGGER item_n AFTER INSERT ON item BEGIN
                UPDATE item SET n = 42 WHERE id = new.id; UPDATE item SET version = 2 WHERE id = new.id; END;",
                postgres: "CREATE FUNCTION item_n() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN NEW.n = 42; NEW.version = 2; RETURN NEW; END; $$;
                CREATE TRIGGER item_n BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION item_n();",
            },
        },
    ];
    TestDatabase::each(TRIGGER, async |db| {
        add(&db, 1, "甲").await.unwrap();
        let row = db.read(|tx| tx.one(&sql("SELECT n, version FROM item"), &[])).await.unwrap().unwrap();
        assert_eq!((row.get::<i64>("n").unwrap(), row.get::<i64>("version").unwrap()), (42, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_before_a_database_in_use_is_changed() {
    let sqlite = TestDatabase::sqlite(ALL).await.unwrap();
    let postgres = TestDatabase::postgres(ALL).await.unwrap();
    for test in [Some(sqlite), postgres].into_iter().flatten() {
        add(&test.db, 1, "甲").await.unwrap();
        let folder = test.folder().join("backups");
        let report = test.db.migrate(NEWER, Some(&folder), NOW).await.unwrap();
        assert_eq!(report.applied, [7]);
        match (test.db.engine(), report.backup) {
            (Engine::Sqlite, Some(copy)) => {
                assert!(
                    copy.ends_with(format!("before-migration-19700101-080000-{}.db", std::process::id()))
                );
                let copy = Db::open(&copy.to_string_lossy()).await.unwrap();
                assert_eq!(count(&copy).await, 1);
                assert!(copy.read(|tx| tx.query(&sql("SELECT id FROM later"), &[])).await.is_err());
            }
            (Engine::Postgres, Some(copy)) => assert!(std::fs::read(copy).unwrap().starts_with(b"PGDMP")),
            (Engine::Postgres, None) => assert!(report.warnings[0].contains("pg_dump")),
            (Engine::Sqlite, None) => panic!("no copy"),
        }
        let again = test.db.migrate(NEWER, Some(&folder), NOW).await.unwrap();
        assert_eq!((again.applied, again.backup), (vec![], None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_whole_checked_and_never_written_over() {
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    add(&test.db, 1, "甲").await.unwrap();
    let to = test.folder().join("copy.db");
    test.db.backup_to(&to).await.unwrap();
    add(&test.db, 2, "乙").await.unwrap();
    assert!(test.db.backup_to(&to).await.is_err());
    let copy = Db::open(&to.to_string_lossy()).await.unwrap();
    assert_eq!(count(&copy).await, 1);
    assert!(!test.folder().join("copy.db.part").exists());

    // A copy in which a reference leads nowhere is not called a backup.
    let outside = rusqlite::Connection::open(test.place()).unwrap();
    outside.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let orphan = "INSERT INTO part (id, item_id, kind, label) VALUES (x'01', x'02', 'nut', 'x')";
    outside.execute(orphan, []).unwrap();
    let second = test.folder().join("second.db");
    assert!(test.db.backup_to(&second).await.is_err());
    assert!(!second.exists());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_file_and_its_copies_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let copy = test.folder().join("copy.db");
    test.db.backup_to(&copy).await.unwrap();
    for file in [test.place().into(), copy] {
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600,
            "{}",
            file.display()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_may_wait() {
    TestDatabase::each(ALL, async |db| {
        let outside = std::thread::spawn(move || {
            db.write_blocking(|tx| tx.execute(&crate::NAME, &params![id(1), "甲"])).unwrap();
            db.read_blocking(|tx| tx.scalar::<i64>(&crate::COUNT, &[])).unwrap()
        });
        let counted = tokio::task::spawn_blocking(move || outside.join().unwrap()).await.unwrap();
        assert_eq!(counted, 1);
    })
    .await;
}
