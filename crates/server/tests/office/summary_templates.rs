//! Issue 6 point 3: templates are the office's; shipped reports say what is recorded and nothing else.

use insight::summary;
use testkit::{TestOffice, Visitor};

use crate::summaries::close;

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_tried_proposed_and_put_to_use_by_another() {
    TestOffice::each(async |office| {
        let (mut head, mut bureau) = (office.sign_in("head").await, office.sign_in("bureau").await);
        crate::desk::register(&mut head).await;
        let page = head.get("/summary-templates/new?key=brief").await;
        assert!(page.text().contains("消费维权工作简报"), "{}", page.text());
        let source =
            "# {{ office }}{{ period }}信息专报\n\n{{ days }}，接收投诉{{ n(\"received_complaint\") }}。";
        let typed = |source: &'static str| {
            [("key", "brief"), ("name", "信息专报"), ("source", source), ("note", "市局要求的样式")]
        };
        for (wrong, words) in [
            ("# 报\n\n接收投诉84件。", "第 3 行第 5 字“84件”是直接写的数字"),
            ("# 报\n\n{{ n(\"nothing\") }}", "没有代号为 nothing 的指标"),
            ("# 报\n\n接收举报{{ n(\"received_complaint\") }}、{{ 5 }}", "不是指标"),
            ("# 报\n\n{{ n(\"received\") * 3 }}", "不能运算"),
        ] {
            let refused = head.post("/summary-templates/new", &typed(wrong)).await;
            assert_eq!(refused.status, 422, "{wrong}");
            assert!(refused.text().contains(words), "{words}: {}", refused.text());
            assert!(refused.text().contains("市局要求的样式") || refused.body.contains("市局要求的样式"));
        }
        let tried = head.post("/summary-templates/preview", &typed(source)).await;
        assert!(tried.text().contains("2026年8月信息专报"), "{}", tried.text());
        assert!(!head.get("/summary-templates").await.text().contains("待核准"), "a trial keeps nothing");
        let made = head.post("/summary-templates/new", &typed(source)).await;
        assert_eq!(made.status, 303, "{}", made.text());
        assert!(head.get("/summary-templates").await.text().contains("待核准"));
        let id = made.location().trim_start_matches("/summary-templates/").to_owned();
        let from = [("valid_from", "2026-09-23")];
        let at = format!("/summary-templates/{id}/activation");
        assert_eq!(head.post(&at, &from).await.status, 403, "a second person, of the bureau");
        let past = bureau.post(&at, &[("valid_from", "2026-09-01")]).await;
        assert!(past.text().contains("不能早于今天"), "{}", past.text());
        assert_eq!(bureau.post(&at, &from).await.status, 303);
        assert_eq!(bureau.post(&at, &from).await.status, 409, "once");

        let unit = office.officer("head").unit.to_string();
        let form = [("template", "brief"), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
        let made = head.post("/summaries", &form).await;
        assert_eq!(made.status, 303);
        let at = made.location().to_owned();
        let page = head.get(&at).await;
        assert!(
            close(&page).contains("中山所2026年9月信息专报") && close(&page).contains("接收投诉1件"),
            "{}",
            page.text()
        );
    })
    .await;
}

/// The shipped text can be had back, and nobody puts his own proposal to use.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_puts_his_own_template_to_use() {
    TestOffice::each(async |office| {
        let (mut head, mut bureau) = (office.sign_in("head").await, office.sign_in("bureau").await);
        let source =
            "# {{ office }}{{ period }}信息专报\n\n{{ days }}，接收投诉{{ n(\"received_complaint\") }}。";
        let from = [("valid_from", "2026-09-23")];
        let again = head.get("/summary-templates/new?key=brief&shipped=yes").await;
        assert!(again.text().contains("消费维权工作简报"), "{}", again.text());
        assert_eq!(office.sign_in("zhang").await.get("/summary-templates/new").await.status, 403);
        let own = bureau
            .post("/summary-templates/new", &[("name", "本局专报"), ("source", source), ("note", "新")])
            .await;
        assert_eq!(own.status, 303, "{}", own.text());
        let id = own.location().trim_start_matches("/summary-templates/").to_owned();
        let mine = bureau.post(&format!("/summary-templates/{id}/activation"), &from).await;
        assert!(mine.text().contains("不能由提出的人自己启用"), "{}", mine.text());
    })
    .await;
}

/// A report about one officer says what the journal says, and is read by that officer and by heads.
#[tokio::test(flavor = "multi_thread")]
async fn a_duty_report_is_made_and_read_by_oneself_and_by_heads() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        crate::desk::register(&mut zhang).await;
        let (unit, own) = (office.officer("zhang").unit.to_string(), office.officer("zhang").id.to_string());
        let li = office.officer("li").id.to_string();
        let form = |officer: &str| {
            [
                ("template", "duty".to_owned()),
                ("unit", unit.clone()),
                ("from", "2026-09-01".to_owned()),
                ("to", "2026-09-30".to_owned()),
                ("officer", officer.to_owned()),
            ]
        };
        let post = async |visitor: &mut Visitor, officer: &str| {
            let form = form(officer);
            let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
            visitor.post("/summaries", &form).await
        };
        let nobody = post(&mut zhang, "").await;
        assert!(nobody.text().contains("请选择是谁的"), "{}", nobody.text());
        let other = post(&mut zhang, &li).await;
        assert!(other.text().contains("只能由本人或者负责人生成"), "{}", other.text());
        let made = post(&mut zhang, &own).await;
        assert_eq!(made.status, 303);
        let at = made.location().to_owned();
        let page = zhang.get(&at).await;
        for words in ["zhang2026年9月述职报告", "经手事项1件", "登记1次"] {
            assert!(close(&page).contains(words), "{words}: {}", page.text());
        }
        assert!(!page.body.contains("class=\"fault\""), "{}", page.text());
        assert_eq!(office.sign_in("li").await.get(&at).await.status, 404, "no colleague");
        assert!(!office.sign_in("li").await.get("/summaries").await.text().contains("述职报告2026"));
        assert_eq!(office.sign_in("head").await.get(&at).await.status, 200);
        let again = zhang.get(&format!("{at}/again")).await;
        assert!(again.text().contains("与生成时完全相同"), "{}", again.text());
    })
    .await;
}

/// What is counted by traders: below 30 no percentage; every number of the table has its place in the ledger.
#[tokio::test(flavor = "multi_thread")]
async fn the_publicity_table_prints_no_rate_of_few() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        for _ in 0..2 {
            crate::desk::register(&mut head).await;
        }
        let unit = office.officer("head").unit.to_string();
        for template in ["publicity", "plan", "analysis"] {
            let form =
                [("template", template), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
            let made = head.post("/summaries", &form).await;
            assert_eq!(made.status, 303, "{template}: {}", made.text());
            let at = made.location().to_owned();
            let page = head.get(&at).await;
            assert!(!page.body.contains("class=\"fault\""), "{template}: {}", page.text());
            match template {
                "publicity" => assert!(close(&page).contains("接收投诉2件") && !page.text().contains('%')),
                "plan" => assert!(
                    page.text().contains("2026年10月工作计划") && page.text().contains("回头看：未记录")
                ),
                _ => {
                    assert!(
                        page.body.contains("<table>") || page.text().contains("没有可以按类别统计的投诉")
                    );
                }
            }
            if template == "analysis" {
                // What the template leaves to the writer must not go out as it stands.
                let refused =
                    head.post(&format!("{at}/submission"), &[("_version", "1"), ("words", "")]).await;
                assert!(
                    refused.status != 303 && refused.text().contains("还是模板的提示"),
                    "{}",
                    refused.text()
                );
            }
            let id = at.trim_start_matches("/summaries/").parse().unwrap();
            let ctx = office.ctx("head");
            let sheet = office.app.db.read(move |tx| summary::sheet(tx, &ctx, id)).await.unwrap();
            assert!(sheet.draft && !sheet.text.contains('\u{E000}'));
        }
    })
    .await;
}
