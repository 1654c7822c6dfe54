//! Group commit: many commands, few commits, and no answer before its commit.

use std::{sync::mpsc, time::Duration};

use db::{Config, Db, Error, Sql, params, testing::TestDatabase};
use uuid::Uuid;

use crate::{ALL, COUNT, NAME, Running, add, count, id, look, names, sql};

/// A second door to a test database, where no batch ends by the clock.
async fn patient(test: &TestDatabase) -> Db {
    let config = Config { commit_within: Duration::from_secs(3600), ..Config::at(test.place()) };
    Db::open_with(&config).await.unwrap()
}

/// A command that says when it runs and waits for leave to end.
struct Gate {
    running: Running<()>,
    begun: mpsc::Receiver<()>,
    leave: mpsc::Sender<()>,
}

async fn queue_gate(db: &Db) -> Gate {
    let (leave, wait) = mpsc::channel();
    let (started, begun) = mpsc::channel();
    let mut running = command(db, move |_| {
        started.send(()).unwrap();
        wait.recv().unwrap();
        Ok(())
    });
    assert!(!look(&mut running).await);
    Gate { running, begun, leave }
}

/// A gate that is already running: what is queued now joins its batch.
async fn gate(db: &Db) -> (Running<()>, mpsc::Sender<()>) {
    let gate = queue_gate(db).await;
    gate.begun.recv().unwrap();
    (gate.running, gate.leave)
}

fn command(db: &Db, work: impl FnMut(&mut db::Tx) -> Result<(), Error> + Send + 'static) -> Running<()> {
    let db = db.clone();
    Box::pin(async move { db.write(work).await })
}

fn named(db: &Db, n: u128) -> Running<()> {
    command(db, move |tx| tx.execute(&NAME, &params![id(n + 1), format!("{n:03}")]).map(drop))
}

fn seen_from_outside(test: &TestDatabase, name: &str) -> bool {
    let other = rusqlite::Connection::open(test.place()).unwrap();
    other.query_row("SELECT COUNT(*) FROM item WHERE name = ?1", [name], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_commands_that_wait_together_share_one_commit() {
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let db = patient(&test).await;
    let (gate, leave) = gate(&db).await;
    let mut waiting: Vec<_> = (0..200).map(|n| named(&db, n)).collect();
    for command in &mut waiting {
        assert!(!look(command).await);
    }
    leave.send(()).unwrap();
    gate.await.unwrap();
    for (n, command) in waiting.into_iter().enumerate() {
        command.await.unwrap();
        // The answer came, so another connection must see the row.
        assert!(seen_from_outside(&test, &format!("{n:03}")));
    }
    let done = db.counters().unwrap();
    assert_eq!((done.commands, done.commits), (201, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_leaves_before_the_commit_it_shares() {
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let db = patient(&test).await;
    let (first_gate, leave_first) = gate(&db).await;
    let mut one = named(&db, 1);
    assert!(!look(&mut one).await);
    // Queued behind `one` in the same batch: once it runs, `one` has run.
    let second = queue_gate(&db).await;
    leave_first.send(()).unwrap();
    second.begun.recv().unwrap();
    assert!(!look(&mut one).await, "answered while its transaction was open");
    assert!(!seen_from_outside(&test, "001"));
    second.leave.send(()).unwrap();
    for command in [first_gate, one, second.running] {
        command.await.unwrap();
    }
    assert!(seen_from_outside(&test, "001"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_command_and_a_panic_leave_the_others_of_their_batch() {
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let db = patient(&test).await;
    let (gate, leave) = gate(&db).await;
    let refused = command(&db, |tx| {
        tx.execute(&NAME, &params![id(50), "refused"])?;
        Err(Error::Stale)
    });
    let twice = command(&db, |tx| {
        tx.execute(&NAME, &params![id(51), "twice"])?;
        tx.execute(&NAME, &params![id(52), "001"]).map(drop)
    });
    let panicked = command(&db, |tx| {
        tx.execute(&NAME, &params![id(53), "panicked"])?;
        panic!("on purpose")
    });
    let mut batch = [named(&db, 1), refused, twice, panicked, named(&db, 2)];
    for command in &mut batch {
        assert!(!look(command).await);
    }
    leave.send(()).unwrap();
    gate.await.unwrap();
    let [first, refused, twice, panicked, last] = batch;
    first.await.unwrap();
    assert!(matches!(refused.await, Err(Error::Stale)));
    assert!(twice.await.unwrap_err().is_unique("item.name"));
    assert!(matches!(panicked.await, Err(Error::Panicked(words)) if words == "on purpose"));
    last.await.unwrap();
    assert_eq!(names(&db).await, ["001", "002"]);
    assert_eq!(db.counters().unwrap().commits, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_the_batch_and_says_so_to_every_command_of_it() {
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let db = patient(&test).await;
    let pages: i64 = db.read(|tx| tx.scalar(&sql("PRAGMA page_count"), &[])).await.unwrap();
    let limit = |db: &Db, pages: i64| {
        // The limit is a setting of the connection, not a parameter.
        let text: &'static str = format!("PRAGMA max_page_count = {pages}").leak();
        command(db, move |tx| tx.query(&sql(text), &[]).map(drop))
    };
    limit(&db, pages + 2).await.unwrap();
    let (gate, leave) = gate(&db).await;
    let large = command(&db, |tx| {
        let raw = vec![7_u8; 1 << 20];
        tx.execute(
            &sql("INSERT INTO item (id, name, raw) VALUES ($1, $2, $3)"),
            &params![id(99), "large", raw],
        )
        .map(drop)
    });
    let mut batch = [named(&db, 1), large, named(&db, 2)];
    for command in &mut batch {
        assert!(!look(command).await);
    }
    leave.send(()).unwrap();
    let gate = gate.await;
    let [first, large, last] = batch;
    let outcomes = [first.await.is_ok(), large.await.is_ok(), last.await.is_ok()];
    limit(&db, 1 << 20).await.unwrap();
    assert!(gate.is_err(), "the first command of the batch was told that it is stored");
    let stored = names(&db).await;
    for (name, ok) in ["001", "large", "002"].into_iter().zip(outcomes) {
        assert_eq!(stored.contains(&name.to_owned()), ok, "{name}: {outcomes:?}, {stored:?}");
    }
    assert!(!outcomes[0] && !outcomes[1]);
    add(&db, 70, "room again").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_what_is_queued_and_refuses_what_comes_later() {
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let db = patient(&test).await;
    let (gate, leave) = gate(&db).await;
    let mut queued: Vec<_> = (0..50).map(|n| named(&db, n)).collect();
    for command in &mut queued {
        assert!(!look(command).await);
    }
    let closing = tokio::spawn({
        let db = db.clone();
        async move { db.close().await }
    });
    leave.send(()).unwrap();
    gate.await.unwrap();
    for command in queued {
        command.await.unwrap();
    }
    closing.await.unwrap();
    assert!(matches!(add(&db, 99, "late").await, Err(Error::Closed)));
    assert!(matches!(db.read(|tx| tx.scalar::<i64>(&COUNT, &[])).await, Err(Error::Closed)));
    assert_eq!(count(&test.db).await, 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_goes_on_when_its_caller_has_gone() {
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let db = patient(&test).await;
    let (gate, leave) = gate(&db).await;
    let mut abandoned = named(&db, 1);
    assert!(!look(&mut abandoned).await);
    drop(abandoned);
    leave.send(()).unwrap();
    gate.await.unwrap();
    assert_eq!(names(&db).await, ["001"]);
}

/// A command that looks has the words of those before it written inside its own savepoint; when that is undone they still come.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_batch_outlive_a_command_that_looked_and_failed() {
    const FOUND: Sql = sql("SELECT doc FROM search_document WHERE doc IN SEARCH_DOCS($1) ORDER BY doc");
    fn found(tx: &mut db::Tx) -> Result<Vec<Uuid>, Error> {
        let query = db::match_query(tx.engine(), &[vec!["退货".to_owned()]]);
        tx.query(&FOUND, &params![query])?.iter().map(|row| row.get("doc")).collect()
    }
    let test = TestDatabase::sqlite(ALL).await.unwrap();
    let db = patient(&test).await;
    let (gate, leave) = gate(&db).await;
    let put = |doc| command(&db, move |tx| tx.search_put(id(doc), &["退货".to_owned()]));
    let mut before = put(1);
    assert!(!look(&mut before).await);
    let mut fails = command(&db, |tx| {
        tx.search_put(id(2), &["退货".to_owned()])?;
        assert_eq!(found(tx)?, [id(1), id(2)]);
        Err(Error::Stale)
    });
    assert!(!look(&mut fails).await);
    let mut after = put(3);
    assert!(!look(&mut after).await);
    leave.send(()).unwrap();
    gate.await.unwrap();
    before.await.unwrap();
    assert!(matches!(fails.await, Err(Error::Stale)));
    after.await.unwrap();
    assert_eq!(db.counters().unwrap().commits, 1);
    assert_eq!(db.read(found).await.unwrap(), [id(1), id(3)]);
}
