//! SEC_47: whoever changes the journal in the database is found, whatever is changed.

use db::{Error, Sql, ToValue as _, Tx, Value, params};
use journal::Verdict;
use kernel::Keyring;
use uuid::Uuid;

use crate::{Office, sql};

const COLUMNS: &[(&str, Sql)] = &[
    ("id", sql("UPDATE journal SET id = $2 WHERE id = $1")),
    ("lane", sql("UPDATE journal SET lane = $2 WHERE id = $1")),
    ("seq", sql("UPDATE journal SET seq = $2 WHERE id = $1")),
    ("matter_id", sql("UPDATE journal SET matter_id = $2 WHERE id = $1")),
    ("subject", sql("UPDATE journal SET subject = $2 WHERE id = $1")),
    ("verb", sql("UPDATE journal SET verb = $2 WHERE id = $1")),
    ("actor_id", sql("UPDATE journal SET actor_id = $2 WHERE id = $1")),
    ("actor", sql("UPDATE journal SET actor = $2 WHERE id = $1")),
    ("post", sql("UPDATE journal SET post = $2 WHERE id = $1")),
    ("at", sql("UPDATE journal SET at = $2 WHERE id = $1")),
    ("request", sql("UPDATE journal SET request = $2 WHERE id = $1")),
    ("state", sql("UPDATE journal SET state = $2 WHERE id = $1")),
    ("detail", sql("UPDATE journal SET detail = $2 WHERE id = $1")),
    ("seal", sql("UPDATE journal SET seal = $2 WHERE id = $1")),
];

const ROW: Sql = sql("SELECT id, lane, seq, matter_id, subject, verb, actor_id, actor, post, at, request, \
     state, detail, seal FROM journal WHERE id = $1");

/// Every value that differs from `value` in one byte (in one character of a text), and the value gone or appearing.
fn neighbours(row: &db::Row, column: &'static str) -> Vec<Value> {
    if column.ends_with("id") {
        let id = row.get::<Option<Uuid>>(column).unwrap();
        let Some(id) = id else { return vec![Uuid::from_u128(1).to_value()] };
        return (0..16).map(|byte| Uuid::from_u128(id.as_u128() ^ (1 << (8 * byte))).to_value()).collect();
    }
    if let Ok(number) = row.get::<i64>(column) {
        return (0..8).map(|byte| (number ^ (1 << (8 * byte))).to_value()).collect();
    }
    let Some(text) = row.get::<Option<String>>(column).unwrap() else {
        return vec!["x".to_value(), String::new().to_value()];
    };
    let chars: Vec<char> = text.chars().collect();
    let swapped = (0..chars.len()).map(|at| {
        let other = |c: char| char::from_u32(c as u32 ^ 1).unwrap_or('x');
        chars.iter().enumerate().map(|(i, c)| if i == at { other(*c) } else { *c }).collect::<String>()
    });
    swapped.chain([format!("{text} ")]).map(|text| text.to_value()).collect()
}

/// What the walk finds after `change`, which is undone again; `None` when the schema itself refuses the change. A value
/// that no row of ours can hold, such as an instant in the year 10946, stops the walk: found too, but not as a row.
fn after(
    tx: &mut Tx,
    keyring: &Keyring,
    change: impl FnOnce(&mut Tx) -> Result<(), Error>,
) -> Option<Result<Verdict, Error>> {
    let mut found = None;
    let undone: Result<(), Error> = tx.attempt(|tx| {
        change(tx)?;
        found = Some(journal::verify(tx, keyring));
        Err(Error::Stale)
    });
    assert!(undone.is_err());
    found
}

/// Some lines of several matters, so that lanes have first, middle and last rows.
async fn a_day(office: &Office) {
    for _ in 0..12 {
        let matter = office.opens("desk", "zhang").await;
        office
            .does("zhang", move |tx, ctx| {
                for words in ["甲", "乙"] {
                    let detail = serde_json::json!({ "words": words });
                    matters::note(tx, ctx, matter.id, "answer", Some("open"), &detail)?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_47_every_change_of_one_byte_of_any_column_is_found() {
    Office::each(async |office| {
        a_day(&office).await;
        let keyring = office.ground.keyring.clone();
        let tried = office.does("system", move |tx, _| {
            assert_eq!(journal::verify(tx, &keyring)?.broken, vec![], "untouched, it holds");
            let rows = sql("SELECT id FROM journal WHERE verb = 'register' OR subject <> '' ORDER BY id");
            let rows = tx.query(&rows, &[])?;
            let ids = [rows.first(), rows.last()].map(|row| row.unwrap().get::<Uuid>("id").unwrap());
            let mut tried = 0;
            for id in ids {
                let row = tx.one(&ROW, &params![id])?.unwrap();
                for (column, change) in COLUMNS {
                    for value in neighbours(&row, column) {
                        let values = [id.to_value(), value.clone()];
                        let found = after(tx, &keyring, |tx| tx.execute(change, &values).map(drop));
                        let Some(found) = found else {
                            // Two rows at one place of a lane: the schema has no room for them.
                            assert!(["lane", "seq"].contains(column), "{column} = {value:?}");
                            continue;
                        };
                        tried += 1;
                        let Ok(found) = found else {
                            assert_eq!(*column, "at", "{value:?}");
                            continue;
                        };
                        assert!(!found.broken.is_empty(), "{column} = {value:?}");
                        let first = found.broken.first().unwrap();
                        assert!(
                            found.to_string().contains(&format!("第 {} 链第 {} 行", first.lane, first.seq))
                        );
                    }
                }
            }
            Ok(tried)
        });
        let tried = tried.await.unwrap();
        assert!(tried > 400, "{tried}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_47_rows_removed_inserted_reordered_or_cut_off_are_found_and_named() {
    Office::each(async |office| {
        a_day(&office).await;
        let keyring = office.ground.keyring.clone();
        office
            .does("system", move |tx, _| {
                let lane = sql("SELECT lane FROM journal GROUP BY lane HAVING COUNT(*) >= 4 ORDER BY lane LIMIT 1");
                let lane: i64 = tx.scalar(&lane, &[])?;
                let last: i64 = tx.scalar(&sql("SELECT MAX(seq) FROM journal WHERE lane = $1"), &params![lane])?;
                let delete = sql("DELETE FROM journal WHERE lane = $1 AND seq = $2");
                let swap = sql("UPDATE journal SET seq = $3 WHERE lane = $1 AND seq = $2");
                let copy = sql("INSERT INTO journal (id, lane, seq, matter_id, subject, verb, actor_id, actor, post, at, request, state, detail, seal) \
                                SELECT $3, lane, $2, matter_id, subject, verb, actor_id, actor, post, at, request, state, detail, seal \
                                FROM journal WHERE lane = $1 AND seq = 1");
                let head = sql("UPDATE journal_lane SET seq = $2 WHERE lane = $1");
                let mut wrong = Vec::new();
                let mut expect = |word: &str, found: Option<Result<Verdict, Error>>, seq: i64| {
                    let first = found.unwrap().unwrap().broken.into_iter().find(|broken| broken.lane == lane);
                    if first.as_ref().map(|broken| broken.seq) != Some(seq) {
                        wrong.push(format!("{word}: {first:?} instead of {seq}"));
                    }
                };
                for seq in 1..=last {
                    let found = after(tx, &keyring, |tx| tx.execute(&delete, &params![lane, seq]).map(drop));
                    expect("removed", found, seq);
                }
                let found = after(tx, &keyring, |tx| {
                    tx.execute(&swap, &params![lane, 2, 1_000])?;
                    tx.execute(&swap, &params![lane, 3, 2])?;
                    tx.execute(&swap, &params![lane, 1_000, 3]).map(drop)
                });
                expect("reordered", found, 2);
                let added = Uuid::from_u128(7);
                let found = after(tx, &keyring, |tx| tx.execute(&copy, &params![lane, last + 1, added]).map(drop));
                expect("inserted behind the end", found, last + 1);
                let found = after(tx, &keyring, |tx| {
                    for seq in (2..=last).rev() {
                        tx.execute(&swap, &params![lane, seq, seq + 1])?;
                    }
                    tx.execute(&copy, &params![lane, 2, added])?;
                    tx.execute(&head, &params![lane, last + 1]).map(drop)
                });
                expect("inserted in the middle", found, 2);
                assert_eq!(wrong, Vec::<String>::new());
                Ok(())
            })
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_and_its_line_are_written_together_or_not_at_all() {
    Office::each(async |office| {
        let matter = office.opens("desk", "zhang").await;
        let id = matter.id;
        let failed: web::Result<()> = office
            .does("zhang", move |tx, ctx| {
                matters::note(tx, ctx, id, "answer", None, &serde_json::json!({}))?;
                Err(kernel::Refusal::new("no", "不行").into())
            })
            .await;
        assert!(failed.is_err());
        let told = office.does("zhang", move |tx, _| Ok(journal::of(tx, id)?)).await.unwrap();
        let verbs: Vec<&str> = told.iter().map(|record| record.verb.as_str()).collect();
        assert_eq!(verbs, ["register"]);
        let line = matters::timeline::line(&told[0]);
        assert_eq!((line.at.as_str(), line.what.as_str()), ("2026-09-23 09:00", "登记"));
        assert_eq!(line.who, "desk（23所 接待员）");
    })
    .await;
}
