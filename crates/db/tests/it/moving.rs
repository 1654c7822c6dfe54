//! A move that was broken off goes on where it stopped.

use std::sync::atomic::{AtomicU64, Ordering};

use db::{Db, Error, Migration, Step, params, testing::TestDatabase};
use jiff::Timestamp;

use crate::{id, sql};

static TREE: &[Migration] = &[
    db::SEARCH,
    Migration {
        number: 1,
        name: "tree",
        // What a migration puts into a database made for a move goes away again.
        text: db::Text::Same(
            "CREATE TABLE tree (id UUID PRIMARY KEY, parent UUID REFERENCES tree (id), word TEXT NOT NULL);\n\
             CREATE TABLE leaf (id UUID PRIMARY KEY, tree_id UUID NOT NULL REFERENCES tree (id));\n\
             CREATE TABLE seed (word TEXT PRIMARY KEY);\nINSERT INTO seed (word) VALUES ('甲');",
        ),
    },
];

/// More rows than one transaction of a move stores.
const ROWS: u128 = 45_000;

/// Every row refers to the one after it, so that each page refers to rows that are not there yet.
async fn fill(db: &Db) {
    db.write(|tx| {
        let tree = sql("INSERT INTO tree (id, parent, word) VALUES ($1, $2, $3)");
        for number in (1..=ROWS).rev() {
            let parent = (number < ROWS).then(|| id(number + 1));
            tx.execute(&tree, &params![id(number), parent, format!("字{number}")])?;
        }
        for number in 1..=2_000 {
            let leaf = sql("INSERT INTO leaf (id, tree_id) VALUES ($1, $2)");
            tx.execute(&leaf, &params![id(number), id(number + 5)])?;
            tx.search_put(id(number), &["甲乙".to_owned(), number.to_string()])?;
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

/// Moves until `stop` says so; the steps that were taken.
async fn pull(from: &Db, to: &Db, stop: impl Fn(&Step) -> bool) -> (Result<db::Moved, Error>, Vec<Step>) {
    let mut steps = Vec::new();
    let moved = from
        .move_on(to, TREE, now(), |step| {
            steps.push(step.clone());
            if stop(step) { Err(Error::Other("断了".to_owned())) } else { Ok(()) }
        })
        .await;
    (moved, steps)
}

fn at(step: &Step, table: &str, rows: u64) -> bool {
    step.table == table && step.rows >= rows
}

async fn target_file(of: &TestDatabase, name: &str) -> Db {
    let path = of.db.path().unwrap().with_file_name(name);
    Db::open_target(&path.to_string_lossy()).await.unwrap()
}

async fn goes_on(source: &Db, target: &Db, new: u64) {
    let (broken, steps) = pull(source, target, |step| at(step, "tree", 10_000)).await;
    assert_eq!(broken.unwrap_err().to_string(), "database: 断了");
    assert!(!steps.iter().any(|step| at(step, "tree", ROWS as u64)), "{steps:?}");
    // Half of it is there and nobody may use it.
    assert!(target.is_half_moved().await.unwrap());
    let refused = target.migrate(TREE, None, now()).await.unwrap_err();
    assert!(matches!(refused, Error::HalfMoved) && refused.to_string().contains("再运行一次 xiaobao move"));

    // It breaks again, in the search index: the second try began where the first stopped.
    let (broken, steps) = pull(source, target, |step| step.table == "search_document").await;
    assert!(broken.is_err());
    let first = steps.iter().find(|step| step.table == "tree").unwrap();
    assert!(first.rows > 20_000, "{first:?}");

    // Meanwhile a row in the middle of what was moved changed, and one came: that table is moved anew, the others are not.
    source
        .write(move |tx| {
            let word = sql("UPDATE tree SET word = $2 WHERE id = $1");
            tx.execute(&word, &params![id(7), format!("改{new}")])?;
            let leaf = sql("INSERT INTO leaf (id, tree_id) VALUES ($1, $2)");
            tx.execute(&leaf, &params![id(90_000 + u128::from(new)), id(7)])
        })
        .await
        .unwrap();
    let (moved, steps) = pull(source, target, |_| false).await;
    let moved = moved.unwrap();
    assert!(steps.iter().any(|step| step.table == "tree" && step.rows < 15_000), "anew: {steps:?}");
    let leaf: Vec<_> = steps.iter().filter(|step| step.table == "leaf").map(|step| step.rows).collect();
    assert!(leaf.iter().all(|rows| *rows == 2_000 + new), "only what came: {leaf:?}");
    assert_eq!(moved.documents, 2_000);
    assert_eq!(target.contents().await.unwrap(), source.contents().await.unwrap());
    assert!(!target.is_half_moved().await.unwrap());
    target.migrate(TREE, None, now()).await.unwrap();
    let again = pull(source, target, |_| false).await.0.unwrap_err();
    assert!(again.to_string().contains("不是空的"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_broke_off_goes_on_in_both_directions() {
    let first = TestDatabase::sqlite(TREE).await.unwrap();
    fill(&first.db).await;
    let file = target_file(&first, "target.db").await;
    goes_on(&first.db, &file, 1).await;
    let Some(server) = TestDatabase::postgres(&[]).await.unwrap() else { return };
    let back = target_file(&first, "back.db").await;
    let source = TestDatabase::sqlite(TREE).await.unwrap();
    fill(&source.db).await;
    goes_on(&source.db, &server.db, 1).await;
    // The references of the server are what they were.
    let orphan = sql("INSERT INTO leaf (id, tree_id) VALUES ($1, $2)");
    let refused = server.db.write(move |tx| tx.execute(&orphan, &params![id(1), id(99_999)])).await;
    assert!(refused.is_err());
    goes_on(&server.db, &back, 2).await;
    assert_eq!(back.contents().await.unwrap(), server.db.contents().await.unwrap());
    file.close().await;
    back.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_meanwhile_is_told_and_the_next_run_brings_it() {
    let source = TestDatabase::sqlite(TREE).await.unwrap();
    fill(&source.db).await;
    let target = target_file(&source, "target.db").await;
    let (db, count) = (source.db.clone(), AtomicU64::new(0));
    let told = |step: &Step| {
        if step.table == "tree" && count.fetch_add(1, Ordering::Relaxed) == 0 {
            let row = sql("INSERT INTO leaf (id, tree_id) VALUES ($1, $2)");
            let writing = db.write(move |tx| tx.execute(&row, &params![id(90_000), id(7)]));
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(writing))?;
        }
        Ok(())
    };
    let outcome = source.db.move_on(&target, TREE, now(), told).await;
    let said = outcome.unwrap_err().to_string();
    assert!(said.contains("搬迁期间本库又写入了内容（表 leaf）"), "{said}");
    assert!(target.is_half_moved().await.unwrap());
    let (moved, steps) = pull(&source.db, &target, |_| false).await;
    assert!(moved.is_ok() && steps.iter().all(|step| step.table == "leaf"), "{steps:?}");
    target.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_in_a_half_moved_target_is_found_and_moved_anew() {
    let source = TestDatabase::sqlite(TREE).await.unwrap();
    fill(&source.db).await;
    let target = target_file(&source, "target.db").await;
    assert!(pull(&source.db, &target, |step| step.table == "search_document").await.0.is_err());
    let change = sql("UPDATE tree SET word = '动过' WHERE id = $1");
    target.write(move |tx| tx.execute(&change, &params![id(3)])).await.unwrap();
    let said = pull(&source.db, &target, |_| false).await.0.unwrap_err().to_string();
    assert!(said.contains("核对不一致：表 tree"), "{said}");
    let (moved, _) = pull(&source.db, &target, |_| false).await;
    assert_eq!(moved.unwrap().contents, source.db.contents().await.unwrap());
    target.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_begun_by_another_version_is_refused() {
    let source = TestDatabase::sqlite(TREE).await.unwrap();
    let target = target_file(&source, "target.db").await;
    let older = source.db.move_on(&target, &TREE[..1], now(), |_| Ok(())).await.unwrap_err();
    assert!(older.to_string().contains("另一版本的程序"), "{older}");
}
