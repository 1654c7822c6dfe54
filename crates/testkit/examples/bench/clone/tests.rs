//! A copied bureau against the one that was lived, and one of which only what is counted was copied against one that was copied whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use insight::{Dimension, FIGURES, Period, kept::Reading};
use server::demo::{self, Size};

use super::{
    counted::COUNTED,
    plan::{ALL, OTHERS, made, text_of},
    *,
};

db::sql! {
    TABLES_OF_FILE = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search_index%' AND name NOT LIKE 'sqlite%' ORDER BY name";
    INDEXES_OF_FILE = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name";
    ORPHANS = "SELECT COUNT(*) FROM pragma_foreign_key_check";
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

/// A bureau of forty days in a folder of its own, closed.
async fn lived(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("xiaobao-{name}-{}", std::process::id()));
    let app = server::open(&folder, "", true).await.expect("an office").app;
    assert!(demo::fill_to(&app, Size { pace: 2_000, ..Size::of_days(40, 60) }).await.expect("a bureau"));
    app.db.close().await;
    folder
}

fn beside(folder: &Path) -> PathBuf {
    let other = folder.with_added_extension("counted");
    std::fs::create_dir_all(&other).expect("a folder");
    for file in std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()) {
        if file.is_file() {
            std::fs::copy(&file, other.join(file.file_name().expect("a name"))).expect("a copy");
        }
    }
    other
}

/// Every figure, and its parts by what is not drawn anew; by what is drawn, how many there are in all.
async fn figures(app: &App) -> BTreeMap<String, i64> {
    let ctx = app.ctx(Actor::System("测试"));
    let period = Period { from: jiff::civil::date(2000, 1, 1), to: jiff::civil::date(2199, 12, 31) };
    let kept = [Dimension::Kind, Dimension::Phase, Dimension::Outcome, Dimension::Month, Dimension::Due];
    app.db
        .read(move |tx| {
            let reading = Reading::walking(&ctx);
            let mut told = BTreeMap::new();
            for (figure, answer) in FIGURES.iter().zip(reading.values(tx, period)?) {
                told.insert(figure.id.to_owned(), answer.part);
                told.insert(format!("{} of", figure.id), answer.whole.unwrap_or(0));
                for dimension in Dimension::ALL.iter().filter(|one| **one != Dimension::Detail) {
                    for cut in reading.by(tx, figure, period, *dimension)? {
                        let key = if kept.contains(dimension) { cut.key.as_str() } else { "all" };
                        *told.entry(format!("{} {} {key}", figure.id, dimension.code())).or_default() +=
                            cut.value;
                    }
                }
            }
            Ok::<_, Problem>(told)
        })
        .await
        .expect("figures")
}

/// What the file is beside its rows: indexes, rows that refer to nothing, series with gaps.
async fn whole(app: &App) -> (Vec<[String; 2]>, i64, Vec<String>) {
    app.db
        .read(|tx| {
            let indexes = tx.query(&INDEXES_OF_FILE, &[])?;
            let indexes = indexes.iter().map(|row| ["name", "sql"].map(|name| text_of(row, name))).collect();
            Ok::<_, Problem>((indexes, tx.scalar(&ORPHANS, &[])?, numbers(tx)?))
        })
        .await
        .expect("rows")
}

/// Every figure is that of the bureau that was copied whole; indexes are back; kept counts are the recount.
#[tokio::test(flavor = "multi_thread")]
async fn a_counted_bureau_has_the_figures_of_one_copied_whole() {
    let folder = lived("counted").await;
    let other = beside(&folder);
    let app = server::open(&folder, "", false).await.expect("an office").app;
    let counted = server::open(&other, "", false).await.expect("an office").app;
    let before = figures(&app).await;
    let more = multiply(&app, 3).await.expect("copies");
    assert_eq!(multiply_counted(&counted, 3).await.expect("copies"), more);
    let (one, two) = (figures(&app).await, figures(&counted).await);
    assert_eq!(one, two);
    for id in [
        "received",
        "closed",
        "accepted",
        "recovered",
        "report_verified",
        "notices_sent",
        "clocks_stopped",
        "published_rate of",
    ] {
        assert!(two[id] > before[id] * 3, "{id}: {} of {}", two[id], before[id]);
    }
    assert_eq!(whole(&app).await, whole(&counted).await);
    assert_eq!(whole(&counted).await.1, 0, "rows that refer to nothing");

    insight::kept::fold_all(&counted.db).await.expect("kept counts");
    let ctx = counted.ctx(Actor::System("测试"));
    let period = Period { from: jiff::civil::date(2000, 1, 1), to: jiff::civil::date(2199, 12, 31) };
    let different = counted.db.read(move |tx| {
        assert!(Reading::open(tx, &ctx)?.is_kept(), "the counts stand");
        insight::kept::recount(tx, &ctx, period)
    });
    assert_eq!(different.await.expect("a recount"), []);
    for (app, folder) in [(app, folder), (counted, other)] {
        app.db.close().await;
        std::fs::remove_dir_all(folder).expect("the folder goes");
    }
}

/// A figure that reads one table more would be counted short in such a bureau.
#[tokio::test(flavor = "multi_thread")]
async fn what_figures_read_is_put_down_or_has_no_row_of_a_plain_life() {
    let folder = std::env::temp_dir().join(format!("xiaobao-counted-read-{}", std::process::id()));
    let app = server::open(&folder, "", true).await.expect("an office").app;
    let ctx = app.ctx(Actor::System("测试"));
    let lists = insight::widest(&ctx).into_iter().map(|list| list.text());
    let kept = insight::statements().into_iter().filter(|one| one.name.starts_with("insight::kept::"));
    // What stands between quotes is a word of a column, not a table: a matter's kind is `settlement` too.
    let bare = |text: String| text.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let texts: Vec<String> = lists.chain(kept.map(|one| one.text.to_owned())).map(bare).collect();
    let tables = app.db.read(|tx| tx.query(&TABLES_OF_FILE, &[])).await.expect("tables");
    let tables: Vec<String> = tables.iter().map(|row| text_of(row, "name")).collect();
    let is_read = |table: &&String| texts.iter().any(|text| db::names_table(text, table));
    let mut read: BTreeSet<&str> = tables.iter().filter(is_read).map(String::as_str).collect();
    for table in COUNTED {
        assert!(read.remove(table), "{table} is read by no figure: leave it out");
    }
    let others = OTHERS.map(|(table, _)| table.split(' ').next().unwrap_or_default());
    read.retain(|table| !others.contains(table) && !table.starts_with("figure_"));
    assert_eq!(read.into_iter().collect::<Vec<_>>(), ["trader", "unit"], "no table of single matters");
    app.db.close().await;
    std::fs::remove_dir_all(folder).expect("the folder goes");
}
