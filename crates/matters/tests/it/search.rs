//! The same words find the same matters on both engines.

use std::sync::Mutex;

use matters::{
    NewMatter,
    parties::{self, NewParty},
    search,
};

use crate::{Office, a_complaint};

const TEXTS: &[(&str, &str)] = &[
    ("好再来超市 乳制品", "购买的牛奶已经变质，要求退一赔三"),
    ("金鹰健身 预付卡", "办理预付卡后商家跑路，无法联系"),
    ("ＡＢＣ数码 手机", "iPhone15屏幕碎裂，三包期内拒绝维修，订单20260923001"),
    ("农贸市场 缺斤短两", "买奶油蛋糕缺斤短两，七日无理由退货被拒"),
    ("汽修厂", "轮胎与宣传不符。牛\u{3000}奶分开写"),
];

/// What was typed, and which of the texts it finds.
const WANTED: &[(&str, &str)] = &[
    ("奶", "0 3 4"),
    ("牛奶", "0"),
    ("奶牛", ""),
    ("变质", "0"),
    ("质变", ""),
    ("退一赔三", "0"),
    ("跑路", "1"),
    ("预付卡", "1"),
    ("缺斤短两", "3"),
    ("七日无理由", "3"),
    ("好再来", "0"),
    ("好再来超市", "0"),
    ("退货", "3"),
    ("三包", "2"),
    ("iphone15", "2"),
    ("IPHONE15 屏幕", "2"),
    ("ABC", "2"),
    ("ａｂｃ数码", "2"),
    ("20260923001", "2"),
    ("牛奶 变质", "0"),
    ("牛奶 跑路", ""),
    ("奶 拒", "3"),
    ("要求，退一赔三", "0"),
    ("不符牛奶", ""),
    ("TS-23-2026-00002", "1"),
    ("ts-23-2026-00002", "1"),
    ("ＴＳ－23－2026－00002", "1"),
    ("TS-23-2026-00002 跑路", "1"),
    ("TS-23-2026-00002 牛奶", ""),
    ("TS-23-2026-0000", ""),
    ("2026-00002", "1"),
    ("", "0 1 2 3 4"),
    ("王芳", ""),
    ("13812345678", ""),
    ("测试街", ""),
    ("\" OR \"", ""),
    ("奶*", "0 3 4"),
];

async fn filled(office: &Office) {
    for (title, text) in TEXTS {
        let of = office.officer("desk").clone();
        office
            .does("desk", move |tx, ctx| {
                let new = NewMatter {
                    title: (*title).to_owned(),
                    text: (*text).to_owned(),
                    ..a_complaint(ctx, &of)
                };
                let opened = matters::open(tx, ctx, &new)?;
                let person = NewParty {
                    role: "complainant".to_owned(),
                    name: "王芳".to_owned(),
                    phone: "13812345678".to_owned(),
                    address: "测试街1号".to_owned(),
                    ..NewParty::default()
                };
                parties::add(tx, ctx, opened.id, &person)
            })
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_one_character_and_more_find_the_same_on_both_engines_and_no_personal_data() {
    let per_engine: Mutex<Vec<Vec<String>>> = Mutex::new(Vec::new());
    Office::each(async |office| {
        filled(&office).await;
        let mut all = Vec::new();
        for (typed, wanted) in WANTED {
            let rows = office.does("desk", move |tx, ctx| {
                let reach = || matters::within_reach(ctx);
                let found = tx.select(&search::narrow(reach(), tx.engine(), typed).order("m.number"))?;
                // Words that are in very many matters go another way to the same rows.
                let walked = search::narrow_on_the_way(reach(), tx.engine(), typed, true);
                let walked = tx.select(&walked.order("m.number"))?;
                let numbers = |rows: &[db::Row]| {
                    rows.iter().map(|row| row.get::<String>("number")).collect::<Result<Vec<_>, _>>()
                };
                assert_eq!(numbers(&found)?, numbers(&walked)?, "{typed}");
                assert!(!search::is_common(tx, ctx, typed)?);
                Ok(found)
            });
            let found = rows.await.unwrap();
            let numbers = found.iter().map(|row| row.get::<String>("number").unwrap());
            let places: Vec<String> = numbers
                .map(|number| (number[number.len() - 1..].parse::<usize>().unwrap() - 1).to_string())
                .collect();
            assert_eq!(&places.join(" "), wanted, "{typed}");
            all.push(places.join(" "));
        }
        per_engine.lock().unwrap().push(all);
    })
    .await;
    let per_engine = per_engine.into_inner().unwrap();
    assert!(per_engine.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_within_reach_is_not_found() {
    Office::each(async |office| {
        filled(&office).await;
        for (name, count) in [("desk", 5), ("zhang", 0), ("admin", 0), ("public", 0)] {
            let rows = office.does(name, |tx, ctx| {
                let list = search::narrow(matters::within_reach(ctx), tx.engine(), "");
                Ok(tx.select(&list)?.len())
            });
            assert_eq!(rows.await.unwrap(), count, "{name}");
        }
    })
    .await;
}
