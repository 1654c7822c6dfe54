//! Search finds the same on both engines, and what a reader of the tokens would find.

use db::{Db, Sql, params, testing::TestDatabase};
use proptest::{prelude::*, test_runner::TestRunner};
use uuid::Uuid;

use crate::{ALL, id, sql};

const FOUND: Sql = sql("SELECT doc FROM search_document WHERE doc IN SEARCH_DOCS($1) ORDER BY doc");

const LEARN: Sql = sql("ANALYZE search_document");

const HELD: Sql = sql("SELECT t.doc FROM search_document t WHERE SEARCH_HOLDS(t.doc, $1) ORDER BY t.doc");

fn tokens(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

async fn put(db: &Db, doc: u128, text: &str) {
    let tokens = tokens(text);
    db.write(move |tx| tx.search_put(id(doc), &tokens)).await.unwrap();
}

async fn found(db: &Db, phrases: &[&str]) -> Vec<Uuid> {
    let phrases: Vec<Vec<String>> = phrases.iter().map(|phrase| tokens(phrase)).collect();
    let query = db::match_query(db.engine(), &phrases);
    let both = db.read(move |tx| {
        let (found, held) = (tx.query(&FOUND, &params![query])?, tx.query(&HELD, &params![query])?);
        Ok::<_, db::Error>((found, held))
    });
    let docs = |rows: &[db::Row]| rows.iter().map(|row| row.get::<Uuid>("doc").unwrap()).collect::<Vec<_>>();
    let (rows, held) = both.await.unwrap();
    assert_eq!(docs(&rows), docs(&held), "{phrases:?}");
    rows.iter().map(|row| row.get("doc").unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_and_phrases_are_found() {
    TestDatabase::each(ALL, async |db| {
        put(&db, 1, "退货 货物 物坏 ABC 91110302306646672B 市场监督").await;
        put(&db, 2, "退款 货到").await;
        put(&db, 3, "退 换货 退货 𠮷野家").await;
        put(&db, 2, "退款 新").await;
        for (phrases, docs) in [
            (vec!["退货"], vec![1, 3]),
            (vec!["退货 货物"], vec![1]),
            (vec!["货物 退货"], vec![]),
            (vec!["退货", "abc"], vec![1]),
            (vec!["91110302306646672b"], vec![1]),
            (vec!["9111"], vec![]),
            (vec!["货到"], vec![]),
            (vec!["新"], vec![2]),
            (vec!["退"], vec![3]),
            (vec!["市场监督"], vec![1]),
            (vec!["𠮷野家"], vec![3]),
            (vec!["\" OR 退款 NOT"], vec![]),
            (vec!["退款*"], vec![2]),
            (vec!["'", "\""], vec![]),
            (vec![], vec![]),
        ] {
            assert_eq!(
                found(&db, &phrases).await,
                docs.into_iter().map(id).collect::<Vec<_>>(),
                "{phrases:?}"
            );
        }
    })
    .await;
}

/// A walk looks old documents up elsewhere than new ones.
#[tokio::test(flavor = "multi_thread")]
async fn old_documents_are_found_like_new_ones() {
    const FAR: Sql = sql("INSERT INTO search_document (docid, doc) VALUES (300000, $1)");
    let database = TestDatabase::sqlite(ALL).await.unwrap();
    let db = &database.db;
    put(db, 1, "退货 货物").await;
    put(db, 2, "退款").await;
    db.write(|tx| tx.execute(&FAR, &params![id(9)])).await.unwrap();
    put(db, 3, "退货").await;
    put(db, 4, "退款 货物").await;
    for (phrase, docs) in [("退货", [1, 3]), ("退款", [2, 4]), ("货物", [1, 4])] {
        assert_eq!(found(db, &[phrase]).await, docs.map(id), "{phrase}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_in_very_many_documents_are_known_as_such() {
    TestDatabase::each(ALL, async |db| {
        let many = 24_000;
        let put = move |tx: &mut db::Tx| {
            let text = |doc| match doc % 10 {
                0..3 => "商家 退货 预付卡",
                3 => "商家 退货 预付款 小票金",
                4..6 => "商家 退货 预付款",
                _ => "商家 退货 交付卡",
            };
            (1..many).try_for_each(|doc| {
                let once = if doc < 4_000 { "旧闻" } else { "" };
                tx.search_put(id(doc), &tokens(&format!("{} {once}", text(doc))))
            })?;
            tx.search_put(id(many), &tokens("商家 牛奶"))
        };
        db.write(put).await.unwrap();
        let is_server = db.engine() == db::Engine::Postgres;
        if is_server {
            db.write(|tx| tx.execute(&LEARN, &[])).await.unwrap();
        }
        // 预付卡: its pairs stand side by side in a third of all, 小票金 in a tenth. 旧闻 is in four thousand, behind twenty thousand that came
        // later.
        for (word, common) in [
            ("商家", true),
            ("退货", true),
            ("预付卡", true),
            ("小票金", true),
            ("旧闻", false),
            ("牛奶", false),
            ("卡预付", false),
            ("没有", false),
        ] {
            let query = db::match_query(db.engine(), &[tokens(word)]);
            let said = db.read(move |tx| tx.search_is_common(&query, 1)).await.unwrap();
            assert_eq!(said, common, "{word}");
        }
        // In a unit with a twentieth of all a page of 预付卡 ends behind some three thousand, of 小票金 behind ten thousand, which
        // are walked over sooner there than two thousand are gathered.
        for (word, common) in [("预付卡", true), ("小票金", is_server)] {
            let query = db::match_query(db.engine(), &[tokens(word)]);
            assert_eq!(db.read(move |tx| tx.search_is_common(&query, 20)).await.unwrap(), common, "{word}");
        }
    })
    .await;
}

/// How many documents hold 退货, seen by the command itself.
fn seen(tx: &mut db::Tx) -> Result<usize, db::Error> {
    let query = db::match_query(tx.engine(), &[tokens("退货")]);
    Ok(tx.query(&FOUND, &params![query])?.len())
}

/// Words are kept until the shared commit; nobody who looks may notice.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_finds_what_it_has_put_and_what_was_undone_is_found_by_nobody() {
    TestDatabase::each(ALL, async |db| {
        put(&db, 1, "退货").await;
        db.write::<_, db::Error>(|tx| {
            assert_eq!(seen(tx)?, 1);
            tx.search_put(id(2), &tokens("退货"))?;
            assert_eq!(seen(tx)?, 2);
            let undone = tx.attempt(|tx| {
                tx.search_put(id(3), &tokens("退货"))?;
                tx.search_remove(id(1))?;
                assert_eq!(seen(tx)?, 2);
                Err::<(), _>(db::Error::Closed)
            });
            assert!(undone.is_err());
            assert_eq!(seen(tx)?, 2);
            tx.search_put(id(4), &tokens("退货"))?;
            tx.search_put(id(4), &tokens("换货"))
        })
        .await
        .unwrap();
        assert_eq!(found(&db, &["退货"]).await, [id(1), id(2)]);
        assert_eq!(found(&db, &["换货"]).await, [id(4)]);
        let failed = db.write(|tx| {
            tx.search_put(id(5), &tokens("退货"))?;
            assert_eq!(seen(tx)?, 3);
            Err::<(), _>(db::Error::Closed)
        });
        assert!(failed.await.is_err());
        put(&db, 6, "别的").await;
        assert_eq!(found(&db, &["退货"]).await, [id(1), id(2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_taken_out_is_found_no_more_and_its_neighbours_are() {
    TestDatabase::each(ALL, async |db| {
        put(&db, 1, "退货").await;
        put(&db, 2, "退货").await;
        db.write(|tx| tx.search_remove(id(1))).await.unwrap();
        db.write(|tx| tx.search_remove(id(7))).await.unwrap();
        assert_eq!(found(&db, &["退货"]).await, [id(2)]);
        put(&db, 1, "退货").await;
        assert_eq!(found(&db, &["退货"]).await, [id(1), id(2)]);
        db.write(|tx| tx.search_put(id(1), &[])).await.unwrap();
        assert_eq!(found(&db, &["退货"]).await, [id(2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_document_is_indexed_as_far_as_both_engines_can() {
    TestDatabase::each(ALL, async |db| {
        let mut words: Vec<String> = (0..20_000).map(|n| format!("w{n}")).collect();
        words.push("长".repeat(3_000));
        words.insert(0, "长".repeat(3_000));
        db.write(move |tx| tx.search_put(id(1), &words)).await.unwrap();
        assert_eq!(found(&db, &["w0 w1"]).await, [id(1)]);
        assert_eq!(found(&db, &["w16380 w16381"]).await, [id(1)]);
        assert!(found(&db, &["w16382"]).await.is_empty());
        let long = "长".repeat(64);
        assert_eq!(found(&db, &[&long]).await, [id(1)]);
        let wide = vec!["宽".repeat(64); 10_000];
        db.write(move |tx| tx.search_put(id(2), &wide)).await.unwrap();
        assert_eq!(found(&db, &[&"宽".repeat(64)]).await, [id(2)]);
    })
    .await;
}

/// Tokens as the index gets them, and some that must be cleaned first.
fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        "[退货款坏]{1,4}",
        "[abAB]{1,2}",
        "[0-2]{1,2}",
        Just("İzmir".to_owned()),
        Just("Straße".to_owned()),
        Just("𠮷家".to_owned()),
        Just("ς".to_owned()),
        Just("Σ".to_owned()),
        Just("退-货".to_owned()),
        Just("*\"'".to_owned()),
        Just("é".to_owned()),
        Just("e\u{301}".to_owned()),
    ]
}

/// What is found by reading: every phrase stands somewhere, its words side by side.
fn reads(document: &[String], phrases: &[Vec<String>]) -> bool {
    let clean = |words: &[String]| -> Vec<String> {
        let words =
            words.iter().map(|word| word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect());
        words.filter(|word: &String| !word.is_empty()).collect()
    };
    let document = clean(document);
    let mut phrases =
        phrases.iter().map(|phrase| clean(phrase)).filter(|phrase| !phrase.is_empty()).peekable();
    phrases.peek().is_some()
        && phrases.all(|phrase| document.windows(phrase.len()).any(|words| words == phrase.as_slice()))
}

#[test]
fn both_engines_find_what_reading_finds() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sqlite = runtime.block_on(TestDatabase::sqlite(ALL)).unwrap();
    let postgres = runtime.block_on(TestDatabase::postgres(ALL)).unwrap();
    let document = proptest::collection::vec(token(), 0..12);
    let phrases = proptest::collection::vec(proptest::collection::vec(token(), 1..3), 0..3);
    let case = (proptest::collection::vec(document, 1..6), proptest::collection::vec(phrases, 1..6));
    for db in [Some(&sqlite.db), postgres.as_ref().map(|test| &test.db)].into_iter().flatten() {
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) };
        let outcome = TestRunner::new(config).run(&case, |(documents, queries)| {
            let stored = documents.clone();
            let put = move |tx: &mut db::Tx| {
                tx.execute(&sql("DELETE FROM search_document"), &[])?;
                (0_u128..).zip(&stored).try_for_each(|(n, document)| tx.search_put(id(n), document))
            };
            db.write_blocking(put).unwrap();
            for phrases in queries {
                let query = db::match_query(db.engine(), &phrases);
                let rows = db.read_blocking(move |tx| tx.query(&FOUND, &params![query])).unwrap();
                let found: Vec<Uuid> = rows.iter().map(|row| row.get("doc").unwrap()).collect();
                let read = (0_u128..).zip(&documents).filter(|(_, document)| reads(document, &phrases));
                prop_assert_eq!(found, read.map(|(n, _)| id(n)).collect::<Vec<_>>(), "{:?}", phrases);
            }
            Ok(())
        });
        outcome.unwrap();
    }
}
