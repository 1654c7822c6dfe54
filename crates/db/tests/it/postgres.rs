//! What only a server can do to us: dead-locks, lost connections, an unknown end.

use std::sync::{
    Arc, Barrier,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use db::{Age, Config, Db, Error, Migration, SEARCH, Text, params, testing::TestDatabase};
use tokio_postgres::NoTls;

use crate::{ALL, COUNT, ITEM, NAME, add, count, id, names, sql};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_dead_locked_commands_one_is_run_again() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    add(&test.db, 1, "甲").await.unwrap();
    add(&test.db, 2, "乙").await.unwrap();
    let (both, runs) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    let crossing = |from: u128, to: u128| {
        let (db, both, runs) = (test.db.clone(), Arc::clone(&both), Arc::clone(&runs));
        let mut first = true;
        tokio::spawn(async move {
            let bump = sql("UPDATE item SET version = version + 1 WHERE id = $1");
            db.write(move |tx| {
                runs.fetch_add(1, SeqCst);
                tx.exactly_one(&bump, &params![id(from)])?;
                if std::mem::take(&mut first) {
                    both.wait();
                }
                tx.exactly_one(&bump, &params![id(to)])
            })
            .await
        })
    };
    let (one, two) = (crossing(1, 2), crossing(2, 1));
    one.await.unwrap().unwrap();
    two.await.unwrap().unwrap();
    assert_eq!(runs.load(SeqCst), 3);
    let versions = sql("SELECT COUNT(*) FROM item WHERE version = 3");
    assert_eq!(test.db.read(move |tx| tx.scalar::<i64>(&versions, &[])).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_before_the_commit_is_replaced_and_the_command_run_again() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let cut = sql("SELECT pg_terminate_backend(pg_backend_pid())");
    test.db
        .write(move |tx| {
            tx.execute(&NAME, &params![id(1), "甲"])?;
            if counted.fetch_add(1, SeqCst) == 0 {
                tx.query(&cut, &[])?;
            }
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    assert_eq!(runs.load(SeqCst), 2);
    assert_eq!(names(&test.db).await, ["甲"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_while_committing_is_told_and_never_run_again() {
    static FATAL: &[Migration] = &[
        SEARCH,
        ITEM,
        Migration {
            number: 2,
            name: "fatal",
            text: Text::Twin {
                sqlite: "",
                postgres: "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END; $$;
                CREATE CONSTRAINT TRIGGER item_cut AFTER INSERT ON item
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut();",
            },
        },
    ];
    let Some(test) = TestDatabase::postgres(FATAL).await.unwrap() else { return };
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let outcome = test
        .db
        .write(move |tx| {
            counted.fetch_add(1, SeqCst);
            tx.execute(&NAME, &params![id(1), "甲"]).map(drop)
        })
        .await;
    assert!(matches!(outcome, Err(Error::Unknown)), "{outcome:?}");
    assert_eq!(runs.load(SeqCst), 1);
    assert_eq!(count(&test.db).await, 0);
}

/// Cuts every connection to a test database, as a server does that is started again. From a thread of its own while this
/// one stands still: so the connections of the pool cannot learn of it before they are used.
fn cut_all(test: &TestDatabase) -> usize {
    let place = test.place();
    let cut = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (admin, connection) = tokio_postgres::connect(&place, NoTls).await.unwrap();
            tokio::spawn(connection);
            let others = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()";
            admin.query(others, &[]).await.unwrap().len()
        })
    });
    cut.join().unwrap()
}

#[tokio::test]
async fn after_the_server_cut_every_connection_the_next_command_and_the_next_query_go_through() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..12_u128 {
        let db = test.db.clone();
        tasks.spawn(async move { add(&db, n + 1, &n.to_string()).await.unwrap() });
    }
    tasks.join_all().await;
    assert!(cut_all(&test) > 1);
    assert_eq!(count(&test.db).await, 12);
    assert!(cut_all(&test) > 0);
    add(&test.db, 99, "after").await.unwrap();
    assert_eq!(count(&test.db).await, 13);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_in_rows_that_nobody_waited_for_is_not_lost() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let outcome = test
        .db
        .write(|tx| {
            tx.execute(
                &sql("INSERT INTO counter SELECT CAST(n AS TEXT), n FROM generate_series(1, 9000) n"),
                &[],
            )?;
            let late = sql("SELECT 1 / (8000 - last) FROM counter");
            let _hidden = tx.for_each(&late, &[], |_| Err(Error::Stale));
            Ok::<_, Error>(())
        })
        .await;
    assert!(matches!(outcome, Err(Error::Fault(_))), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_running_commands() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40_u128 {
        let db = test.db.clone();
        tasks.spawn(async move { add(&db, n + 1, &n.to_string()).await });
    }
    tasks.join_next().await.unwrap().unwrap().unwrap();
    test.db.close().await;
    let mut stored = 1;
    for outcome in tasks.join_all().await {
        match outcome {
            Ok(()) => stored += 1,
            Err(error) => assert!(matches!(error, Error::Closed), "{error:?}"),
        }
    }
    let again = db::Db::open(&test.place()).await.unwrap();
    assert_eq!(count(&again).await, stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_runs_too_long_is_stopped() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let limit = std::time::Duration::from_millis(50);
    let config = db::Config { statement_timeout: limit, ..db::Config::at(test.place()) };
    let db = db::Db::open_with(&config).await.unwrap();
    let outcome = db.read(|tx| tx.query(&sql("SELECT CAST(pg_sleep(30) AS TEXT)"), &[])).await;
    assert!(matches!(outcome, Err(Error::Busy(_))), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_kind_of_parameter_is_refused_here_and_not_sent() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let outcome = test.db.write(|tx| tx.execute(&NAME, &params![id(1), 7])).await;
    match outcome {
        Err(Error::Parameter(text)) => assert!(text.contains("given whole number, wanted text"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_says_about_a_row_keeps_its_values_to_itself() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let cast = sql("SELECT CAST(name AS BIGINT) FROM item");
    add(&test.db, 1, "张三").await.unwrap();
    add(&test.db, 2, "x").await.unwrap();
    let twice = add(&test.db, 3, "张三").await.unwrap_err();
    assert!(!format!("{twice} {twice:?}").contains("张三"));
    let fault = test.db.read(move |tx| tx.query(&cast, &[])).await.unwrap_err();
    assert!(fault.to_string().starts_with("database: it::sql: "), "{fault}");
}

#[tokio::test]
async fn where_no_replica_answers_the_leader_does_and_says_so() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    add(&test.db, 1, "甲").await.unwrap();
    // Nobody listens there; a leader is no replica.
    for replica in ["postgres://postgres@127.0.0.1:1/none".to_owned(), test.place()] {
        let db = Db::open_with(&Config { replica, ..Config::at(test.place()) }).await.unwrap();
        assert!(db.has_replica());
        db.beat().await.unwrap();
        for _ in 0..2 {
            let seen = db.read_aged(|tx| tx.scalar::<i64>(&COUNT, &[])).await;
            assert_eq!(seen.unwrap(), (1, Age::Present));
        }
        db.close().await;
    }
}
