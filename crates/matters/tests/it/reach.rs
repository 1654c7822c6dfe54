//! R33: who may know of which matter.

use db::Engine;
use kernel::Ctx;
use matters::{Matter, relations};
use web::Problem;

use crate::{Office, sql};

/// The five matters, by letter: A in 230101, B in 2302 but with zhang, C in 2303 registered by the station, D in 23,
/// E in 230101 registered by the station and kept from zhang, li and the station.
async fn five(office: &Office) -> Vec<(char, Matter)> {
    let a = office.opens("desk", "zhang").await;
    let b = office.opens("desk", "wang").await;
    let c = office.opens("station", "station").await;
    let d = office.opens("desk", "desk").await;
    let e = office.opens("station", "zhang").await;
    let (unit, zhang) = (office.officer("wang").unit, office.officer("zhang").id);
    let number = b.number.clone();
    office
        .does("dispatcher", move |tx, ctx| {
            let mut found = matters::lock(tx, ctx, &number, None)?;
            matters::assign(tx, ctx, &mut found, unit, Some(zhang), "")
        })
        .await
        .unwrap();
    for (name, granted) in [("zhang", true), ("station", true), ("li", true), ("wang", false)] {
        let (id, officer) = (e.id, office.officer(name).id);
        office
            .does("bureau", move |tx, ctx| {
                relations::ask_recusal(tx, ctx, id, officer, "近亲属", "投诉人")?;
                relations::decide_recusal(tx, ctx, id, granted)
            })
            .await
            .unwrap();
    }
    vec![('A', a), ('B', b), ('C', c), ('D', d), ('E', e)]
}

/// A way to learn of a matter.
type Way = fn(&mut db::Tx, &Ctx, &Matter) -> web::Result<bool>;

/// What each may know of.
const TRUTH: &[(&str, &str)] = &[
    ("admin", ""),
    ("dispatcher", "ABCDE"),
    ("desk", "ABCDE"),
    ("bureau", "ABCDE"),
    ("auditor", "ABCDE"),
    ("branch", "AE"),
    ("head", "AE"),
    ("zhang", "AB"),
    ("li", "A"),
    ("wang", "B"),
    ("station", "C"),
    ("public", ""),
    ("system", "ABCDE"),
];

#[tokio::test(flavor = "multi_thread")]
async fn sec_38_the_table_of_who_sees_what_holds_by_number_id_list_and_search() {
    Office::each(async |office| {
        let five = five(&office).await;
        assert!(office.everybody().all(|name| TRUTH.iter().any(|(known, _)| *known == name)));
        for (name, sees) in TRUTH {
            let seen = |way: Way| {
                let five = five.clone();
                office.does(name, move |tx, ctx| {
                    let mut seen = String::new();
                    for (letter, matter) in &five {
                        if way(tx, ctx, matter)? {
                            seen.push(*letter);
                        }
                    }
                    Ok(seen)
                })
            };
            let ways: [(&str, Way); 5] = [
                ("number", |tx, ctx, one| known(matters::find(tx, ctx, &one.number))),
                ("id", |tx, ctx, one| known(matters::by_id(tx, ctx, one.id))),
                ("lock", |tx, ctx, one| known(matters::lock(tx, ctx, &one.number, None))),
                ("list", |tx, ctx, one| listed(tx, &matters::within_reach(ctx), one)),
                ("search", |tx, ctx, one| {
                    let list = matters::search::narrow(matters::within_reach(ctx), tx.engine(), "牛奶");
                    listed(tx, &list, one)
                }),
            ];
            for (word, way) in ways {
                assert_eq!(&seen(way).await.unwrap(), sees, "{name} by {word}");
            }
        }
    })
    .await;
}

fn known(found: web::Result<Matter>) -> web::Result<bool> {
    match found {
        Ok(_) => Ok(true),
        Err(Problem::NotFound) => Ok(false),
        Err(problem) => Err(problem),
    }
}

fn listed(tx: &mut db::Tx, list: &db::Select, one: &Matter) -> web::Result<bool> {
    let numbers: Vec<String> =
        tx.select(list)?.iter().map(|row| row.get("number")).collect::<Result<_, _>>()?;
    Ok(numbers.contains(&one.number))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subtree_is_found_by_its_indexes() {
    Office::each(async |office| {
        if office.db.engine() != Engine::Sqlite {
            // PostgreSQL rightly reads a table of no rows from end to end; the plan tells nothing there.
            return;
        }
        let list = matters::within_reach(&office.ctx("zhang"));
        let text: &'static str = format!("EXPLAIN QUERY PLAN {}", list.text()).leak();
        let plan = office.db.read(move |tx| tx.query(&sql(text), &list.values())).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.get("detail").unwrap()).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("matter_unit") && plan.contains("matter_officer"), "{plan}");
        assert!(!plan.contains("SCAN m"), "{plan}");
    })
    .await;
}

/// A filter as the page gives it.
fn filter(words: serde_json::Value) -> matters::Filter {
    serde_json::from_value(words).unwrap()
}

/// The newest of what an officer may know of, by the list of the page and by sorting all within reach; and how the former is found.
async fn newest(office: &Office, name: &str) -> (Vec<String>, Vec<String>, String) {
    let numbers = |rows: Vec<db::Row>| rows.iter().map(|row| row.get("number").unwrap()).collect();
    office
        .does(name, move |tx, ctx| {
            let asked = filter(serde_json::json!({ "kind": "complaint" })).weighed_for(tx, ctx)?;
            let list = matters::listed(ctx, &asked, tx.engine(), 50, None);
            let sorted = matters::within_reach(ctx).order("m.received_at DESC, m.number DESC").limit(51);
            let plan: &'static str = format!("EXPLAIN QUERY PLAN {}", list.text()).leak();
            let plan = match tx.engine() {
                Engine::Sqlite => tx.query(&sql(plan), &list.values())?,
                Engine::Postgres => Vec::new(),
            };
            let plan: Vec<String> = plan.iter().map(|row| row.get("detail")).collect::<Result<_, _>>()?;
            Ok((numbers(tx.select(&list)?), numbers(tx.select(&sorted)?), plan.join("\n")))
        })
        .await
        .unwrap()
}

/// The first page of a station with tens of thousands of matters was all of them, read from everywhere in the file and sorted.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_very_many_is_walked_and_shows_the_same() {
    Office::each(async |office| {
        five(&office).await;
        let (walked, sorted, plan) = newest(&office, "zhang").await;
        assert_eq!(walked, sorted);
        assert!(!plan.contains("matter_latest"), "few are sorted: {plan}");
        office
            .does("system", |tx, _| {
                let columns = "kind, title, state, phase, unit_id, unit_path, officer_id, registered_by, channel, goods, problem, \
                               received_on, rule_set, next_alarm, version";
                let numbers = match tx.engine() {
                    Engine::Sqlite => {
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
                         SELECT i, randomblob(16) AS id FROM n"
                    }
                    Engine::Postgres => "SELECT i, gen_random_uuid() AS id FROM generate_series(1, 5000) AS i",
                };
                let text = format!(
                    "INSERT INTO matter (id, number, received_at, {columns}) SELECT n.id, m.number || '-' || n.i, \
                     m.received_at + n.i * 1000 % 7777, {} FROM matter m CROSS JOIN ({numbers}) n \
                     WHERE m.number = (SELECT MIN(x.number) FROM matter x JOIN unit u ON u.id = x.unit_id WHERE u.code = '230101')",
                    columns.split(", ").map(|column| format!("m.{column}")).collect::<Vec<_>>().join(", "),
                );
                tx.execute(&sql(text.leak()), &[])?;
                Ok(())
            })
            .await
            .unwrap();
        for name in ["zhang", "li", "head"] {
            let (walked, sorted, plan) = newest(&office, name).await;
            assert_eq!(walked.len(), 51);
            assert_eq!(walked, sorted, "{name}");
            if office.db.engine() == Engine::Sqlite {
                assert!(plan.contains("matter_latest") && !plan.contains("TEMP B-TREE"), "{name}: {plan}");
            }
        }
    })
    .await;
}
