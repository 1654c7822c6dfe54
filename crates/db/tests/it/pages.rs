//! Lists: filters from constant fragments, pages by key.

use db::{Cursor, Db, Error, Page, Select, Value, Way, params, testing::TestDatabase};
use proptest::prelude::*;

use crate::{ALL, add, id, sql};

const LIST: &str = "SELECT item.id, item.n, item.name FROM item";

async fn fill(db: &Db) {
    db.write(|tx| {
        (0..23_u128).try_for_each(|n| {
            let values = params![id(n + 1), format!("{n:02}"), n as i64 / 5];
            tx.execute(&sql("INSERT INTO item (id, name, n) VALUES ($1, $2, $3)"), &values).map(drop)
        })
    })
    .await
    .unwrap();
}

async fn page(db: &Db, way: Way, after: Option<Cursor>) -> Result<Page<String>, Error> {
    let list = Select::from(LIST)
        .and("item.n >= ? OR item.n IS NULL", params![0])
        .and("item.n < ?", params![4])
        .pages("item.n, item.id", way, 7, after.as_ref());
    db.read(move |tx| tx.page(&list, |row| row.get::<String>("name"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_gap_or_repeat_though_many_rows_share_a_key() {
    TestDatabase::each(ALL, async |db| {
        fill(&db).await;
        let expected: Vec<String> = (0..20).map(|n| format!("{n:02}")).collect();
        for way in [Way::Up, Way::Down] {
            let (mut seen, mut after, mut sizes) = (Vec::new(), None, Vec::new());
            loop {
                let page = page(&db, way, after).await.unwrap();
                sizes.push(page.rows.len());
                seen.extend(page.rows);
                // As an address carries it.
                match page.next {
                    Some(next) => after = Some(next.to_string().parse().unwrap()),
                    None => break,
                }
            }
            if way == Way::Down {
                seen.reverse();
            }
            assert_eq!((seen, sizes), (expected.clone(), vec![7, 7, 6]));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_list_is_refused() {
    TestDatabase::each(ALL, async |db| {
        fill(&db).await;
        for cursor in [Cursor::of(params![1]), Cursor::of(params![1, id(1), 2])] {
            assert!(matches!(page(&db, Way::Up, Some(cursor)).await, Err(Error::Cursor)));
        }
        // Right in number, wrong in kind: PostgreSQL refuses, SQLite compares; neither fails in another way.
        let page = page(&db, Way::Up, Some(Cursor::of(params!["x", "y"]))).await;
        assert!(matches!(page, Ok(_) | Err(Error::Cursor)), "{page:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_its_key_among_the_columns_is_a_fault_and_not_a_short_list() {
    TestDatabase::each(ALL, async |db| {
        fill(&db).await;
        let list = Select::from("SELECT name FROM item").pages("item.id", Way::Up, 5, None);
        let page = db.read(move |tx| tx.page(&list, |row| row.get::<String>("name"))).await;
        assert!(matches!(page, Err(Error::Column { name: "id", .. })), "{page:?}");
        let whole = Select::from("SELECT name FROM item").order("name");
        let page = db.read(move |tx| tx.page(&whole, |row| row.get::<String>("name"))).await;
        assert!(matches!(page, Err(Error::Other(_))), "{page:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_numbered_in_order_and_an_or_stays_in_its_brackets() {
    TestDatabase::each(ALL, async |db| {
        add(&db, 1, "甲?").await.unwrap();
        add(&db, 2, "乙").await.unwrap();
        let list = Select::with(
            "SELECT a.name, CASE WHEN a.name = ? THEN 'hit?' ELSE 'miss' END AS verdict FROM item a",
            params!["甲?"],
        )
        .and("a.name = ? OR a.version = ?", params!["乙", 1])
        .and_some("a.name <> ?", Some(&"乙"))
        .and_some("a.name = ?", None::<&String>)
        .group("a.name")
        .order("a.name")
        .limit(10);
        let rows = db.read(move |tx| tx.select(&list)).await.unwrap();
        let found: Vec<(String, String)> =
            rows.iter().map(|row| (row.get("name").unwrap(), row.get("verdict").unwrap())).collect();
        assert_eq!(found, [("甲?".to_owned(), "hit?".to_owned())]);
    })
    .await;
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        prop::num::f64::NORMAL.prop_map(Value::Real),
        "\\PC{0,20}".prop_map(Value::Text),
        proptest::collection::vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        any::<u128>().prop_map(|n| Value::Id(id(n))),
    ]
}

proptest! {
    #[test]
    fn a_cursor_survives_its_text(values in proptest::collection::vec(any_value(), 0..5)) {
        let cursor = Cursor::of(values);
        let text = cursor.to_string();
        prop_assert!(text.chars().all(|c| c.is_ascii_alphanumeric()));
        prop_assert_eq!(text.parse::<Cursor>().unwrap(), cursor);
    }

    #[test]
    fn a_touched_cursor_is_an_error_and_never_a_panic(n in any::<i64>(), at in 0_usize..20, digit in "[0-9a-fx甲]", rubbish in "\\PC*") {
        let text = Cursor::of(params![n]).to_string();
        let mut signs: Vec<String> = text.chars().map(String::from).collect();
        let changed = signs[at] != digit;
        signs[at] = digit;
        prop_assert_eq!(signs.concat().parse::<Cursor>().is_err(), changed);
        prop_assert!(text[..at].parse::<Cursor>().is_err());
        prop_assert!(rubbish.parse::<Cursor>().is_err());
    }
}
