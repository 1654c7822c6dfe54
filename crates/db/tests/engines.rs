//! The same story on both engines, and what only one of them must prove.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use db::{Db, Error, Migration, SEARCH, Select, Sql, Text, Value, params, testing::TestDatabase};
use jiff::Timestamp;

const ITEM: Migration = Migration {
    number: 1,
    name: "item",
    text: Text::Same(
        "CREATE TABLE item (\n id UUID PRIMARY KEY,\n name TEXT NOT NULL UNIQUE,\n n BIGINT,\n real DOUBLE PRECISION,\n yes BOOLEAN,\n raw BYTEA,\n version BIGINT NOT NULL DEFAULT 1\n);\nCREATE TABLE counter (\n kind TEXT PRIMARY KEY,\n last BIGINT NOT NULL\n);\n",
    ),
};
static ALL: &[Migration] = &[SEARCH, ITEM];

const fn sql(text: &'static str) -> Sql {
    Sql { name: "test", text }
}
const INSERT: Sql = sql("INSERT INTO item (id, name, n, real, yes, raw) VALUES ($1, $2, $3, $4, $5, $6)");
const NEXT: Sql = sql("INSERT INTO counter (kind, last) VALUES ($1, 1) \
     ON CONFLICT (kind) DO UPDATE SET last = counter.last + 1 RETURNING last");
const COUNT: Sql = sql("SELECT COUNT(*) FROM item");

fn id(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

async fn on_each<F: Future<Output = ()>>(story: impl Fn(Db) -> F) {
    let sqlite = TestDatabase::sqlite(ALL).await.unwrap();
    story(sqlite.db.clone()).await;
    if let Some(postgres) = TestDatabase::postgres(ALL).await.unwrap() {
        story(postgres.db.clone()).await;
    }
}

async fn add(db: &Db, n: u128, name: &str) -> Result<(), Error> {
    let name = name.to_owned();
    db.write(move |tx| tx.execute(&INSERT, &params![id(n), name, 1, 0.5, true, vec![1_u8]]).map(drop)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_went() {
    on_each(|db| async move {
        let at: Timestamp = "2026-04-15T01:02:03.004Z".parse().unwrap();
        db.write(move |tx| tx.execute(&INSERT, &params![id(1), "甲", at, 0.25, true, vec![0_u8, 255]])).await.unwrap();
        db.write(move |tx| tx.execute(&INSERT, &params![id(2), "乙", None::<i64>, None::<f64>, false, None::<Vec<u8>>]))
            .await
            .unwrap();
        let rows = db.read(|tx| tx.query(&sql("SELECT * FROM item ORDER BY id"), &[])).await.unwrap();
        assert_eq!(rows[0].get::<uuid::Uuid>("id").unwrap(), id(1));
        assert_eq!(rows[0].get::<Timestamp>("n").unwrap(), at);
        assert_eq!(rows[0].get::<f64>("real").unwrap(), 0.25);
        assert!(rows[0].get::<bool>("yes").unwrap());
        assert_eq!(rows[0].get::<Vec<u8>>("raw").unwrap(), vec![0, 255]);
        assert_eq!(rows[1].get::<Option<i64>>("n").unwrap(), None);
        assert!(!rows[1].get::<bool>("yes").unwrap());
        assert!(matches!(rows[1].get::<i64>("name"), Err(Error::Column { name: "name", .. })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_command_leaves_nothing_and_a_stale_one_is_told() {
    on_each(|db| async move {
        add(&db, 1, "甲").await.unwrap();
        let twice = db
            .write(|tx| {
                tx.execute(&INSERT, &params![id(2), "乙", 1, 0.5, true, vec![1_u8]])?;
                tx.execute(&INSERT, &params![id(3), "甲", 1, 0.5, true, vec![1_u8]])
            })
            .await;
        assert!(twice.unwrap_err().is_unique("item.name"));
        assert_eq!(db.read(|tx| tx.scalar::<i64>(&COUNT, &[])).await.unwrap(), 1);

        let save = sql("UPDATE item SET n = $1, version = version + 1 WHERE id = $2 AND version = $3");
        db.write(move |tx| tx.exactly_one(&save, &params![5, id(1), 1])).await.unwrap();
        let late = db.write(move |tx| tx.exactly_one(&save, &params![6, id(1), 1])).await;
        assert!(matches!(late, Err(Error::Stale)));

        let panicked: Result<(), Error> = db.write(|_| panic!("on purpose")).await;
        assert!(matches!(panicked, Err(Error::Panicked(words)) if words == "on purpose"));
        add(&db, 9, "after a panic").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_go_by_number_and_not_by_place() {
    on_each(|db| async move {
        add(&db, 1, "甲").await.unwrap();
        let rename = sql("UPDATE item SET name = $2, n = $3 WHERE id = $1 AND name <> $2");
        db.write(move |tx| tx.exactly_one(&rename, &params![id(1), "乙", 7])).await.unwrap();
        let found = sql("SELECT n FROM item WHERE name = $1");
        assert_eq!(db.read(move |tx| tx.scalar::<i64>(&found, &params!["乙"])).await.unwrap(), 7);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_tasks_number_without_gap() {
    on_each(|db| async move {
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..8_u128 {
            let db = db.clone();
            tasks.spawn(async move {
                for n in 0..25_u128 {
                    let number = db
                        .write(move |tx| {
                            let number: i64 = tx.scalar(&NEXT, &params!["a"])?;
                            // Every fifth command is refused after it took its number.
                            if n % 5 == 0 {
                                return Err(Error::Stale);
                            }
                            let name = format!("{number}");
                            tx.execute(&INSERT, &params![id(task * 100 + n + 1), name, number, 0.5, true, vec![1_u8]])?;
                            Ok(number)
                        })
                        .await;
                    assert_eq!(number.is_err(), n % 5 == 0);
                }
            });
        }
        tasks.join_all().await;
        let rows = db.read(|tx| tx.query(&sql("SELECT n FROM item ORDER BY n"), &[])).await.unwrap();
        let numbers: Vec<i64> = rows.iter().map(|row| row.get("n").unwrap()).collect();
        assert_eq!(numbers, (1..=160).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_wait_together_share_a_commit() {
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let before = test.db.counters().unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..200_u128 {
        let db = test.db.clone();
        let path = db.path().unwrap().to_owned();
        tasks.spawn(async move {
            add(&db, n + 1, &n.to_string()).await.unwrap();
            // The answer came, so another connection must see the row: the commit was before the answer.
            let other = rusqlite::Connection::open(path).unwrap();
            let found: i64 =
                other.query_row("SELECT COUNT(*) FROM item WHERE name = ?1", [n.to_string()], |r| r.get(0)).unwrap();
            assert_eq!(found, 1);
        });
    }
    tasks.join_all().await;
    let after = test.db.counters().unwrap();
    let (commands, commits) = (after.commands - before.commands, after.commits - before.commits);
    assert_eq!(commands, 200);
    assert!(commits < commands, "{commits} commits for {commands} commands");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_may_migrate_together_and_a_newer_schema_is_refused() {
    static NEWER: &[Migration] = &[SEARCH, ITEM, Migration { number: 7, name: "later", ..ITEM_LATER }];
    const ITEM_LATER: Migration =
        Migration { number: 7, name: "later", text: Text::Same("CREATE TABLE later (\n id UUID PRIMARY KEY\n);\n") };
    on_each(|db| async move {
        let (one, two) = tokio::join!(
            db.migrate(NEWER, None, Timestamp::UNIX_EPOCH),
            db.migrate(NEWER, None, Timestamp::UNIX_EPOCH)
        );
        let done = [one.unwrap().applied, two.unwrap().applied].concat();
        assert_eq!(done, vec![7]);
        let old = db.migrate(ALL, None, Timestamp::UNIX_EPOCH).await;
        assert!(matches!(old, Err(Error::SchemaNewer { found: 7, known: 1 })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_before_a_filled_database_is_changed() {
    static NEWER: &[Migration] = &[
        SEARCH,
        ITEM,
        Migration { number: 2, name: "x", text: Text::Same("CREATE TABLE x (\n id UUID PRIMARY KEY\n);\n") },
    ];
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    add(&test.db, 1, "甲").await.unwrap();
    let report = test.db.migrate(NEWER, Some(test.folder()), Timestamp::UNIX_EPOCH).await.unwrap();
    let copy = rusqlite::Connection::open(report.backup.unwrap()).unwrap();
    let kept: i64 = copy.query_row("SELECT COUNT(*) FROM item", [], |r| r.get(0)).unwrap();
    let changed: i64 = copy.query_row("SELECT COUNT(*) FROM sqlite_master WHERE name = 'x'", [], |r| r.get(0)).unwrap();
    assert_eq!((kept, changed), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_the_same_on_both() {
    on_each(|db| async move {
        for (n, tokens) in [(1, "退货 货物 物坏 abc 91110302306646672b"), (2, "退款 货到"), (3, "退 换货 退货")] {
            let tokens: Vec<String> = tokens.split(' ').map(str::to_owned).collect();
            db.write(move |tx| tx.search_put(id(n), &tokens)).await.unwrap();
        }
        db.write(|tx| tx.search_put(id(2), &["退款".to_owned(), "新".to_owned()])).await.unwrap();
        for (phrases, found) in [
            (vec![vec!["退货"]], vec![1, 3]),
            (vec![vec!["退货", "货物"]], vec![1]),
            (vec![vec!["货物", "退货"]], vec![]),
            (vec![vec!["退货"], vec!["abc"]], vec![1]),
            (vec![vec!["货到"]], vec![]),
            (vec![vec!["新"]], vec![2]),
        ] {
            let phrases: Vec<Vec<String>> =
                phrases.iter().map(|p| p.iter().map(|t| (*t).to_owned()).collect()).collect();
            let query = db::match_query(db.engine(), &phrases);
            let statement = sql("SELECT doc FROM search_document WHERE doc IN SEARCH_DOCS($1) ORDER BY doc");
            let rows = db.read(move |tx| tx.query(&statement, &[query])).await.unwrap();
            let docs: Vec<uuid::Uuid> = rows.iter().map(|row| row.get("doc").unwrap()).collect();
            assert_eq!(docs, found.into_iter().map(id).collect::<Vec<_>>(), "{phrases:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_column_is_caught_without_running() {
    on_each(|db| async move {
        let texts = [("good", "SELECT name FROM item WHERE n = $1"), ("bad", "SELECT nmae FROM item")];
        let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let failed = db.write(move |tx| Ok::<_, Error>(tx.unprepared(&texts[..1]))).await.unwrap();
        assert_eq!(failed, Vec::<String>::new());
        let bad = ("bad".to_owned(), "SELECT nmae FROM item".to_owned());
        let failed = db.write(move |tx| Ok::<_, Error>(tx.unprepared(std::slice::from_ref(&bad)))).await.unwrap();
        assert_eq!(failed.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_replaced() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    add(&test.db, 1, "before").await.unwrap();
    let kill = sql("SELECT CAST(COUNT(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()");
    let other = Db::open(&std::env::var("XIAOBAO_TEST_POSTGRES").unwrap()).await.unwrap();
    other.close().await;
    let _ = test.db.write(move |tx| tx.query(&kill, &[])).await;
    add(&test.db, 2, "after").await.unwrap();
    assert_eq!(test.db.read(|tx| tx.scalar::<i64>(&COUNT, &[])).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_numbered_in_order() {
    on_each(|db| async move {
        add(&db, 1, "甲").await.unwrap();
        add(&db, 2, "乙").await.unwrap();
        let list = Select::from("SELECT name FROM item")
            .and("name = ?", [Value::Text("乙".to_owned())])
            .and_some("n = ?", Some(&1_i64))
            .and_some("n = ?", None::<&i64>)
            .order("name")
            .limit(10);
        let rows = db.read(move |tx| tx.select(&list)).await.unwrap();
        assert_eq!(rows.len(), 1);
    })
    .await;
}
