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
