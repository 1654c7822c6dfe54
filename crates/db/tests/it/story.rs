//! One story, told on both engines with the same observations.

use db::{Db, Engine, Error, Sql, params, testing::TestDatabase};

use crate::{ALL, id, sql};

const NEXT: Sql = sql("INSERT INTO counter (kind, last) VALUES ($1, 1) \
     ON CONFLICT (kind) DO UPDATE SET last = counter.last + 1 RETURNING last");
const VISIT: Sql = sql("INSERT INTO item (id, name, n) VALUES ($1, $2, $3) RETURNING name, version");
const SUMMARY: Sql = sql("WITH ranked AS ( \
         SELECT name, n, ROW_NUMBER() OVER (PARTITION BY substr(name, 1, 7) ORDER BY n DESC NULLS LAST, name) AS place FROM item) \
     SELECT substr(name, 1, 7) AS month, COUNT(*) AS visits, COUNT(*) FILTER (WHERE n > $1) AS long, \
            MAX(CASE WHEN place = 1 THEN name END) AS longest \
     FROM ranked GROUP BY substr(name, 1, 7) ORDER BY month");

/// JSON is text here and `json` there: the one cast the story may spell twice.
fn field(engine: Engine) -> Sql {
    match engine {
        Engine::Sqlite => sql("SELECT $1 ->> 'who'"),
        Engine::Postgres => sql("SELECT CAST(CAST($1 AS TEXT) AS JSON) ->> 'who'"),
    }
}

async fn observe(db: Db) -> Vec<String> {
    let mut seen = Vec::new();
    for (n, name, minutes) in [(1, "2026-03-15", 30_i64), (2, "2026-03-16", 90), (3, "2026-04-01", 10)] {
        let row = db.write(move |tx| tx.one(&VISIT, &params![id(n), name, minutes])).await.unwrap().unwrap();
        seen.push(format!("{} v{}", row.get::<String>("name").unwrap(), row.get::<i64>("version").unwrap()));
    }
    let save = sql("UPDATE item SET n = $3, version = version + 1 WHERE id = $1 AND version = $2");
    db.write(move |tx| tx.exactly_one(&save, &params![id(1), 1, 45])).await.unwrap();
    let late = db.write(move |tx| tx.exactly_one(&save, &params![id(1), 1, 60])).await;
    seen.push(late.unwrap_err().to_string());
    let undone: Result<(), Error> = db
        .write(|tx| {
            tx.scalar::<i64>(&NEXT, &params!["x"])?;
            Err(Error::Stale)
        })
        .await;
    seen.push(undone.unwrap_err().to_string());
    for _ in 0..2 {
        let number: i64 = db.write(|tx| tx.scalar(&NEXT, &params!["x"])).await.unwrap();
        seen.push(format!("number {number}"));
    }
    for row in db.read(|tx| tx.query(&SUMMARY, &params![40])).await.unwrap() {
        let (visits, long): (i64, i64) = (row.get("visits").unwrap(), row.get("long").unwrap());
        let (month, longest): (String, String) = (row.get("month").unwrap(), row.get("longest").unwrap());
        seen.push(format!("{month}: {visits}, {long} long, {longest}"));
    }
    let who = field(db.engine());
    seen.push(db.read(move |tx| tx.scalar(&who, &params!["{\"who\": \"王\"}"])).await.unwrap());
    let locked = sql("SELECT name FROM item WHERE id = $1 FOR_UPDATE");
    seen.push(db.write(move |tx| tx.scalar(&locked, &params![id(2)])).await.unwrap());
    let free = sql("SELECT name FROM item ORDER BY n LIMIT 1 SKIP_LOCKED");
    seen.push(db.write(move |tx| tx.scalar(&free, &[])).await.unwrap());
    let same = sql("SELECT COUNT(*) FROM item WHERE n IS NOT DISTINCT FROM $1 AND CAST($2 AS TEXT) IS NULL");
    seen.push(
        db.read(move |tx| tx.scalar::<i64>(&same, &params![45, None::<&str>])).await.unwrap().to_string(),
    );
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_reads_the_same_on_both_engines() {
    TestDatabase::each(ALL, async |db| {
        assert_eq!(
            observe(db).await,
            [
                "2026-03-15 v1",
                "2026-03-16 v1",
                "2026-04-01 v1",
                "the record was changed by somebody else in the meantime",
                "the record was changed by somebody else in the meantime",
                "number 1",
                "number 2",
                "2026-03: 2, 2 long, 2026-03-16",
                "2026-04: 1, 0 long, 2026-04-01",
                "王",
                "2026-03-16",
                "2026-04-01",
                "1",
            ]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_tasks_number_four_hundred_rows_without_a_gap() {
    TestDatabase::each(ALL, async |db| {
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..8_u128 {
            let db = db.clone();
            tasks.spawn(async move {
                for n in 0..50_u128 {
                    let numbered = db.write(move |tx| {
                        let number: i64 = tx.scalar(&NEXT, &params!["a"])?;
                        // Every fifth command is refused after it took its number.
                        if n % 5 == 0 {
                            return Err(Error::Stale);
                        }
                        let values = params![id(task * 100 + n + 1), format!("{number}"), number];
                        tx.one(&VISIT, &values).map(drop)
                    });
                    assert_eq!(numbered.await.is_err(), n % 5 == 0);
                }
            });
        }
        tasks.join_all().await;
        let rows = db.read(|tx| tx.query(&sql("SELECT n FROM item ORDER BY n"), &[])).await.unwrap();
        let numbers: Vec<i64> = rows.iter().map(|row| row.get("n").unwrap()).collect();
        assert_eq!(numbers, (1..=320).collect::<Vec<_>>());
    })
    .await;
}
