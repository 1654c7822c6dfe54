//! R02, record 40: suggestions while a contact is registered, and what became of them.

use db::Sql;
use kernel::Permission;
use testkit::{Answer, TestOffice, Visitor};

use crate::{
    desk::{COMPLAINT, register},
    portal,
};

const TOLD: &str = "昨天在好再来超市买的牛奶变质了，孩子喝了上吐下泻住院，要求退货退款，我的电话13812345678";

/// [`COMPLAINT`] with other values.
pub(crate) fn with<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = COMPLAINT.iter().filter(|(name, _)| !other.iter().any(|(one, _)| one == name));
    kept.chain(other).copied().filter(|(_, value)| !value.is_empty()).collect()
}

/// What the script asks for while somebody types.
pub(crate) async fn typing(visitor: &mut Visitor, form: &[(&str, &str)]) -> Answer {
    let headers = [("sec-fetch-site", "same-origin"), ("x-part", "advice")];
    let answer = visitor.post_with("/desk/advice", form, &headers).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(!answer.body.contains("<html"), "only the part of the page");
    answer
}

async fn trader(office: &TestOffice, name: &str, region: &str) -> kernel::TraderId {
    let new = traders::NewTrader {
        name: name.to_owned(),
        region: region.to_owned(),
        address: "南岗区中山路20号".to_owned(),
        ..traders::NewTrader::default()
    };
    let ctx = office.ctx("desk");
    office.app.db.write(move |tx| traders::create(tx, &ctx, &new)).await.unwrap()
}

/// `part place basis fate chosen` of every row, in order.
pub(crate) async fn rows(office: &TestOffice) -> Vec<String> {
    let asked = Sql {
        name: "test::ADVICE",
        text: "SELECT part, place, basis, fate, chosen FROM advice ORDER BY part, place, fate",
    };
    let rows = office.app.db.read(move |tx| tx.query(&asked, &[])).await.unwrap();
    let word = |row: &db::Row, name: &'static str| row.get::<String>(name).unwrap();
    rows.iter()
        .map(|row| {
            let place: i64 = row.get("place").unwrap();
            format!(
                "{} {place} {} {} {}",
                word(row, "part"),
                word(row, "basis"),
                word(row, "fate"),
                word(row, "chosen")
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_somebody_types_everything_is_suggested_with_its_reason() {
    TestOffice::each(async |office| {
        trader(&office, "好再来超市", "").await;
        let mut desk = office.sign_in("desk").await;
        let form = [("kind", "consultation"), ("facts", TOLD), ("respondent_address", "南岗区中山路20号")];
        let page = typing(&mut desk, &form).await;
        let text = page.text();
        for words in [
            "规则建议（未训练）",
            "一般食品 / 乳制品",
            "食品安全 / 变质过期",
            "因为写了：",
            "投诉",
            "经过里写了“好再来超市”，名称相同",
            "中山所",
            "地址写了“中山路”",
            "人身伤害",
            "疑似食物中毒",
            "未成年人",
            "手机号码 138****5678",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!page.body.contains("13812345678"), "numbers in the text are covered: {}", page.body);
        assert_eq!(page.body.matches("data-key=\"F7\"").count(), 1, "one key takes up one suggestion");
        // Nothing typed, nothing said.
        assert!(typing(&mut desk, &[("facts", "")]).await.text().contains("还没有可以建议的"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_a_button_takes_a_suggestion_up_and_keeps_everything() {
    TestOffice::each(async |office| {
        let id = trader(&office, "好再来超市", "").await.to_string();
        let mut desk = office.sign_in("desk").await;
        let typed = with(&[("goods", ""), ("problem", "")]);
        let seen = desk.post("/desk/advice", &[typed.as_slice(), &[("see", "yes")]].concat()).await;
        assert!(
            seen.text().contains("一般食品 / 乳制品") && seen.body.contains("value=\"王芳\""),
            "{}",
            seen.text()
        );
        assert!(web::sample::faults(&seen.body).is_empty(), "{:?}", web::sample::faults(&seen.body));
        let taken =
            desk.post("/desk/advice", &[typed.as_slice(), &[("accept", "goods:G01.10")]].concat()).await;
        assert!(taken.body.contains("<option value=\"G01.10\" selected>"), "{}", taken.body);
        assert!(
            taken.body.contains("68.50")
                && taken.body.contains("138-1234-5678")
                && taken.text().contains("已采纳")
        );
        assert_eq!(taken.field("advised"), "yes");
        let accept = format!("trader:{id}");
        let taken =
            desk.post("/desk/advice", &[typed.as_slice(), &[("accept", accept.as_str())]].concat()).await;
        assert_eq!(taken.field("trader_id"), id);
        assert!(rows(&office).await.is_empty(), "looking stores nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_each_suggestion_is_kept_and_the_page_counts_as_a_hand_does() {
    TestOffice::each(async |office| {
        trader(&office, "好再来超市", "").await;
        let (mut desk, mut zhang) = (office.sign_in("desk").await, office.sign_in("zhang").await);
        // Taken up, changed, left open; and one that never saw a suggestion.
        for (who, problem) in [(0, "P02.01"), (0, "P02.01"), (0, "P01.02"), (0, ""), (1, "P01.02")] {
            let facts = format!("{problem}第{who}位买的牛奶变质了，要求退款");
            let form = with(&[
                ("facts", &facts),
                ("problem", problem),
                ("phone", "13900000000"),
                ("advised", "yes"),
            ]);
            register_with(if who == 0 { &mut desk } else { &mut zhang }, &form).await;
        }
        register(&mut desk).await;
        let all = rows(&office).await;
        let count = |start: &str, fate: &str| {
            all.iter().filter(|row| row.starts_with(start) && row.split(' ').nth(3) == Some(fate)).count()
        };
        assert_eq!(count("problem 1 rules", "accepted"), 2, "{all:#?}");
        assert_eq!((count("problem 1 rules", "changed"), count("problem 1 rules", "ignored")), (2, 1));
        assert_eq!(count("trader 1 register", "ignored"), 5, "nobody chose the record");
        assert_eq!(count("goods 1 rules", "accepted"), 5);
        // Codes and numbers only.
        assert!(
            !all.iter().any(|row| row.contains("王芳") || row.contains("牛奶") || row.contains("139")),
            "{all:#?}"
        );

        // The office: 2 of 4 chosen; zhang's own: 0 of 1; desk's own: 2 of 3.
        let page = desk.get("/advice").await;
        let (own, office_part) = page.body.split_once("<h2>全局</h2>").unwrap();
        assert!(own.contains("100.0%（4／4）"), "four had something suggested: {own}");
        assert!(own.contains("66.7%（2／3）") && office_part.contains("50.0%（2／4）"), "{}", page.text());
        assert!(zhang.get("/advice").await.text().contains("0.0%（0／1）"));
        let name = office.officer("desk").name.clone();
        let asked = format!("/advice?officer={}", office.officer("desk").id);
        assert!(!zhang.get(&asked).await.text().contains(&name), "another's figures are not for a colleague");
        let mut admin = office.sign_in("admin").await;
        assert!(!admin.get("/advice").await.text().contains("66.7%"));
        assert!(admin.get(&asked).await.text().contains("66.7%（2／3）"));
        assert_eq!(office.stranger().get("/advice").await.status, 303, "not for the street");
    })
    .await;
}

pub(crate) async fn register_with(visitor: &mut Visitor, form: &[(&str, &str)]) -> String {
    let answer = visitor.post("/desk", form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/matters/").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_thing_told_before_is_suggested_within_reach_and_linked_when_taken_up() {
    TestOffice::each(async |office| {
        trader(&office, "好再来超市", "").await;
        let (mut desk, mut zhang, mut wang) =
            (office.sign_in("desk").await, office.sign_in("zhang").await, office.sign_in("wang").await);
        let copied = register(&mut zhang).await;
        let page = typing(&mut zhang, &with(&[("phone", "13900000000")])).await.text();
        assert!(page.contains(&copied) && page.contains("内容相同，今天收到"), "{page}");
        let page = typing(&mut zhang, &with(&[("facts", "昨天刚打过电话，还没有人联系")])).await.text();
        assert!(page.contains(&copied) && page.contains("同一电话"), "{page}");
        // Another's telephone, other words of the same thing.
        let told = "有小票和照片，在这家超市购买的牛奶也是已经变质的";
        let page = typing(&mut desk, &with(&[("phone", "13900000000"), ("facts", told)])).await.text();
        assert!(page.contains(&copied) && page.contains("都写了："), "{page}");
        // Out of reach is not there.
        assert!(!typing(&mut wang, COMPLAINT).await.body.contains(&copied));

        let form = with(&[("phone", "13900000000"), ("advised", "yes"), ("repeat_of", &copied)]);
        let second = register_with(&mut zhang, &form).await;
        assert!(zhang.get(&format!("/matters/{second}")).await.body.contains(&copied), "linked");
        assert!(rows(&office).await.contains(&format!("repeat 1 register accepted {copied}")));
        let wrong = with(&[("facts", "另外一件别的事情"), ("repeat_of", "TS-23-2026-09999")]);
        let answer = zhang.post("/desk", &wrong).await;
        assert!(
            answer.status == 422 && answer.text().contains("没有找到这个编号的事项"),
            "{}",
            answer.text()
        );
        let foreign = with(&[("facts", "又一件别的事情"), ("repeat_of", &copied)]);
        assert_eq!(
            wang.post("/desk", &foreign).await.status,
            422,
            "a number out of reach is as one that is not there"
        );
    })
    .await;
}

/// 令第121号 第三十七条: who reported shows nowhere, not by a likeness either.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_never_suggested_beside_a_complaint() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let report = register_with(&mut desk, &with(&[("kind", "report"), ("demands", "")])).await;
        assert!(!typing(&mut desk, COMPLAINT).await.body.contains(&report));
        let again = typing(&mut desk, &with(&[("kind", "report")])).await.text();
        assert!(again.contains(&report) && !again.contains("同一电话"), "{again}");
        let link = with(&[("facts", "别的事情一件"), ("repeat_of", &report)]);
        assert_eq!(desk.post("/desk", &link).await.status, 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_taken_up_gets_the_matter_from_who_may_dispatch() {
    TestOffice::each(async |office| {
        let mut dispatcher = office.sign_in("dispatcher").await;
        let address = [("respondent_address", "中山街道20号")];
        let page = typing(&mut dispatcher, &with(&address)).await;
        let key = page.body.split("value=\"unit:").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = [with(&address).as_slice(), &[("advised", "yes"), ("assign_unit", &key)]].concat();
        let number = register_with(&mut dispatcher, &form).await;
        assert!(dispatcher.get(&format!("/matters/{number}")).await.text().contains("中山所"));
        assert!(rows(&office).await.contains(&format!("unit 1 register accepted {key}")));
        // Who may not dispatch is told, and has nothing to press.
        let mut desk = office.sign_in("desk").await;
        let page = typing(&mut desk, &with(&address)).await;
        assert!(page.text().contains("中山所") && !page.body.contains("value=\"unit:"));
        assert!(office.officer("desk").role.may(Permission::Register));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_form_suggests_classes_and_tells_nothing_of_anybody() {
    TestOffice::each(async |office| {
        trader(&office, "好再来超市", "").await;
        let number = register(&mut office.sign_in("desk").await).await;
        let mut citizen = office.stranger();
        let until = portal::COMPLAINT.iter().position(|(question, _)| *question == "goods").unwrap();
        let begun = &portal::COMPLAINT[..until];
        citizen.post("/public/new/complaint", &[]).await;
        for (question, answer) in begun {
            citizen.post(&format!("/public/form/{question}"), answer).await;
        }
        let page = citizen.get("/public/form/goods").await;
        assert!(
            page.text().contains("按您写的，可能是") && page.text().contains("一般食品"),
            "{}",
            page.text()
        );
        assert!(page.text().contains("因为写了：") && web::sample::faults(&page.body).is_empty());
        for secret in [number.as_str(), "王芳", "内容相同", "同一电话"] {
            assert!(!page.body.contains(secret), "{secret}");
        }
        // The button is a form of its own: no script.
        assert!(page.body.contains("<input type=\"hidden\" name=\"goods\" value=\"G01\">"), "{}", page.body);
        let next = citizen.post("/public/form/goods", &[("goods", "G01")]).await;
        assert_eq!(next.location(), "/public/form/goods_more");
        let page = citizen.get("/public/form/goods_more").await;
        assert!(page.body.contains("name=\"goods_more\" value=\"G01.10\""), "{}", page.body);
        for (question, answer) in &portal::COMPLAINT[until + 1..] {
            citizen.post(&format!("/public/form/{question}"), answer).await;
        }
        portal::later(&office, 60);
        portal::send(&mut citizen).await;
        let all = rows(&office).await;
        for row in ["goods 1 rules accepted G01.10", "problem 1 rules accepted P02.01"] {
            assert!(all.contains(&row.to_owned()), "{all:?}");
        }
        // The desk's door is shut to the street.
        assert_eq!(office.stranger().post("/desk/advice", COMPLAINT).await.status, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_change_nothing() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let long = "牛奶".repeat(9_000);
        for facts in
            ["<script>alert(1)</script>牛奶变质", "\" OR 1=1 --牛奶变质", "\u{202e}奶牛\0牛奶变质", &long]
        {
            for respondent in ["<img src=x onerror=alert(1)>店", "%' OR '1'='1", "*", "NEAR(牛 奶)"] {
                let form = [
                    ("facts", facts),
                    ("respondent_name", respondent),
                    ("accept", "goods:<b>"),
                    ("kind", "没有"),
                ];
                let page = desk.post("/desk/advice", &form).await;
                assert_eq!(page.status, 200, "{}", page.text());
                assert!(!page.body.contains("<script>alert") && !page.body.contains("<img"), "{}", page.body);
            }
        }
        let foreign = [("sec-fetch-site", "cross-site")];
        assert_eq!(desk.post_with("/desk/advice", COMPLAINT, &foreign).await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_matters_are_found_by_an_index() {
    TestOffice::each(async |office| {
        if office.app.db.engine() != db::Engine::Sqlite {
            // PostgreSQL rightly reads a table of no rows from end to end.
            return;
        }
        for list in advice::widest(&office.ctx("desk")) {
            let text: &'static str = format!("EXPLAIN QUERY PLAN {}", list.text()).leak();
            let asked = Sql { name: "test::PLAN", text };
            let plan = office.app.db.read(move |tx| tx.query(&asked, &list.values()));
            let plan: Vec<String> =
                plan.await.unwrap().iter().map(|row| row.get("detail").unwrap()).collect();
            let plan = plan.join("\n");
            assert!(!plan.contains("SCAN") && !plan.contains("matter_unit"), "{text}\n{plan}");
            println!("{text}\n{plan}\n");
        }
    })
    .await;
}
