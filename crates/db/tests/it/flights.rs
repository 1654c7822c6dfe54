//! Statements whose answer nobody needs, and rows that are written last.

use db::{Error, Last, Tx, params, testing::TestDatabase};

use crate::{ALL, COUNT, NAME, NAMES, add, count, id, names, sql};

const NAMED: db::Sql = sql("SELECT COUNT(*) AS n FROM item WHERE id = $1");

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_is_there_for_the_next_look_and_after_the_commit() {
    TestDatabase::each(ALL, async |db| {
        let seen = db.write(|tx| {
            for n in 1..=60 {
                tx.put(&NAME, &params![id(n), format!("{n:02}")])?;
            }
            let seen: i64 = tx.scalar(&COUNT, &[])?;
            tx.put(&NAME, &params![id(99), "99"])?;
            Ok::<_, Error>(seen)
        });
        assert_eq!((seen.await.unwrap(), count(&db).await), (60, 61));
        // Nothing but what nobody waits for.
        db.write(|tx| tx.put(&NAME, &params![id(100), "alone"])).await.unwrap();
        assert_eq!(count(&db).await, 62);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_unwatched_fails_the_whole_command_with_its_own_fault() {
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲").await.unwrap();
        // Told by the commit.
        let outcome = db
            .write(|tx| {
                tx.put(&NAME, &params![id(2), "乙"])?;
                tx.put(&NAME, &params![id(3), "甲"])
            })
            .await;
        assert!(matches!(&outcome, Err(Error::Unique(key)) if key == "item.name"), "{outcome:?}");
        // Told by the next statement, and by the commit of who did not listen.
        let outcome = db
            .write(|tx| {
                let _unheard = tx.put(&NAME, &params![id(3), "甲"]);
                let _unheard = tx.query(&NAMES, &[]);
                Ok::<_, Error>(())
            })
            .await;
        assert!(matches!(&outcome, Err(Error::Unique(key)) if key == "item.name"), "{outcome:?}");
        assert_eq!(names(&db).await, ["甲"]);
        add(&db, 4, "丙").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_takes_what_nobody_waited_for_along() {
    TestDatabase::each(ALL, async |db| {
        db.write(|tx| {
            tx.put(&NAME, &params![id(1), "甲"])?;
            let refused = tx.attempt(|tx| {
                tx.put(&NAME, &params![id(2), "乙"])?;
                Err::<(), _>(Error::Stale)
            });
            assert!(matches!(refused, Err(Error::Stale)));
            let taken = tx.attempt(|tx| tx.put(&NAME, &params![id(3), "甲"]));
            assert!(matches!(taken, Err(Error::Unique(_))), "{taken:?}");
            tx.attempt(|tx| tx.put(&NAME, &params![id(4), "丁"]))
        })
        .await
        .unwrap();
        assert_eq!(names(&db).await, ["丁", "甲"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_must_touch_one_row_is_told_before_anything_is_kept() {
    const RENAME: db::Sql = sql("UPDATE item SET name = $2 WHERE id = $1");
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲").await.unwrap();
        // Nothing asks after it: the commit has to.
        let outcome = db
            .write(|tx| {
                tx.put(&NAME, &params![id(2), "乙"])?;
                tx.put_one(&RENAME, &params![id(9), "丙"])
            })
            .await;
        assert!(matches!(outcome, Err(Error::Stale)), "{outcome:?}");
        // A later look tells it, and the command may not go on as if nothing were.
        let outcome = db
            .write(|tx| {
                let told =
                    tx.put_one(&RENAME, &params![id(9), "丙"]).and_then(|()| tx.scalar::<i64>(&COUNT, &[]));
                assert!(matches!(told, Err(Error::Stale)), "{told:?}");
                Ok::<_, Error>(())
            })
            .await;
        assert!(matches!(outcome, Err(Error::Stale)), "{outcome:?}");
        assert_eq!(names(&db).await, ["甲"]);
        db.write(|tx| tx.put_one(&RENAME, &params![id(1), "丁"])).await.unwrap();
        assert_eq!(names(&db).await, ["丁"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_statement_alone_sees_what_was_answered_and_leaves_the_connection_whole() {
    const WRONG: db::Sql =
        sql("SELECT 1 / (CASE WHEN name = $1 THEN 0 ELSE 1 END) AS n, CAST(name AS INTEGER) AS m FROM item");
    TestDatabase::each(ALL, async |db| {
        for n in 1..=40_u32 {
            add(&db, n.into(), &n.to_string()).await.unwrap();
            let rows = db.ask(&COUNT, vec![]).await.unwrap();
            assert_eq!(rows[0].first::<i64>().unwrap(), i64::from(n));
        }
        // SQLite answers NULL for both; PostgreSQL refuses, and the connection serves the next one.
        let _ = db.ask(&WRONG, params!["1"].to_vec()).await;
        db.write(|tx| tx.put(&NAME, &params![id(99), "99"])).await.unwrap();
        assert_eq!(db.ask(&COUNT, vec![]).await.unwrap()[0].first::<i64>().unwrap(), 41);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_ahead_is_answered_once_and_anew_after_a_change_of_its_own() {
    const OTHER: db::Sql = sql("SELECT COUNT(*) AS n FROM item WHERE name = $1");
    const TAKE: db::Sql = sql("DELETE FROM item WHERE id = $1 RETURNING name");
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲").await.unwrap();
        let seen = db.write(|tx| {
            let one = params!["甲"];
            tx.ahead(&OTHER, &one)?;
            tx.ahead(&COUNT, &[])?;
            let mut seen = vec![tx.scalar::<i64>(&NAMED, &params![id(1)])?];
            // Both came with the look before; another value is another question.
            seen.push(tx.scalar(&OTHER, &params!["乙"])?);
            seen.push(tx.scalar(&OTHER, &one)?);
            tx.put(&NAME, &params![id(2), "乙"])?;
            // Known from before the change, so it is asked anew; and so is what waited when the change came.
            seen.push(tx.scalar(&COUNT, &[])?);
            tx.ahead(&COUNT, &[])?;
            tx.put(&NAME, &params![id(3), "丙"])?;
            seen.push(tx.scalar(&OTHER, &one)?);
            seen.push(tx.scalar(&COUNT, &[])?);
            // A change that answers with rows is a change.
            tx.ahead(&COUNT, &[])?;
            seen.push(tx.scalar(&OTHER, &params!["戊"])?);
            let answered: String = tx.scalar(&TAKE, &params![id(3)])?;
            assert_eq!(answered, "丙");
            seen.push(tx.scalar(&COUNT, &[])?);
            tx.put(&NAME, &params![id(3), "丙"])?;
            // An attempt that is undone takes along what was read in it.
            let undone = tx.attempt(|tx| {
                tx.put(&NAME, &params![id(4), "丁"])?;
                tx.ahead(&COUNT, &[])?;
                tx.scalar::<i64>(&OTHER, &params!["丁"])?;
                Err::<(), _>(Error::Stale)
            });
            assert!(matches!(undone, Err(Error::Stale)));
            seen.push(tx.scalar(&COUNT, &[])?);
            // What nobody asks after all does not hinder the commit.
            tx.ahead(&COUNT, &[])?;
            Ok::<_, Error>(seen)
        });
        assert_eq!(seen.await.unwrap(), [1, 0, 1, 2, 1, 3, 0, 2, 3]);
        assert_eq!(count(&db).await, 3);
        // What the engine refuses is told with the next look, and the command fails.
        let wrong = db.write(|tx| {
            tx.ahead(&sql("SELECT CAST(name AS INTEGER) / 0 AS n FROM item"), &[])?;
            tx.scalar::<i64>(&COUNT, &[])
        });
        let told = wrong.await;
        assert_eq!(told.is_err(), db.engine() == db::Engine::Postgres, "{told:?}");
    })
    .await;
}

/// Names that are written last.
#[derive(Default)]
struct Later(Vec<(u128, &'static str)>);

impl Last for Later {
    fn concerns(&self, text: &str) -> bool {
        text.contains("item")
    }

    fn write(self: Box<Self>, tx: &mut Tx) -> Result<(), Error> {
        tx.holds_hot_rows();
        self.0.iter().try_for_each(|(n, name)| tx.put(&NAME, &params![id(*n), *name]))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_last_is_seen_by_who_looks_undone_with_its_command_and_kept_with_it() {
    TestDatabase::each(ALL, async |db| {
        let seen = db.write(|tx| {
            tx.last::<Later>()?.0.push((1, "甲"));
            tx.last::<Later>()?.0.push((2, "乙"));
            let seen: i64 = tx.scalar(&COUNT, &[])?;
            tx.last::<Later>()?.0.push((3, "丙"));
            let undone = tx.attempt(|tx| {
                tx.last::<Later>()?.0.push((4, "丁"));
                Err::<(), _>(Error::Stale)
            });
            assert!(matches!(undone, Err(Error::Stale)));
            tx.last::<Later>()?.0.push((5, "戊"));
            Ok::<_, Error>(seen)
        });
        assert_eq!(seen.await.unwrap(), 2);
        assert_eq!(count(&db).await, 4, "1, 2, 3 and 5");
        let outcome = db
            .write(|tx| {
                tx.last::<Later>()?.0.push((6, "己"));
                Err::<(), _>(Error::Stale)
            })
            .await;
        assert!(matches!(outcome, Err(Error::Stale)));
        let outcome = db
            .write(|tx| {
                tx.last::<Later>()?.0.push((7, "甲"));
                Ok::<_, Error>(())
            })
            .await;
        assert!(matches!(outcome, Err(Error::Unique(_))), "{outcome:?}");
        assert_eq!(count(&db).await, 4);
    })
    .await;
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

/// Two hundred megabytes go by and are not held: neither here nor, without an order to be made first, on the server.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_large_answer_go_by_one_by_one_and_are_not_held() {
    let Some(test) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let before = resident();
    let (rows, bytes, most) = test
        .db
        .read(|tx| {
            let large =
                sql("SELECT repeat('一行要导出的字', 48) || n AS words FROM generate_series(1, 200000) n");
            let (mut rows, mut bytes, mut most) = (0_u64, 0, 0);
            tx.for_each::<Error>(&large, &[], |row| {
                bytes += row.get::<String>("words")?.len();
                rows += 1;
                if rows.is_multiple_of(5_000) {
                    most = most.max(resident());
                    // Whoever writes the file is slower than the server.
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                Ok(())
            })?;
            Ok::<_, Error>((rows, bytes, most))
        })
        .await
        .unwrap();
    assert!(rows == 200_000 && bytes > 200_000_000, "{rows} {bytes}");
    let grown = most.saturating_sub(before);
    println!("{} MB went by, {} MB more were held at most", bytes / 1_000_000, grown / 1024);
    assert!(grown < 64 * 1024, "{grown} kB more");
}
