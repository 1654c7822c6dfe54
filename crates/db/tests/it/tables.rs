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
        to.write(move |tx| rows.iter().try_for_each(|row| tx.load(&table, row))).await.unwrap();
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
