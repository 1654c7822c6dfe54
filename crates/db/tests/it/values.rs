//! Values cross the border unchanged.

use db::{Db, Error, FromValue, ToValue, Value, params, testing::TestDatabase};
use jiff::{Timestamp, civil::Date};
use kernel::{MatterId, Money};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::{ALL, INSERT, count, id, sql};

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_went() {
    TestDatabase::each(ALL, async |db| {
        let at: Timestamp = "2026-04-15T01:02:03.004Z".parse().unwrap();
        db.write(move |tx| tx.execute(&INSERT, &params![id(1), "甲", at, 0.25, true, [0_u8, 255]]))
            .await
            .unwrap();
        let nothing = params![id(2), "乙", None::<i64>, None::<f64>, false, None::<Vec<u8>>];
        db.write(move |tx| tx.execute(&INSERT, &nothing)).await.unwrap();
        let rows = db.read(|tx| tx.query(&sql("SELECT * FROM item ORDER BY id"), &[])).await.unwrap();
        assert_eq!(rows[0].get::<uuid::Uuid>("id").unwrap(), id(1));
        assert_eq!(rows[0].get::<MatterId>("id").unwrap().uuid(), id(1));
        assert_eq!(rows[0].get::<Timestamp>("n").unwrap(), at);
        assert_eq!(rows[0].get::<Money>("n").unwrap(), Money::from_fen(at.as_millisecond()));
        assert_eq!(rows[0].get::<f64>("real").unwrap(), 0.25);
        assert!(rows[0].get::<bool>("yes").unwrap());
        assert_eq!(rows[0].get::<Vec<u8>>("raw").unwrap(), vec![0, 255]);
        assert_eq!(rows[1].get::<Option<i64>>("n").unwrap(), None);
        assert!(!rows[1].get::<bool>("yes").unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_kind_is_told_by_statement_and_column_but_not_by_value() {
    TestDatabase::each(ALL, async |db| {
        crate::add(&db, 1, "张三 13800000000").await.unwrap();
        let row = db.read(|tx| tx.one(&crate::NAMES, &[])).await.unwrap().unwrap();
        let said = row.get::<i64>("name").unwrap_err().to_string();
        assert_eq!(said, "it::sql: column name: wanted whole number, found text");
        let said = row.get::<i64>("nmae").unwrap_err().to_string();
        assert_eq!(said, "it::sql: column nmae: wanted whole number, found no such column");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_engine_cannot_hold_both_refuse() {
    TestDatabase::each(ALL, async |db| {
        for values in
            [params![id(1), "a\0b", 1, 0.5, true, [1_u8]], params![id(1), "a", 1, f64::NAN, true, [1_u8]]]
        {
            let refused = db.write(move |tx| tx.execute(&INSERT, &values)).await;
            assert!(matches!(refused, Err(Error::Parameter(_))), "{refused:?}");
        }
        assert_eq!(count(&db).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_go_by_number_and_not_by_place() {
    TestDatabase::each(ALL, async |db| {
        crate::add(&db, 1, "甲").await.unwrap();
        let rename = sql("UPDATE item SET name = $2, n = $3 WHERE id = $1 AND name <> $2");
        db.write(move |tx| tx.exactly_one(&rename, &params![id(1), "乙", 7])).await.unwrap();
        let found = sql("SELECT n FROM item WHERE name = $1");
        assert_eq!(db.read(move |tx| tx.scalar::<i64>(&found, &params!["乙"])).await.unwrap(), 7);
        for values in [params![id(1)].to_vec(), params![id(1), "丙", 1, 2].to_vec()] {
            assert!(db.write(move |tx| tx.execute(&rename, &values)).await.is_err());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_and_averages_read_alike() {
    TestDatabase::each(ALL, async |db| {
        for (n, amount) in [(1, 3_i64), (2, 4)] {
            let values = params![id(n), n.to_string(), amount, 0.5, true, [1_u8]];
            db.write(move |tx| tx.execute(&INSERT, &values)).await.unwrap();
        }
        let total = sql("SELECT SUM(n) AS total, AVG(n) AS mean FROM item HAVING SUM(n) > $1");
        let row = db.read(move |tx| tx.one(&total, &params![6])).await.unwrap().unwrap();
        assert_eq!((row.get::<i64>("total").unwrap(), row.get::<f64>("mean").unwrap()), (7, 3.5));
        assert!(db.read(move |tx| tx.one(&total, &params![7])).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_order_text_by_code_point() {
    TestDatabase::each(ALL, async |db| {
        for (n, name) in (1..).zip(["/001/", "/", "a", "B", "乙", "甲", "é", "Z", "_"]) {
            crate::add(&db, n, name).await.unwrap();
        }
        assert_eq!(crate::names(&db).await, ["/", "/001/", "B", "Z", "_", "a", "é", "乙", "甲"]);
    })
    .await;
}

type Given = (String, Option<i64>, Option<f64>, Option<bool>, Option<Vec<u8>>);

fn any_row() -> impl Strategy<Value = Given> {
    let text = "\\PC{0,12}|[甲-龥𠀀-𪛖]{1,4}|['\";$?%_\\\\\n\t]{1,8}";
    let bytes = proptest::collection::vec(any::<u8>(), 0..40);
    (
        text,
        proptest::option::of(any::<i64>()),
        proptest::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::INFINITE),
        proptest::option::of(any::<bool>()),
        proptest::option::of(bytes),
    )
}

#[test]
fn any_value_makes_the_round_trip() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sqlite = runtime.block_on(TestDatabase::sqlite(ALL)).unwrap();
    let postgres = runtime.block_on(TestDatabase::postgres(ALL)).unwrap();
    for db in [Some(&sqlite.db), postgres.as_ref().map(|test| &test.db)].into_iter().flatten() {
        let mut runner =
            TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) });
        let round = runner
            .run(&any_row(), |row| round_trip(db, &row).map_err(|e| TestCaseError::fail(e.to_string())));
        round.unwrap();
    }
}

fn round_trip(db: &Db, (name, n, real, yes, raw): &Given) -> Result<(), Error> {
    let values = params![id(1), name, n, real, yes, raw];
    let row = db.write_blocking(move |tx| {
        tx.execute(&sql("DELETE FROM item"), &[])?;
        tx.execute(&INSERT, &values)?;
        tx.one(
            &sql("SELECT * FROM item WHERE name = $1 AND id = $2"),
            &[values[1].clone(), values[0].clone()],
        )
    })?;
    let row = row.unwrap();
    assert_eq!(row.get::<String>("name")?, *name);
    assert_eq!(row.get::<Option<i64>>("n")?, *n);
    assert_eq!(row.get::<Option<f64>>("real")?, *real);
    assert_eq!(row.get::<Option<bool>>("yes")?, *yes);
    assert_eq!(row.get::<Option<Vec<u8>>>("raw")?, *raw);
    Ok(())
}

proptest! {
    #[test]
    fn days_and_instants_survive_their_value(day in -100_000_i32..100_000, millis in -60_000_000_000_000_i64..250_000_000_000_000) {
        let date = jiff::civil::date(2026, 1, 1).saturating_add(jiff::Span::new().days(day));
        prop_assert_eq!(Date::from_value(&date.to_value()), Some(date));
        let at = Timestamp::from_millisecond(millis).unwrap();
        prop_assert_eq!(Timestamp::from_value(&at.to_value()), Some(at));
        prop_assert_eq!(Date::from_value(&Value::Int(millis)), None);
    }
}
