//! Records, their names, addresses and tags.

use kernel::{Role, TraderId};
use traders::{NewAddress, NewTrader};
use web::Problem;

use crate::office::{Registry, refusal, shop};

const CODE: &str = "91350100M000100Y43";

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_of_twenty_at_once_one_gets_the_code() {
    Registry::each(async |registry| {
        let registry = &registry;
        let tries = (0..20).map(|at| {
            let new = NewTrader { credit_code: CODE.to_owned(), ..shop(&format!("好再来超市{at}")) };
            let ctx = registry.head();
            let db = registry.db.clone();
            tokio::spawn(async move { db.write(move |tx| traders::create(tx, &ctx, &new)).await })
        });
        let mut made = 0;
        for attempt in tries.collect::<Vec<_>>() {
            match attempt.await.unwrap() {
                Ok(_) => made += 1,
                refused => assert_eq!(refusal(refused), "credit_code_taken"),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(registry.rows().await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_two_changes_at_once_do_not_overwrite_each_other() {
    Registry::each(async |registry| {
        let id = registry.create(shop("好再来超市")).await;
        let change = |phone: &str| NewTrader { phone: phone.to_owned(), ..shop("好再来超市") };
        let (first, second) = (change("0451-87654321"), change("0451-12345678"));
        registry.write(move |tx, ctx| traders::amend(tx, ctx, id, 1, &first)).await.unwrap();
        let late = registry.write(move |tx, ctx| traders::amend(tx, ctx, id, 1, &second)).await;
        assert!(matches!(late, Err(Problem::Stale(_))));
        assert_eq!(registry.find(id).await.phone, "0451-87654321");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_39_a_masked_value_is_stored_neither_by_creating_nor_by_amending() {
    Registry::each(async |registry| {
        let real = NewTrader { phone: "13812345678".to_owned(), ..shop("好再来超市") };
        let masked = NewTrader { phone: kernel::mask::phone("13812345678"), ..shop("好再来超市") };
        assert_eq!(registry.refused(masked.clone()).await, "masked");
        let id = registry.create(real).await;
        let amended = registry.write(move |tx, ctx| traders::amend(tx, ctx, id, 1, &masked)).await;
        assert_eq!(refusal(amended), "masked");
        assert_eq!(registry.find(id).await.phone, "13812345678");
        let alias = registry.write(move |tx, ctx| traders::add_alias(tx, ctx, id, "好**", "sign")).await;
        assert_eq!(refusal(alias), "masked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_51_a_name_in_foreign_letters_is_recorded_after_a_second_look_and_found_by_both_spellings() {
    Registry::each(async |registry| {
        let latin = registry.create(shop("重庆X商贸有限公司")).await;
        assert_eq!(registry.refused(shop("重庆Х商贸有限公司")).await, "trader_name_suspicious");
        assert_eq!(registry.refused(shop("重庆\u{202e}X商贸有限公司")).await, "trader_name_hidden");
        let near = registry.db.read(|tx| traders::near(tx, "重庆Х商贸有限公司", None)).await.unwrap();
        assert_eq!(near.iter().map(|hit| hit.id).collect::<Vec<_>>(), [latin]);
        let checked = NewTrader { letters_checked: true, ..shop("重庆Х商贸有限公司") };
        let cyrillic = registry.create(checked).await;
        let mut both = registry.found("重庆x商贸").await;
        both.sort();
        let mut wanted = [latin, cyrillic];
        wanted.sort();
        assert_eq!(both, wanted);
        let alias = registry.write(move |tx, ctx| traders::add_alias(tx, ctx, latin, "Х店", "sign")).await;
        assert_eq!(refusal(alias), "trader_name_suspicious");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_52_a_code_that_does_not_pass_is_recorded_with_a_warning() {
    Registry::each(async |registry| {
        let new = NewTrader { credit_code: "91350100m000100y4z ".to_owned(), ..shop("好再来超市") };
        let trader = registry.find(registry.create(new).await).await;
        assert_eq!(trader.credit_code.as_deref(), Some("91350100M000100Y4Z"));
        let checks = trader.checks();
        assert!(!checks[0].ok && checks[0].reason.contains("第 18 位"), "{checks:?}");
        let none = NewTrader { credit_code: "-".to_owned(), ..shop("好又来超市") };
        let blank = NewTrader { credit_code: " ".to_owned(), ..shop("又再来超市") };
        for new in [none, blank] {
            assert_eq!(registry.find(registry.create(new).await).await.credit_code, None);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_name_stays_as_a_former_one_and_still_finds_the_record() {
    Registry::each(async |registry| {
        let id = registry.create(shop("好再来超市")).await;
        let renamed = shop("万家福超市");
        registry.write(move |tx, ctx| traders::amend(tx, ctx, id, 1, &renamed)).await.unwrap();
        let aliases = registry.db.read(move |tx| traders::aliases(tx, id)).await.unwrap();
        assert_eq!(
            aliases.iter().map(|a| (a.name.as_str(), a.kind.as_str())).collect::<Vec<_>>(),
            [("好再来超市", "曾用名")]
        );
        let hit = registry.hits("好再来").await.remove(0);
        assert_eq!((hit.id, hit.name.as_str(), hit.alias.as_deref()), (id, "万家福超市", Some("好再来超市")));
        assert_eq!(registry.verbs().await, ["trader_amended", "trader_created"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_is_recorded_once_found_by_and_taken_off() {
    Registry::each(async |registry| {
        let id = registry.create(shop("哈尔滨市南岗区王氏食品店")).await;
        let add =
            move |tx: &mut db::Tx, ctx: &kernel::Ctx| traders::add_alias(tx, ctx, id, "老王烧饼", "sign");
        registry.write(add).await.unwrap();
        assert_eq!(refusal(registry.write(add).await), "alias_known");
        for text in ["老王", "lwsb", "烧饼"] {
            assert_eq!(registry.found(text).await, [id], "{text}");
        }
        let alias = registry.db.read(move |tx| traders::aliases(tx, id)).await.unwrap().remove(0);
        let other = registry.create(shop("别家")).await;
        let foreign = registry.write(move |tx, ctx| traders::remove_alias(tx, ctx, other, alias.id)).await;
        assert!(matches!(foreign, Err(Problem::NotFound)), "another trader's alias is not there");
        registry.write(move |tx, ctx| traders::remove_alias(tx, ctx, id, alias.id)).await.unwrap();
        for text in ["老王", "lwsb", "烧饼"] {
            assert!(registry.found(text).await.is_empty(), "{text}");
        }
    })
    .await;
}

async fn spans(registry: &Registry, id: TraderId) -> Vec<(String, String, String, Option<String>)> {
    let addresses = registry.db.read(move |tx| traders::addresses(tx, id)).await.unwrap();
    let day = |day: jiff::civil::Date| day.to_string();
    addresses.into_iter().map(|a| (a.kind, a.line, day(a.from_day), a.to_day.map(day))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_changes_stays_in_the_history_with_its_region() {
    Registry::each(async |registry| {
        let at = |line: &str| NewTrader {
            address: line.to_owned(),
            region: "230103".to_owned(),
            ..shop("好再来超市")
        };
        let id = registry.create(at("中山路1号")).await;
        registry.ground.clock.set("2026-10-01T01:00:00Z".parse().unwrap());
        let moved = at("学府路2号");
        registry.write(move |tx, ctx| traders::amend(tx, ctx, id, 1, &moved)).await.unwrap();
        let own = |text: &str| text.to_owned();
        let (start, end) = (own("2026-09-23"), own("2026-10-01"));
        assert_eq!(
            spans(&registry, id).await,
            [
                (own("经营场所"), own("学府路2号"), end.clone(), None),
                (own("经营场所"), own("中山路1号"), start.clone(), Some(end.clone())),
            ]
        );
        let addresses = registry.db.read(move |tx| traders::addresses(tx, id)).await.unwrap();
        assert!(addresses.iter().all(|a| a.region_name == "黑龙江省 哈尔滨市 南岗区"), "{addresses:?}");

        let imported = at("中山路1号");
        let by = registry.ground.ctx(kernel::Actor::System("导入"));
        let other = registry
            .db
            .write(move |tx| traders::create(tx, &by, &NewTrader { name: "别家".into(), ..imported.clone() }))
            .await
            .unwrap();
        assert!(spans(&registry, other).await.is_empty());
        let moved = NewTrader { name: "别家".to_owned(), ..at("学府路3号") };
        registry.ground.clock.set("2026-10-05T01:00:00Z".parse().unwrap());
        registry.write(move |tx, ctx| traders::amend(tx, ctx, other, 1, &moved)).await.unwrap();
        assert_eq!(
            spans(&registry, other).await,
            [
                (own("经营场所"), own("学府路3号"), own("2026-10-05"), None),
                (own("经营场所"), own("中山路1号"), end, Some(own("2026-10-05"))),
            ]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trader_has_one_domicile_at_a_time() {
    Registry::each(async |registry| {
        let id = registry.create(shop("好再来超市")).await;
        let place = |line: &str, day: &str| NewAddress {
            kind: "domicile".to_owned(),
            region: "230103".to_owned(),
            line: line.to_owned(),
            from_day: Some(day.parse().unwrap()),
        };
        for new in [place("中山路1号", "2020-01-01"), place("中山路9号", "2026-01-01")] {
            registry.write(move |tx, ctx| traders::add_address(tx, ctx, id, &new)).await.unwrap();
        }
        let lines = spans(&registry, id).await;
        assert_eq!(lines[0].3, None);
        assert_eq!((lines[1].1.as_str(), lines[1].3.as_deref()), ("中山路1号", Some("2026-01-01")));
        let known = place("中山路9号", "2026-02-01");
        let again = registry.write(move |tx, ctx| traders::add_address(tx, ctx, id, &known)).await;
        assert_eq!(refusal(again), "address_known");
        let late = place("中山路10号", "2026-09-24");
        let late = registry.write(move |tx, ctx| traders::add_address(tx, ctx, id, &late)).await;
        assert_eq!(refusal(late), "address_day");
        let open = registry.db.read(move |tx| traders::addresses(tx, id)).await.unwrap().remove(0).id;
        let end = move |day: &'static str| {
            move |tx: &mut db::Tx, ctx: &kernel::Ctx| {
                traders::end_address(tx, ctx, id, open, day.parse().unwrap())
            }
        };
        assert_eq!(refusal(registry.write(end("2025-12-31")).await), "address_day");
        registry.write(end("2026-09-23")).await.unwrap();
        assert_eq!(refusal(registry.write(end("2026-09-23")).await), "address_ended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_given_once_and_taken_off() {
    Registry::each(async |registry| {
        let id = registry.create(shop("好再来超市")).await;
        let tag =
            |tag: &'static str| move |tx: &mut db::Tx, ctx: &kernel::Ctx| traders::add_tag(tx, ctx, id, tag);
        registry.write(tag("名优企业")).await.unwrap();
        registry.write(tag("名优企业")).await.unwrap();
        assert_eq!(refusal(registry.write(tag(" ")).await), "tag");
        let tags = move |tx: &mut db::Tx| traders::tags(tx, id);
        assert_eq!(registry.db.read(tags).await.unwrap(), ["名优企业"]);
        let off = move |tx: &mut db::Tx, ctx: &kernel::Ctx| traders::remove_tag(tx, ctx, id, "名优企业");
        registry.write(off).await.unwrap();
        assert!(registry.db.read(tags).await.unwrap().is_empty());
        assert!(matches!(registry.write(off).await, Err(Problem::NotFound)));
        assert_eq!(registry.verbs().await, ["trader_created", "trader_tagged", "trader_untagged"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_keep_traders_changes_nothing() {
    Registry::each(async |registry| {
        let ctx = registry.officer(Role::Auditor);
        let new = shop("好再来超市");
        assert_eq!(
            refusal(registry.db.write(move |tx| traders::create(tx, &ctx, &new)).await),
            "not_permitted"
        );
        let (one, two) = (registry.create(shop("甲店")).await, registry.create(shop("乙店")).await);
        let desk = registry.officer(Role::Desk);
        let merged = registry.db.write(move |tx| traders::merge(tx, &desk, one, two, "同一家")).await;
        assert_eq!(refusal(merged), "not_permitted");
    })
    .await;
}
