//! R01: single pages of the public: wrong answers, other ways through the questions, receipts, notices, stations.

use testkit::TestOffice;

use crate::portal::{COMPLAINT, PNG, Page, REPORT, answer, fill, later, opened, send, sent};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_come_back_as_typed_with_a_sentence() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        citizen.post("/public/new/complaint", &[]).await;
        for (question, typed, shown, sentence) in [
            ("whose", &[("whose", "nobody")][..], "", "请选择一项"),
            ("name", &[("name", "王5")], "value=\"王5\"", "姓名里有数字"),
            ("phone", &[("phone", "12-34")], "value=\"12-34\"", "电话号码不对"),
            ("phone", &[("phone", "138******78")], "value=\"138******78\"", "遮盖后的内容"),
            ("address", &[("address", "街上")], "value=\"街上\"", "写到门牌号"),
            ("trader", &[("trader", "")], "", "请填写商家名称"),
            ("place", &[("place", "店")], "value=\"店\"", "请填写商家地址"),
            ("goods", &[("goods", "G99")], "", "请选择一项"),
            ("bought", &[("goods_name", "牛奶"), ("amount", "一百")], "value=\"一百\"", "金额请填数字"),
            ("when", &[("happened_on", "去年")], "value=\"去年\"", "日期请按"),
            ("when", &[("happened_on", "2026-12-01")], "value=\"2026-12-01\"", "不能晚于今天"),
            ("facts", &[("facts", "坏了")], "坏了</textarea>", "至少 10 个字"),
            ("demands", &[("demands", "other")], "value=\"other\" checked", "请写明具体要求"),
            ("publish", &[], "", "请选择一项"),
        ] {
            let page = citizen.post(&format!("/public/form/{question}"), typed).await;
            assert_eq!(page.status, 422, "{question}");
            assert!(
                page.body.contains(shown) && page.text().contains(sentence),
                "{question}: {}",
                page.text()
            );
            assert!(web::sample::faults(&page.body).is_empty(), "{:?}", web::sample::faults(&page.body));
            let again = citizen.get(&format!("/public/form/{question}")).await;
            assert!(again.body.contains(shown), "{question}: kept over pages");
        }
        later(&office, 60);
        let check = citizen.get("/public/check").await;
        assert!(
            check.text().contains("还没有回答好") && !check.body.contains("提交投诉"),
            "{}",
            check.text()
        );
        assert_eq!(citizen.post("/public/submission", &[]).await.status, 422);
        let files = [("a.txt", &b"words"[..])];
        let text = citizen.post_files("/public/form/photos", &[], &files).await;
        assert!(text.status == 422 && text.text().contains("不是照片或者 PDF"), "{}", text.text());
        let many: Vec<(&str, &[u8])> = (0..6).map(|_| ("a.png", PNG)).collect();
        assert!(citizen.post_files("/public/form/photos", &[], &many).await.text().contains("最多 5 份"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_shows_authority_and_a_joint_complaint_two_representatives() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        fill(&office, &mut citizen, "complaint", COMPLAINT).await;
        let changed = citizen.post("/public/form/whose?check=true", &[("whose", "agent")]).await;
        assert_eq!(changed.location(), "/public/form/agent?check=true", "the new question opens");
        let agent = [("agent_name", "孙律师"), ("agent_phone", "13900000009")];
        let bare = citizen.post("/public/form/agent?check=true", &agent).await;
        assert!(bare.text().contains("授权委托书原件"), "{}", bare.text());
        citizen.post("/public/form/whose?check=true", &[("whose", "joint")]).await;
        let joint =
            [("others", "李强 13900000001"), ("representative_1", "王芳"), ("representative_2", "路人")];
        let wrong = citizen.post("/public/form/joint?check=true", &joint).await;
        assert!(wrong.text().contains("代表人应当是投诉人之一"), "{}", wrong.text());
        let joint =
            [("others", "李强 13900000001"), ("representative_1", "王芳"), ("representative_2", "李强")];
        let right = citizen.post("/public/form/joint?check=true", &joint).await;
        assert_eq!(right.location(), "/public/check");
        let (number, _) = send(&mut citizen).await;
        let page = office.sign_in("dispatcher").await.get(&format!("/matters/{number}")).await;
        assert!(page.text().contains("代表人") && !page.text().contains("代理人"), "{}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_on_the_page_and_the_office_can_print_a_receipt() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        let pages: &[Page<'_>] = &[
            ("topic", &[("topic", "returns")]),
            ("facts", &[("facts", "手机三包怎么算？")]),
            ("reply", &[("reply", "web")]),
        ];
        let (number, first) = sent(&office, &mut citizen, "consultation", pages).await;
        let mut visitor = opened(&office, &number, &first).await;
        let mut desk = office.sign_in("desk").await;
        let page = desk.get(&format!("/matters/{number}")).await;
        assert!(page.text().contains("咨询 退换货与三包"), "{}", page.text());
        answer(&mut desk, &number, "answer", &[("topic", "returns"), ("answer", "主机一年")]).await;
        assert!(visitor.get("/public/matter").await.text().contains("主机一年"));
        let path = format!("/matters/{number}/receipt");
        assert!(desk.get(&path).await.text().contains("从此作废"));
        let printed = desk.post(&path, &[]).await;
        let second =
            printed.body.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(visitor.get("/public/matter").await.location(), "/public/status", "the old visit is over");
        let old = visitor.post("/public/status", &[("number", &number), ("code", &first)]).await;
        assert_eq!(old.status, 422, "the old code is void");
        opened(&office, &number, &second).await;
        assert!(citizen.get("/public/receipt").await.text().contains("查询码已经换发"));
        assert_eq!(office.sign_in("auditor").await.post(&path, &[]).await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_on_the_web_are_read_there_and_that_is_their_proof() {
    TestOffice::each(async |office| {
        let (number, code) = sent(&office, &mut office.stranger(), "complaint", COMPLAINT).await;
        let mut head = office.sign_in("dispatcher").await;
        let zhang = office.officer("zhang");
        answer(&mut head, &number, "assignment", &[("target", &format!("{}|{}", zhang.unit, zhang.id))])
            .await;
        let mut zhang = office.sign_in("zhang").await;
        let path = format!("/matters/{number}/notices");
        let form = zhang.get(&path).await.body;
        let party = form.split("id=\"party\"").nth(1).unwrap().split("<option value=\"").nth(2).unwrap();
        let party = party.split('"').next().unwrap().to_owned();
        let common = [("notice_kind", "progress"), ("notice_channel", "web")];
        let own = [&common[..], &[("party", party.as_str()), ("text", "已约定周五调解")]].concat();
        assert_eq!(zhang.post(&path, &own).await.status, 303);
        let other = [&common[..], &[("text", "请贵店提交进货票据")]].concat();
        assert_eq!(zhang.post(&path, &other).await.status, 303);
        let page = opened(&office, &number, &code).await.get("/public/matter").await;
        assert!(
            page.text().contains("已约定周五调解") && !page.text().contains("进货票据"),
            "{}",
            page.text()
        );
        let page = zhang.get(&format!("/matters/{number}")).await;
        assert!(page.text().contains("网页已读记录：公众页面 2026-09-23"), "{}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn districts_choose_the_unit_and_stations_are_found_by_district() {
    TestOffice::each(async |office| {
        let ctx = office.app.ctx(kernel::Actor::System("测试"));
        let units = [
            ("2310", "南岗分局", "branch", "23", "230103"),
            ("2311", "道里分局", "branch", "23", "230102"),
            ("231101", "安静维权站", "station", "2311", ""),
        ];
        office
            .app
            .db
            .write(move |tx| {
                for (code, name, kind, parent, region) in units {
                    let [code, name, kind, parent, region] =
                        [code, name, kind, parent, region].map(str::to_owned);
                    let new = people::NewUnit {
                        code,
                        name,
                        kind,
                        parent,
                        region,
                        address: "安静街5号".into(),
                        phone: "0451-8888".into(),
                    };
                    people::create_unit(tx, &ctx, &new)?;
                }
                Ok::<_, web::Problem>(())
            })
            .await
            .unwrap();
        let mut citizen = office.stranger();
        let all = citizen.get("/public/stations").await;
        assert!(all.text().contains("中山维权站") && all.text().contains("安静维权站"));
        let near = citizen.get("/public/stations?region=230102").await;
        assert!(near.text().contains("安静街5号") && !near.text().contains("中山维权站"), "{}", near.text());
        citizen.post("/public/new/report", &[]).await;
        citizen.post("/public/form/identity", &[("identity", "anonymous")]).await;
        let page = citizen.get("/public/form/region").await;
        let unit = page.body.split("道里区（道里分局）").next().unwrap().rsplit("value=\"").next().unwrap();
        let unit = unit.split('"').next().unwrap().to_owned();
        for (question, answer) in REPORT.iter().skip(1).chain([&("region", &[("region", unit.as_str())][..])])
        {
            assert_eq!(
                citizen.post(&format!("/public/form/{question}"), answer).await.status,
                303,
                "{question}"
            );
        }
        later(&office, 60);
        assert!(send(&mut citizen).await.0.starts_with("JB-2311-"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_cookies_is_told_so_and_a_long_answer_is_refused() {
    TestOffice::each(async |office| {
        let page = office.stranger().get("/public/check?first=yes").await;
        assert!(page.status == 409 && page.text().contains("没有打开 Cookie"), "{}", page.text());
        assert!(
            !page.text().contains("登录") && page.body.contains("/public"),
            "a problem of the public's own kind"
        );
        let mut citizen = office.stranger();
        citizen.post("/public/new/report", &[]).await;
        let long = "长".repeat(5_001);
        let page = citizen.post("/public/form/facts", &[("facts", &long)]).await;
        assert!(page.status == 422 && page.text().contains("最多 5000 字"), "{}", page.text());
        let many: Vec<(&str, &str)> = (0..20).map(|_| ("facts", long.as_str())).collect();
        assert_eq!(citizen.post("/public/form/facts", &many).await.status, 400);
    })
    .await;
}
