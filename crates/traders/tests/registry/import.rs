//! Files of other systems.

use std::collections::BTreeMap;

use kernel::Actor;
use traders::{NewTrader, Sheet};

use crate::office::{Registry, shop};

fn row(cells: &[(&str, &str)]) -> BTreeMap<String, String> {
    cells.iter().map(|(header, cell)| ((*header).to_owned(), (*cell).to_owned())).collect()
}

async fn import(registry: &Registry, rows: Vec<BTreeMap<String, String>>) -> Sheet {
    let ctx = registry.ground.ctx(Actor::System("导入"));
    let rows: Vec<_> = rows.into_iter().enumerate().map(|(at, row)| (at + 2, row)).collect();
    let sheet = registry.db.write(move |tx| traders::import_rows(tx, &ctx, "登记系统", &rows)).await.unwrap();
    assert!(sheet.balances(), "{sheet:?}");
    sheet
}

fn three() -> Vec<BTreeMap<String, String>> {
    vec![
        row(&[
            ("状态", "存续"),
            ("统一社会信用代码", "91350100M000100Y43"),
            ("企业名称", "好再来商贸有限公司"),
            ("住所", "南岗区中山路1号"),
            ("经营场所", "南岗区学府路2号"),
            ("行政区划", "黑龙江省哈尔滨市南岗区"),
            ("行业", "F5211"),
            ("联系电话", "0451-88667755"),
            ("不相干", "甲"),
        ]),
        row(&[("名称", "老王烧饼"), ("经营场所", "南岗区中山路9号")]),
        row(&[("名称", "老王烧饼"), ("经营场所", "道里区中央大街9号")]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_changes_nothing() {
    Registry::each(async |registry| {
        let first = import(&registry, three()).await;
        assert_eq!((first.new, first.bad.len(), first.doubtful.len()), (3, 0, 0), "{first:?}");
        let before = registry.rows().await;
        let again = import(&registry, three()).await;
        assert_eq!((again.same, again.new), (3, 0), "{again:?}");
        assert_eq!(registry.rows().await, before);
        let trader = registry.find(registry.found("91350100M000100Y43").await[0]).await;
        assert_eq!((trader.region.as_deref(), trader.industry.as_deref()), (Some("230103"), Some("F5211")));
        assert_eq!((trader.address.as_str(), trader.state.as_str()), ("南岗区学府路2号", "open"));
        let addresses = registry.db.read(move |tx| traders::addresses(tx, trader.id)).await.unwrap();
        assert_eq!(addresses.len(), 1);
        assert_eq!((addresses[0].kind.as_str(), addresses[0].line.as_str()), ("住所", "南岗区中山路1号"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_fills_what_is_missing_and_overwrites_nothing() {
    Registry::each(async |registry| {
        import(&registry, three()).await;
        let filled =
            row(&[("名称", "老王烧饼"), ("地址", "中山路9号"), ("电话", "13812345678"), ("状态", "吊销")]);
        let differing = row(&[
            ("名称", "好再来商贸有限公司"),
            ("信用代码", "91350100M000100Y43"),
            ("电话", "0451-11112222"),
            ("经营场所", "学府路200号"),
        ]);
        let sheet = import(&registry, vec![filled.clone(), differing]).await;
        assert_eq!(sheet.differing.len(), 2, "{sheet:?}");
        assert!(sheet.differing[0].1.contains("地址：档案为“南岗区中山路9号”"), "{sheet:?}");
        assert!(sheet.differing[1].1.contains("电话与档案不同") && !sheet.differing[1].1.contains("1111"));
        let stall = registry.find(registry.found("13812345678").await[0]).await;
        assert_eq!((stall.state.as_str(), stall.address.as_str()), ("revoked", "南岗区中山路9号"));
        let company = registry.find(registry.found("91350100M000100Y43").await[0]).await;
        assert_eq!(company.phone, "0451-88667755");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_is_told_by_its_line_and_stops_no_other() {
    Registry::each(async |registry| {
        let sheet = import(
            &registry,
            vec![
                row(&[("名称", ""), ("电话", "1")]),
                row(&[("名称", "好再来超市"), ("电话", "138******78")]),
                row(&[("名称", "重庆Х商贸有限公司"), ("行业", "炼丹"), ("区划", "某地"), ("状态", "飞了")]),
                row(&[("名称", "好\u{200b}又来超市"), ("统一社会信用代码", "91350100M000100Y4Z")]),
            ],
        )
        .await;
        assert_eq!((sheet.new, sheet.bad.len()), (2, 2), "{sheet:?}");
        assert_eq!(sheet.bad.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert!(sheet.bad[0].1.contains("名称") && sheet.bad[1].1.contains("遮盖"), "{sheet:?}");
        let doubts = |wanted: usize| sheet.doubtful.iter().filter(|(line, _)| *line == wanted).count();
        assert_eq!((doubts(4), doubts(5)), (4, 1), "{sheet:?}");
        assert_eq!(registry.find(registry.found("好又来").await[0]).await.name, "好又来超市");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_alone_is_nobody_and_a_code_says_more_than_a_name() {
    Registry::each(async |registry| {
        let at = |name: &str, address: &str| NewTrader { address: address.to_owned(), ..shop(name) };
        let coded = |code: &str, name: &str| NewTrader { credit_code: code.to_owned(), ..shop(name) };
        let resolve = async |new: NewTrader| {
            registry.write(move |tx, ctx| traders::resolve_or_create(tx, ctx, &new)).await.unwrap()
        };
        let shop_one = resolve(at("好再来", "南岗区中山路1号")).await;
        assert_eq!(resolve(at("好再来", "哈尔滨市南岗区中山路1号")).await, shop_one, "the same place");
        let shop_two = resolve(at("好再来", "南岗区学府路1号")).await;
        assert_ne!(shop_two, shop_one, "another place");
        let nowhere = resolve(shop("好再来")).await;
        assert!(nowhere != shop_one && nowhere != shop_two, "the brand alone");
        assert_eq!(resolve(shop("好再来")).await, nowhere, "as little known as before");
        registry
            .write(move |tx, ctx| traders::add_alias(tx, ctx, shop_one, "老字号", "brand"))
            .await
            .unwrap();
        assert_ne!(resolve(shop("老字号")).await, shop_one, "an alias is no name");

        let firm = resolve(coded("91350100M000100Y43", "红旗商贸有限公司")).await;
        assert_eq!(resolve(shop("红旗商贸有限责任公司")).await, firm, "a firm's full name");
        assert_eq!(resolve(coded("9135 0100 M000 100Y 43", "别的写法")).await, firm);
        assert_ne!(resolve(coded("913100006916203638", "红旗商贸有限公司")).await, firm, "another code");
        let other = registry.create(shop("保留的档案")).await;
        registry.write(move |tx, ctx| traders::merge(tx, ctx, other, firm, "同一家")).await.unwrap();
        assert_eq!(resolve(coded("91350100M000100Y43", "红旗商贸有限公司")).await, other);
    })
    .await;
}
