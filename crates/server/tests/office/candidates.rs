//! R01, R33: what is probably the same thing is offered with its reasons, and never tells who reported (令第121号 第三十七条).

use serde_json::{Value as Json, json};
use testkit::{TestOffice, Visitor};

use crate::{
    api::{call, token},
    desk::COMPLAINT,
    relations::{clocks_are_whole, registered, sent, text},
};

const OUTSIDE: db::Sql = db::Sql {
    name: "test::OUTSIDE",
    text: "UPDATE matter SET outside_number = 'QZ20260923001', source = $2 WHERE number = $1",
};

/// A form with other values in place of its own.
fn with<'a>(form: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = form.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more).copied().collect()
}

const STRANGER: &[(&str, &str)] = &[
    ("name", "钱进"),
    ("phone", "136-2222-3333"),
    ("address", "中山路2号"),
    ("respondent_name", "另一家商店"),
    ("facts", "买的电饭锅不到三天就坏了，商家拒绝更换，要求退货。"),
];

/// Both came under one number of another system, by two files.
async fn one_outside_number(office: &TestOffice, numbers: [&str; 2]) {
    for (number, source) in numbers.map(str::to_owned).into_iter().zip(["12345", "12315"]) {
        let write = office
            .app
            .db
            .write(move |tx| Ok::<_, web::Problem>(tx.execute(&OUTSIDE, &db::params![number, source])?));
        assert_eq!(write.await.unwrap(), 1);
    }
}

/// What the page of the same thing offers: the part under its heading.
async fn offered(visitor: &mut Visitor, number: &str) -> String {
    let page = visitor.get(&format!("/matters/{number}/cluster")).await;
    assert_eq!(page.status, 200, "{number}: {}", page.text());
    let text = page.text();
    text.split_once("可能是同一事项").expect("the section").1.to_owned()
}

async fn join(visitor: &mut Visitor, number: &str, other: &str, way: &str, why: &str) -> testkit::Answer {
    let version = visitor.get(&format!("/matters/{number}/cluster")).await.field("_version");
    let form = [("candidate", other), ("way", way), ("why", why), ("_version", &version)];
    visitor.post(&format!("/matters/{number}/cluster/candidates"), &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_likeliest_comes_first_with_its_reasons_and_one_act_for_each() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let here = registered(&mut head, COMPLAINT).await;
        let twin = registered(&mut head, COMPLAINT).await;
        let by_number = registered(&mut head, &with(COMPLAINT, STRANGER)).await;
        one_outside_number(&office, [&here, &by_number]).await;
        let elsewhere = registered(&mut office.sign_in("wang").await, COMPLAINT).await;
        office.set_day("2026-09-24");
        head = office.sign_in("head").await;
        let shop = with(STRANGER, &[("respondent_name", "好再来超市")]);
        let shop = registered(&mut head, &with(COMPLAINT, &shop)).await;
        office.set_day("2026-11-10");
        head = office.sign_in("head").await;
        let late = registered(&mut head, COMPLAINT).await;

        let text_here = offered(&mut head, &here).await;
        let at = |words: &str| text_here.find(words).unwrap_or_else(|| panic!("{words}: {text_here}"));
        assert!(at(&twin) < at(&by_number) && at(&by_number) < at(&shop), "{text_here}");
        for words in
            ["内容相同，同一天收到", "同一电话，同一天收到", "外部编号相同", "被反映对象同名，相差 1 天"]
        {
            at(words);
        }
        assert!(!text_here.contains(&late), "seven weeks apart: another purchase\n{text_here}");
        assert!(!text_here.contains(&elsewhere), "out of reach\n{text_here}");
        assert!(
            offered(&mut office.sign_in("desk").await, &here).await.contains(&elsewhere),
            "the whole bureau"
        );
        assert!(!offered(&mut office.sign_in("wang").await, &elsewhere).await.contains(&here));

        // The later repeats the earlier, whichever page it is done from; a reason is asked for, a right too.
        assert!(join(&mut head, &here, &twin, "repeat", "").await.text().contains("请写明理由"));
        assert!(join(&mut head, &here, "", "repeat", "同一次购买").await.text().contains("请先选择"));
        assert!(
            join(&mut head, &here, &elsewhere, "repeat", "同一次购买").await.text().contains("没有找到编号")
        );
        let mut zhang = office.sign_in("zhang").await;
        assert!(!offered(&mut zhang, &here).await.contains("并案：并入本件"), "no dispatcher");
        assert_eq!(join(&mut zhang, &here, &shop, "merge", "同一次购买").await.status, 403);
        assert_eq!(join(&mut zhang, &here, &twin, "repeat", "同一次购买两次来电").await.status, 303);
        assert!(text(&mut zhang, &twin).await.contains(&format!("本件重复 {here}")));
        assert_eq!(join(&mut head, &by_number, &here, "merge", "同一工单").await.status, 303);
        assert!(text(&mut head, &here).await.contains(&format!("已并入 {by_number}")));
        assert_eq!(join(&mut head, &by_number, &shop, "supplement", "补充照片").await.status, 303);
        assert!(!offered(&mut head, &by_number).await.contains(&shop), "what is linked is not offered again");

        by_a_program(&office, &late).await;
        clocks_are_whole(&office).await;
    })
    .await;
}

/// The same by the interface.
async fn by_a_program(office: &TestOffice, late: &str) {
    let mut head = office.sign_in("head").await;
    let key = token(office, "head", "read,write").await;
    let program = office.stranger();
    let path = format!("/matters/{late}/cluster/candidates");
    let (status, none) = call(&program, &key, "GET", &path, &Json::Null).await;
    assert_eq!((status, none["candidates"].as_array().unwrap().len()), (200, 0), "{none}");
    let again = registered(&mut head, COMPLAINT).await;
    let (_, some) = call(&program, &key, "GET", &path, &Json::Null).await;
    let first = &some["candidates"][0];
    assert_eq!(
        (&first["matter"]["number"], &first["reasons"][0]),
        (&json!(again), &json!("内容相同，同一天收到"))
    );
    let body = json!({ "other": again, "way": "supplement", "reason": "同一次购买" });
    let (status, done) = call(&program, &key, "POST", &path, &body).await;
    assert_eq!(status, 200, "{done}");
    assert!(text(&mut head, &again).await.contains(&format!("已并入 {late}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_candidate_joins_a_report_with_a_complaint_or_two_reports_by_telephone() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let complaint = registered(&mut head, COMPLAINT).await;
        // The same person reports the same, in the same words, under one number of 12345.
        let report = registered(&mut head, &with(COMPLAINT, &[("kind", "report"), ("demands", "")])).await;
        one_outside_number(&office, [&complaint, &report]).await;
        let other = with(
            STRANGER,
            &[("kind", "report"), ("channel", "phone"), ("name", "王芳"), ("phone", "13812345678")],
        );
        let second = registered(&mut head, &other).await;
        for login in ["head", "zhang", "desk", "dispatcher", "bureau", "legal", "auditor"] {
            let mut visitor = office.sign_in(login).await;
            for (here, there) in
                [(&complaint, &report), (&report, &complaint), (&report, &second), (&second, &report)]
            {
                let seen = offered(&mut visitor, here).await;
                assert!(!seen.contains(there.as_str()), "{login}: {here} offers {there}\n{seen}");
            }
        }
        // The right alone says nothing; one look says nothing of the other report; whoever looked at both knows anyway.
        let look = [("reason", "核对是否同一举报人")];
        for login in ["zhang", "head"] {
            let mut visitor = office.sign_in(login).await;
            visitor.post(&format!("/matters/{report}/people"), &look).await;
            assert!(!offered(&mut visitor, &report).await.contains(&second), "{login}");
            visitor.post(&format!("/matters/{second}/people"), &look).await;
            let seen = offered(&mut visitor, &report).await;
            assert_eq!(seen.contains("同一电话"), login == "head", "{login}\n{seen}");
            assert!(!seen.contains(&complaint) && !offered(&mut visitor, &complaint).await.contains(&report));
        }
        office.set_day("2026-09-25");
        assert!(
            !offered(&mut office.sign_in("head").await, &report).await.contains(&second),
            "a look lasts a day"
        );
        guessed(&office, &report).await;
    })
    .await;
}

/// Whoever registers reports under guessed telephones learns nothing from marking them as repeats.
async fn guessed(office: &TestOffice, report: &str) {
    let mut desk = office.sign_in("desk").await;
    for phone in ["13812345678", "13600000000"] {
        let guess =
            with(COMPLAINT, &[("kind", "report"), ("name", "猜测"), ("phone", phone), ("demands", "")]);
        let guess = registered(&mut desk, &guess).await;
        let link = [("other", report), ("kind", "repeat")];
        sent(&mut desk, &format!("/matters/{guess}/links"), &link).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_is_found_by_an_index() {
    TestOffice::each(async |office| {
        let lists = matters::widest(&office.ctx("head"));
        let lists: Vec<_> = lists.into_iter().filter(|list| list.text().contains("CROSS JOIN")).collect();
        assert_eq!(lists.len(), 5);
        if office.app.db.engine() != db::Engine::Sqlite {
            // PostgreSQL rightly reads a table of no rows from end to end.
            return;
        }
        for list in lists {
            let text: &'static str = format!("EXPLAIN QUERY PLAN {}", list.text()).leak();
            let asked = db::Sql { name: "test::PLAN", text };
            let plan = office.app.db.read(move |tx| tx.query(&asked, &list.values()));
            let plan: Vec<String> =
                plan.await.unwrap().iter().map(|row| row.get("detail").unwrap()).collect();
            let plan = plan.join("\n");
            assert!(!plan.contains("SCAN") && !plan.contains("matter_unit"), "{text}\n{plan}");
        }
    })
    .await;
}
