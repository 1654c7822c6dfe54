//! A copied bureau against the one that was lived.

use std::collections::BTreeMap;

use server::demo::{self, Size};

use super::{
    plan::{ALL, made},
    *,
};

db::sql! {
    TABLES_OF_FILE = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search_index%' AND name NOT LIKE 'sqlite%' ORDER BY name";
    DOCUMENTS = "SELECT COUNT(*) FROM SEARCH_DOCS($1) d";
}

/// Each table: which columns are empty, and how often that is so.
type Shape = BTreeMap<String, BTreeMap<Vec<bool>, usize>>;

async fn shape(app: &App) -> Shape {
    app.db
        .read(|tx| {
            let mut shape = Shape::new();
            for table in tx.query(&TABLES_OF_FILE, &[])? {
                let table: String = table.first()?;
                let of = shape.entry(table.clone()).or_default();
                for row in tx.query(&made(format!("SELECT * FROM {table}")), &[])? {
                    *of.entry(row.values().iter().map(|value| *value == Value::Null).collect())
                        .or_default() += 1;
                }
            }
            Ok::<_, Problem>(shape)
        })
        .await
        .expect("rows")
}

/// Same tables, same columns empty and filled, numbers without gap, chain and clocks whole, everything found again.
#[tokio::test(flavor = "multi_thread")]
async fn a_copied_bureau_is_like_the_lived_one() {
    let folder = std::env::temp_dir().join(format!("xiaobao-clone-{}", std::process::id()));
    let app = server::open(&folder, "", true).await.expect("an office").app;
    assert!(demo::fill_to(&app, Size { pace: 2_000, ..Size::of_days(40, 60) }).await.expect("a bureau"));
    let ctx = app.ctx(Actor::System("测试"));
    let by = ctx.clone();
    let plan = app.db.read(move |tx| Plan::read(tx, &by)).await.expect("a plan");
    assert!(plan.lives.len() > 200, "{} plain lives", plan.lives.len());
    let mut copied = Shape::new();
    for (table, values) in plan.lives.iter().flat_map(|life| &life.rows) {
        let empty = values.iter().map(|value| *value == Value::Null).collect();
        *copied.entry(TABLES[*table].0.to_owned()).or_default().entry(empty).or_default() += 1;
    }
    let before = shape(&app).await;
    assert_eq!(multiply(&app, 3).await.expect("copies"), plan.lives.len() * 3);
    let mut after = shape(&app).await;
    // What the journal and the index write by themselves, and the figures that follow the journal.
    for table in ["journal", "search_document", "figure_due"] {
        assert!(after[table].values().sum::<usize>() > before[table].values().sum::<usize>(), "{table}");
        assert!(after[table].keys().eq(before[table].keys()), "{table}");
        after.insert(table.to_owned(), before[table].clone());
    }
    for (table, shapes) in &copied {
        let of = after.get_mut(table).expect("the same tables");
        for (empty, count) in shapes {
            *of.get_mut(empty).expect("the same columns empty") -= count * 3;
        }
    }
    assert_eq!(after, before, "each life is there four times, and nothing else was touched");

    let last = plan.number(&plan.lives[0], 3);
    let keyring = app.ground.keyring.clone();
    let (verdict, different, found) = app
        .db
        .read(move |tx| {
            let phrases = matters::search::phrases(&last);
            let found: i64 = tx.scalar(&DOCUMENTS, &[db::match_query(tx.engine(), &phrases)])?;
            let different = matters::clocks::differences(tx, &ctx)?;
            Ok::<_, Problem>((journal::verify(tx, &keyring)?, different, found))
        })
        .await
        .expect("a walk");
    assert!(verdict.broken.is_empty() && verdict.rows > 1_000, "{verdict}");
    assert_eq!(different, Vec::<String>::new());
    assert_eq!(found, 1, "the copy is found by its number");
    let counted = app.db.read(numbers).await.expect("numbers");
    assert_eq!(counted, Vec::<String>::new(), "series without gap");
    app.db.close().await;
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

/// Series whose last number is not the count of their matters.
fn numbers(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    let mut series: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in tx.query(&ALL, &[])? {
        let number: String = row.get("number")?;
        let (head, ordinal) = number.rsplit_once('-').expect("an ordinal");
        let of = series.entry(head.to_owned()).or_default();
        *of = (of.0 + 1, of.1.max(ordinal.parse().expect("an ordinal")));
    }
    Ok(series.into_iter().filter(|(_, (count, last))| count != last).map(|(head, _)| head).collect())
}
