//! What goes wrong goes wrong alike on both engines, and leaves nothing half done.

use std::sync::mpsc;

use db::{Error, Select, Sql, params, testing::TestDatabase};

use crate::{ALL, COUNT, INSERT, NAME, add, count, id, names, sql};

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_command_leaves_nothing_and_a_stale_one_is_told() {
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲").await.unwrap();
        let twice = db.write(|tx| {
            tx.execute(&NAME, &params![id(2), "乙"])?;
            tx.execute(&NAME, &params![id(3), "甲"])
        });
        assert!(twice.await.unwrap_err().is_unique("item.name"));
        assert_eq!(names(&db).await, ["甲"]);

        let save = sql("UPDATE item SET n = $1, version = version + 1 WHERE id = $2 AND version = $3");
        db.write(move |tx| tx.exactly_one(&save, &params![5, id(1), 1])).await.unwrap();
        let late = db.write(move |tx| tx.exactly_one(&save, &params![6, id(1), 1])).await;
        assert!(matches!(late, Err(Error::Stale)));

        let panicked: Result<(), Error> = db.write(|_| panic!("on purpose")).await;
        assert!(matches!(panicked, Err(Error::Panicked(words)) if words == "on purpose"));
        let panicked: Result<(), Error> = db.read(|_| panic!("on purpose")).await;
        assert!(matches!(panicked, Err(Error::Panicked(_))));
        add(&db, 9, "after a panic").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_should_touch_one_row_and_touches_two_is_undone() {
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲").await.unwrap();
        add(&db, 2, "乙").await.unwrap();
        let all = sql("UPDATE item SET n = $1");
        let outcome = db
            .write(move |tx| {
                tx.exactly_one(&all, &params![5]).unwrap_err();
                Ok::<_, Error>(())
            })
            .await;
        assert!(matches!(outcome, Err(Error::Other(_))), "{outcome:?}");
        let changed = sql("SELECT COUNT(*) FROM item WHERE n = 5");
        assert_eq!(db.read(move |tx| tx.scalar::<i64>(&changed, &[])).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_a_command_hides_still_undoes_it() {
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲").await.unwrap();
        let hidden = db.write(|tx| {
            tx.execute(&NAME, &params![id(2), "乙"])?;
            let _hidden = tx.execute(&NAME, &params![id(3), "甲"]);
            let spent = tx.query(&COUNT, &[]);
            assert!(spent.is_err());
            Ok::<_, Error>(())
        });
        assert!(hidden.await.unwrap_err().is_unique("item.name"));
        assert_eq!(names(&db).await, ["甲"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_may_fail_and_the_rest_stands() {
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲").await.unwrap();
        db.write(|tx| {
            tx.execute(&NAME, &params![id(2), "乙"])?;
            let taken = tx.attempt(|tx| {
                tx.execute(&NAME, &params![id(3), "丙"])?;
                tx.execute(&NAME, &params![id(4), "甲"])
            });
            assert!(taken.unwrap_err().is_unique("item.name"));
            let refused = tx.attempt(|tx| {
                tx.attempt(|tx| tx.execute(&NAME, &params![id(5), "丁"]))?;
                Err::<(), _>(Error::Stale)
            });
            assert!(matches!(refused, Err(Error::Stale)));
            tx.attempt(|tx| tx.execute(&NAME, &params![id(6), "戊"]))
        })
        .await
        .unwrap();
        assert_eq!(names(&db).await, ["乙", "戊", "甲"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_rules_of_the_schema_have_the_same_names() {
    TestDatabase::each(ALL, async |db| {
        const PART: Sql = sql("INSERT INTO part (id, item_id, kind, label) VALUES ($1, $2, $3, $4)");
        add(&db, 1, "甲").await.unwrap();
        db.write(|tx| tx.execute(&PART, &params![id(1), id(1), "nut", "one"])).await.unwrap();
        let mut said = Vec::new();
        for values in [
            params![id(1), id(1), "bolt", "two"],
            params![id(2), id(1), "nut", "two"],
            params![id(2), id(1), "bolt", "ONE"],
            params![id(2), id(7), "bolt", "two"],
            params![id(2), id(1), "rope", "two"],
            params![id(2), id(1), "bolt", None::<String>],
        ] {
            said.push(match db.write(move |tx| tx.execute(&PART, &values)).await.unwrap_err() {
                Error::ForeignKey(_) => "a broken reference".to_owned(),
                Error::Check(rule) if rule.contains("kind") => "a broken check".to_owned(),
                other => other.to_string(),
            });
        }
        assert_eq!(
            said,
            [
                "already taken: part.id",
                "already taken: part.item_id, part.kind",
                "already taken: part_label",
                "a broken reference",
                "a broken check",
                "a value is missing: part.label",
            ]
        );
        let referred = db.write(|tx| tx.execute(&sql("DELETE FROM item"), &[])).await;
        assert!(matches!(referred, Err(Error::ForeignKey(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_do_not_fit_the_schema_are_caught_without_running() {
    TestDatabase::each(ALL, async |db| {
        let bad = |name, text| Sql { name, text };
        let statements = vec![
            INSERT,
            bad("misspelt", "SELECT nmae FROM item"),
            bad("quoted", "SELECT \"nmae\" FROM item"),
            bad("no table", "UPDATE items SET n = $1 WHERE id = $2"),
            sql("SELECT id FROM item WHERE id IN SEARCH_DOCS($1) FOR_UPDATE"),
            sql("DELETE FROM item"),
        ];
        let lists = vec![
            Select::from("SELECT id, n FROM item").pages("n, id", db::Way::Down, 10, None),
            Select::from("SELECT id FROM item").and("nmae = ?", params!["甲"]),
        ];
        add(&db, 1, "甲").await.unwrap();
        let failed = db.prepare_all(statements, lists).await.unwrap();
        let places: Vec<_> = failed.iter().map(|line| line.split(':').next().unwrap()).collect();
        let engine = format!("{:?}", db.engine());
        let expected = ["misspelt", "quoted", "no table", "SELECT id FROM item"];
        assert_eq!(places, expected.map(|place| format!("{engine} {place}")), "{failed:#?}");
        assert!(failed[0].contains("nmae"), "{failed:?}");
        assert_eq!(count(&db).await, 1, "nothing was run");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_cannot_change_anything() {
    TestDatabase::each(ALL, async |db| {
        let tried = db.read(|tx| tx.execute(&NAME, &params![id(1), "甲"])).await;
        assert!(tried.is_err());
        assert_eq!(count(&db).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_sees_one_moment_and_the_next_sees_every_answered_command() {
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲").await.unwrap();
        let (looked, first) = mpsc::channel();
        let (written, second) = mpsc::channel();
        let reading = tokio::spawn({
            let db = db.clone();
            async move {
                db.read(move |tx| {
                    let before: i64 = tx.scalar(&COUNT, &[])?;
                    looked.send(()).unwrap();
                    second.recv().unwrap();
                    Ok::<_, Error>((before, tx.scalar::<i64>(&COUNT, &[])?))
                })
                .await
            }
        });
        first.recv().unwrap();
        for n in 2..20 {
            add(&db, n, &n.to_string()).await.unwrap();
            assert_eq!(count(&db).await, i64::try_from(n).unwrap());
        }
        written.send(()).unwrap();
        assert_eq!(reading.await.unwrap().unwrap(), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_reads_row_by_row_and_may_stop() {
    TestDatabase::each(ALL, async |db| {
        db.write(|tx| {
            (1..=500).try_for_each(|n| tx.execute(&NAME, &params![id(n), format!("{n:04}")]).map(drop))
        })
        .await
        .unwrap();
        let (seen, next) = db
            .read(|tx| {
                let mut seen = 0;
                let stopped = tx.for_each(&sql("SELECT name FROM item ORDER BY name"), &[], |row| {
                    seen += 1;
                    if row.get::<String>("name")? == "0300" { Err(Error::Stale) } else { Ok(()) }
                });
                assert!(matches!(stopped, Err(Error::Stale)));
                // The transaction is not spent: it was the reader who stopped.
                Ok::<_, Error>((seen, tx.scalar::<i64>(&COUNT, &[])?))
            })
            .await
            .unwrap();
        assert_eq!((seen, next), (300, 500));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_rows_nobody_reads_to_the_end_is_still_checked() {
    TestDatabase::each(ALL, async |db| {
        let orphan =
            sql("INSERT INTO part (id, item_id, kind, label) VALUES ($1, $2, 'nut', 'x') RETURNING id");
        let outcome = db
            .write(move |tx| {
                let _hidden = tx.for_each(&orphan, &params![id(1), id(7)], |_| Err(Error::Stale));
                Ok::<_, Error>(())
            })
            .await;
        assert!(matches!(outcome, Err(Error::ForeignKey(_))), "{outcome:?}");
    })
    .await;
}
