//! A whole database moves from one engine to the other.

use db::{Db, Error, Value, params, testing::TestDatabase};

use crate::{ALL, INSERT, NAME, id, sql};

async fn fill(db: &Db) {
    db.write(|tx| {
        tx.execute(&INSERT, &params![id(1), "甲", 7, 0.5, true, [1_u8, 2]])?;
        tx.execute(&INSERT, &params![id(2), "乙", None::<i64>, None::<f64>, false, None::<Vec<u8>>])?;
        let part = sql("INSERT INTO part (id, item_id, kind, label) VALUES ($1, $2, $3, $4)");
        tx.execute(&part, &params![id(9), id(1), "nut", "one"])?;
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

async fn rows_of(db: &Db) -> Vec<(String, Vec<Vec<Value>>)> {
    let mut all = Vec::new();
    for table in db.list_tables().await.unwrap() {
        let name = table.name().to_owned();
        let rows = db
            .read(move |tx| {
                let mut rows = Vec::new();
                tx.dump(&table, |row| {
                    rows.push(row.values().to_vec());
                    Ok::<_, Error>(())
                })?;
                Ok::<_, Error>(rows)
            })
            .await
            .unwrap();
        all.push((name, rows));
    }
    all
}

async fn copy(from: &Db, to: &Db) {
    for (table, (_, rows)) in from.list_tables().await.unwrap().into_iter().zip(rows_of(from).await) {
        to.write(move |tx| tx.load(&table, &rows)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_listed_parents_first_and_without_the_index() {
    TestDatabase::each(ALL, async |db| {
        let tables = db.list_tables().await.unwrap();
        let names: Vec<_> = tables.iter().map(db::Table::name).collect();
        assert_eq!(names, ["counter", "item", "part"]);
        assert_eq!(tables[2].columns(), ["id", "item_id", "kind", "label"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_moves_to_the_other_engine_and_back_unchanged() {
    let Some(server) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let (first, last) = (TestDatabase::sqlite(ALL).await.unwrap(), TestDatabase::sqlite(ALL).await.unwrap());
    fill(&first.db).await;
    copy(&first.db, &server.db).await;
    copy(&server.db, &last.db).await;
    assert_eq!(rows_of(&first.db).await, rows_of(&last.db).await);
    assert_eq!(rows_of(&server.db).await[1].1[0][4], Value::Bool(true));
    server.db.write(|tx| tx.execute(&NAME, &params![id(3), "丙"])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_proved_refuses_what_is_not_empty_and_carries_the_search_index() {
    let Some(server) = TestDatabase::postgres(ALL).await.unwrap() else { return };
    let (first, last) = (TestDatabase::sqlite(ALL).await.unwrap(), TestDatabase::sqlite(ALL).await.unwrap());
    fill(&first.db).await;
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let document = words("甲乙 乙丙 0sep0 甲乙 ab");
    first.db.write(move |tx| tx.search_put(id(1), &document)).await.unwrap();
    let there = first.db.move_to(&server.db, false).await.unwrap();
    assert_eq!((there.documents, there.contents.len()), (1, 3));
    let again = first.db.move_to(&server.db, false).await.unwrap_err();
    assert!(again.to_string().contains("不是空的"), "{again}");
    let back = server.db.move_to(&last.db, false).await.unwrap();
    assert_eq!(back.contents, there.contents);
    assert_eq!(first.db.contents().await.unwrap(), last.db.contents().await.unwrap());
    let found = sql("SELECT sd.doc FROM search_document sd WHERE sd.doc IN SEARCH_DOCS($1)");
    for db in [&server.db, &last.db] {
        for (phrase, hits) in [("乙丙 0sep0 甲乙", 1), ("甲乙 ab", 1), ("ab 甲乙", 0)] {
            let phrase = words(phrase);
            let rows = db.read(move |tx| tx.query(&found, &[db::match_query(tx.engine(), &[phrase])]));
            assert_eq!(rows.await.unwrap().len(), hits);
        }
    }
    // A row more on one side shows, and where.
    last.db.write(|tx| tx.execute(&NAME, &params![id(3), "丙"])).await.unwrap();
    let differs = db::difference(&there.contents, &last.db.contents().await.unwrap());
    assert_eq!(differs.as_deref(), Some("item"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_refer_to_each_other_and_long_tables_move_whole() {
    static TREE: &[db::Migration] = &[
        db::SEARCH,
        db::Migration {
            number: 1,
            name: "tree",
            text: db::Text::Same(
                "CREATE TABLE tree (id UUID PRIMARY KEY, parent UUID REFERENCES tree (id));\n\
                 CREATE TABLE pair (a TEXT NOT NULL, b BIGINT NOT NULL, PRIMARY KEY (b, a));\nCREATE TABLE loose (x TEXT);",
            ),
        },
    ];
    let Some(server) = TestDatabase::postgres(TREE).await.unwrap() else { return };
    let (first, last) =
        (TestDatabase::sqlite(TREE).await.unwrap(), TestDatabase::sqlite(TREE).await.unwrap());
    first
        .db
        .write(|tx| {
            tx.execute(&sql("INSERT INTO tree (id) VALUES ($1)"), &params![id(9)])?;
            tx.execute(&sql("INSERT INTO tree (id, parent) VALUES ($1, $2)"), &params![id(1), id(9)])?;
            for number in 0..4_500_i64 {
                let text = format!("{}字", number % 7);
                tx.execute(&sql("INSERT INTO pair (a, b) VALUES ($1, $2)"), &params![text, number / 7])?;
            }
            tx.execute(&sql("INSERT INTO loose (x) VALUES (NULL), ('甲'), ('')"), &[])
        })
        .await
        .unwrap();
    let there = first.db.move_to(&server.db, true).await.unwrap();
    assert_eq!(there.contents.iter().map(|content| content.rows).collect::<Vec<_>>(), [3, 4_500, 2]);
    server.db.move_to(&last.db, false).await.unwrap();
    // The schema is what it was: a row without its parent is refused at once, not at the commit.
    let orphan = server.db.write(|tx| {
        tx.execute(&sql("INSERT INTO tree (id, parent) VALUES ($1, $2)"), &params![id(5), id(6)])
    });
    assert!(matches!(orphan.await, Err(Error::ForeignKey(_))));
}
