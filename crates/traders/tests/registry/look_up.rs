//! Look-up by whatever somebody has in hand.

use db::{Engine, Sql, Statement as _, Tx, params};
use traders::NewTrader;
use web::Problem;

use crate::office::{Registry, shop};

fn full() -> NewTrader {
    NewTrader {
        credit_code: "91350100M000100Y43".to_owned(),
        old_number: "110105014191741".to_owned(),
        phone: "（0451）8866 7755".to_owned(),
        ..shop("哈尔滨（红旗）商贸有限责任公司")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_in_hand_finds_the_record() {
    Registry::each(async |registry| {
        let id = registry.create(full()).await;
        registry.create(shop("大庆红星食品有限公司")).await;
        for text in [
            "91350100M000100Y43",
            "9135 0100 m000",
            "９１３５０１００",
            "110105014191741",
            "1101050141",
            "M000100Y4",
            "m000100y-4",
            "0451-88667755",
            "045188667755",
            "哈尔滨",
            "哈尔滨红旗商贸有限公司",
            "hebhq",
            "红旗",
            "红旗商贸",
            "旗商",
        ] {
            assert_eq!(registry.found(text).await, [id], "{text}");
        }
        for text in ["", "  ", "！？", "91350101", "88667755", "黑旗", "旗红", "有限公司", "商贸", "%", "'"]
        {
            assert!(registry.found(text).await.is_empty(), "{text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_can_speak_to_the_index() {
    Registry::each(async |registry| {
        let id = registry.create(full()).await;
        for text in [
            "红旗\" OR \"x",
            "红旗* NOT",
            "红旗' | '",
            "红旗:(",
            "NEAR(红旗 商贸)",
            "xc91350100m000100y43",
            "x红旗",
        ] {
            // Any answer but a fault; found is at most the one record there is.
            assert!(registry.found(text).await.iter().all(|found| *found == id), "{text}");
        }
        assert!(registry.found("xc91350100m000100y43").await.is_empty(), "tokens of the index are not words");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shortest_name_comes_first_and_no_record_twice() {
    Registry::each(async |registry| {
        let long = registry.create(shop("好再来超市中山店")).await;
        let short = registry.create(shop("好再来超市")).await;
        registry
            .write(move |tx, ctx| traders::add_alias(tx, ctx, short, "好再来便民店", "sign"))
            .await
            .unwrap();
        assert_eq!(registry.found("好再来").await, [short, long]);
        let one = registry.db.read(|tx| traders::look_up(tx, "好再来", 1)).await.unwrap();
        assert_eq!(one.len(), 1);
        assert!(registry.db.read(|tx| traders::look_up(tx, "好再来", 0)).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_record_is_found_by_what_it_is_now() {
    Registry::each(async |registry| {
        let id = registry.create(full()).await;
        let changed = NewTrader { credit_code: String::new(), phone: "13812345678".to_owned(), ..full() };
        registry.write(move |tx, ctx| traders::amend(tx, ctx, id, 1, &changed)).await.unwrap();
        for gone in ["91350100M000100Y43", "M000100Y4", "0451-88667755"] {
            assert!(registry.found(gone).await.is_empty(), "{gone}");
        }
        assert_eq!(registry.found("138 1234 5678").await, [id]);
        assert_eq!(registry.find(id).await.organisation_code, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn near_names_are_told_before_a_record_is_made() {
    Registry::each(async |registry| {
        let id = registry.create(shop("哈尔滨市南岗区红旗副食超市")).await;
        registry.create(shop("哈尔滨市道里区东方副食超市")).await;
        for (name, near) in [
            ("哈尔滨南岗红旗副食超市", true),
            ("哈尔滨市南岗区红旗副食便利店", true),
            ("哈尔滨市南岗区红旗副食超市（个体工商户）", true),
            ("红旗副食", true),
            ("大庆市萨尔图区百货大楼", false),
        ] {
            let hits = registry.db.read(move |tx| traders::near(tx, name, None)).await.unwrap();
            assert_eq!(hits.iter().any(|hit| hit.id == id), near, "{name}: {hits:?}");
        }
        let others =
            registry.db.read(move |tx| traders::near(tx, "哈尔滨市南岗区红旗副食超市", Some(id))).await;
        assert!(others.unwrap().iter().all(|hit| hit.id != id));
    })
    .await;
}

/// The plan of a look-up statement on SQLite, which plans without statistics: the harder judge.
fn plan(tx: &mut Tx, name: &str) -> Result<String, Problem> {
    let statement =
        traders::statements().into_iter().find(|statement| statement.name.ends_with(name)).unwrap();
    let text = format!("EXPLAIN QUERY PLAN {}", statement.text());
    let explain = Sql { name: "plan", text: Box::leak(text.into_boxed_str()) };
    let rows = tx.query(&explain, &params!["a", "b", 8])?;
    let lines = rows.iter().map(|row| row.get::<String>("detail")).collect::<Result<Vec<_>, _>>()?;
    Ok(lines.join("; "))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_beginning_is_answered_by_its_index_and_never_by_reading_all_records() {
    Registry::each(async |registry| {
        if registry.db.engine() == Engine::Postgres {
            return;
        }
        for (statement, index) in [
            ("lookup::BY_CODE", "trader_credit"),
            ("lookup::BY_OLD_NUMBER", "trader_old_number"),
            ("lookup::BY_NAME", "trader_name_key"),
            ("lookup::BY_INITIALS", "trader_initials"),
            ("lookup::BY_ALIAS", "trader_alias_key"),
            ("lookup::BY_ALIAS_INITIALS", "trader_alias_initials"),
        ] {
            let plan = registry.db.read(move |tx| plan(tx, statement)).await.unwrap();
            let by_index = plan.contains(&format!("USING INDEX {index} ("));
            assert!(
                by_index && !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
                "{statement}: {plan}"
            );
        }
    })
    .await;
}
