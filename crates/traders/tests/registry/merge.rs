//! Merging and its undoing.

use kernel::{Entropy, TraderId};
use traders::NewTrader;
use web::Problem;

use crate::office::{Registry, refusal, shop};

async fn merge(registry: &Registry, kept: TraderId, other: TraderId) -> web::Result<()> {
    registry.write(move |tx, ctx| traders::merge(tx, ctx, kept, other, "执照与地址一致")).await
}

const LATEST: db::Sql = db::Sql {
    name: "test::LATEST",
    text: "SELECT id FROM trader_merge WHERE merged_id = $1 AND undone_at IS NULL",
};

async fn undo(registry: &Registry, merged: TraderId) -> web::Result<TraderId> {
    registry
        .write(move |tx, ctx| {
            let row = tx.one(&LATEST, &db::params![merged])?.ok_or(Problem::NotFound)?;
            traders::undo_merge(tx, ctx, row.get("id")?, "不是同一家")
        })
        .await
}

async fn kept(registry: &Registry, id: TraderId) -> TraderId {
    registry.db.read(move |tx| traders::kept_id(tx, id)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_for_the_merged_record_finds_the_kept_one() {
    Registry::each(async |registry| {
        let one = registry.create(shop("好再来超市")).await;
        let code = "91350100M000100Y43".to_owned();
        let other =
            NewTrader { credit_code: code, phone: "13812345678".to_owned(), ..shop("南岗红旗副食店") };
        let two = registry.create(other).await;
        registry.write(move |tx, ctx| traders::add_alias(tx, ctx, two, "老王烧饼", "sign")).await.unwrap();
        merge(&registry, one, two).await.unwrap();
        for text in ["91350100M000100Y43", "13812345678", "南岗红旗", "nghq", "红旗副食", "老王", "M000100Y4"]
        {
            let hits = registry.hits(text).await;
            assert_eq!(hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), [one], "{text}");
            assert!(hits[0].alias.is_some() && hits[0].name == "好再来超市", "{text}: {hits:?}");
        }
        assert_eq!(kept(&registry, two).await, one);
        assert_eq!(registry.find(two).await.merged_into, Some(one), "matters keep their record");
        undo(&registry, two).await.unwrap();
        assert_eq!(registry.found("南岗红旗").await, [two]);
        let verbs = ["alias_added", "merge_undone", "trader_created", "trader_created", "traders_merged"];
        assert_eq!(registry.verbs().await, verbs);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_merged_is_refused_with_its_reason() {
    Registry::each(async |registry| {
        let (one, two, three) = (
            registry.create(shop("甲店")).await,
            registry.create(shop("乙店")).await,
            registry.create(shop("丙店")).await,
        );
        assert_eq!(refusal(merge(&registry, one, one).await), "merge_self");
        let silent = registry.write(move |tx, ctx| traders::merge(tx, ctx, one, two, " ")).await;
        assert_eq!(refusal(silent), "merge_reason");
        merge(&registry, one, two).await.unwrap();
        assert_eq!(refusal(merge(&registry, three, two).await), "already_merged");
        assert_eq!(refusal(merge(&registry, two, three).await), "already_merged");
        let changed = shop("乙店新名");
        let amended = registry.write(move |tx, ctx| traders::amend(tx, ctx, two, 2, &changed)).await;
        assert_eq!(refusal(amended), "merged");
        undo(&registry, two).await.unwrap();
        assert!(matches!(undo(&registry, two).await, Err(Problem::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_would_give_a_code_twice_is_refused_and_changes_nothing() {
    Registry::each(async |registry| {
        let coded = |name| NewTrader { credit_code: "91350100M000100Y43".to_owned(), ..shop(name) };
        let one = registry.create(shop("甲店")).await;
        let two = registry.create(coded("乙店")).await;
        merge(&registry, one, two).await.unwrap();
        registry.create(coded("丙店")).await;
        let before = registry.rows().await;
        assert_eq!(refusal(undo(&registry, two).await), "credit_code_taken");
        assert_eq!(registry.rows().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_two_merges_across_each_other_make_no_ring() {
    Registry::each(async |registry| {
        for round in 0..10 {
            let one = registry.create(shop(&format!("甲店{round}"))).await;
            let two = registry.create(shop(&format!("乙店{round}"))).await;
            let (there, back) = tokio::join!(merge(&registry, one, two), merge(&registry, two, one));
            let done = [&there, &back].iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(done, 1, "{there:?} {back:?}");
            assert_eq!(kept(&registry, one).await, kept(&registry, two).await);
        }
    })
    .await;
}

/// Merges at random, undone at random: whatever the order, the last undo leaves every record as it was, and in between every
/// record leads to one that is kept.
#[tokio::test(flavor = "multi_thread")]
async fn undoing_every_merge_in_any_order_restores_exactly() {
    Registry::each(async |registry| {
        let chance = Entropy::seeded("merges");
        let mut ids = Vec::new();
        for at in 0..6 {
            let new =
                NewTrader { address: format!("中山路{at}号"), ..shop(&format!("好再来第{at}店")) };
            ids.push(registry.create(new).await);
        }
        let pick = |list: &[TraderId]| list[usize::try_from(chance.below(list.len() as u64)).unwrap()];
        let before = registry.rows().await;
        for _ in 0..8 {
            let mut merged = Vec::new();
            for _ in 0..12 {
                let (one, two) = (pick(&ids), pick(&ids));
                let lawful = one != two
                    && registry.find(one).await.merged_into.is_none()
                    && registry.find(two).await.merged_into.is_none();
                assert_eq!(merge(&registry, one, two).await.is_ok(), lawful);
                if lawful {
                    merged.push(two);
                }
                for id in &ids {
                    let root = kept(&registry, *id).await;
                    assert_eq!(registry.find(root).await.merged_into, None);
                }
            }
            assert!(!merged.is_empty() && registry.rows().await != before);
            while !merged.is_empty() {
                let next = pick(&merged);
                merged.retain(|id| *id != next);
                undo(&registry, next).await.unwrap();
            }
            assert_eq!(registry.rows().await, before);
        }
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(registry.found(&format!("好再来第{at}店")).await, [*id]);
        }
    })
    .await;
}
