//! Issue 5 A 5: which trader of the register a matter is about; shown with its evidence, decided by a person, ended as an event.

use testkit::{TestOffice, Visitor};

use crate::relations::{registered, sent, text};

const SAID: &[(&str, &str)] = &[
    ("kind", "complaint"),
    ("channel", "phone"),
    ("name", "王芳"),
    ("phone", "138-1234-5678"),
    ("respondent_name", "好在来餐饮"),
    ("respondent_address", "哈尔滨市道里区中央大街89号"),
    ("facts", "在店内用餐时吃出异物，商家拒绝退款，要求退还餐费并道歉。"),
    ("goods", "G01.10"),
    ("demands", "refund"),
];

/// Two of one brand, and one of another; the ids.
async fn traders(office: &TestOffice) -> [String; 3] {
    let records = [
        ("哈尔滨好再来餐饮管理有限公司", "哈尔滨市道里区中央大街89号"),
        ("大庆好再来餐饮管理有限公司", "大庆市让胡路区西宾路7号"),
        ("红星百货商店", "哈尔滨市南岗区学府路1号"),
    ];
    let ctx = office.app.ctx(kernel::Actor::System("测试"));
    let made = office.app.db.write(move |tx| {
        records
            .iter()
            .map(|(name, address)| {
                let new = traders::NewTrader {
                    name: (*name).to_owned(),
                    address: (*address).to_owned(),
                    ..traders::NewTrader::default()
                };
                Ok::<_, web::Problem>(traders::create(tx, &ctx, &new)?.to_string())
            })
            .collect::<web::Result<Vec<_>>>()
    });
    made.await.unwrap().try_into().unwrap()
}

async fn version(visitor: &mut Visitor, number: &str) -> String {
    visitor.get(&format!("/matters/{number}/trader")).await.field("_version")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_is_tied_to_a_trader_by_a_person_with_the_evidence_and_untied_as_an_event() {
    TestOffice::each(async |office| {
        let [right, other, _] = traders(&office).await;
        let mut zhang = office.sign_in("zhang").await;
        let number = registered(&mut zhang, SAID).await;
        let path = format!("/matters/{number}/trader");
        assert!(text(&mut zhang, &number).await.contains("核对经营者"));

        // The one that is meant is found with what agrees, though a letter was heard wrongly.
        let page = zhang.get(&path).await.text();
        assert!(page.contains("哈尔滨好再来餐饮管理有限公司") && page.contains("字号相近"), "{page}");
        assert!(page.contains("地址一致") && page.contains("相符之处充分"), "{page}");
        assert!(!page.contains("红星百货"), "{page}");

        let old = version(&mut zhang, &number).await;
        sent(&mut zhang, &path, &[("trader", &right), ("_version", &old)]).await;
        let page = text(&mut zhang, &number).await;
        assert!(page.contains("对应经营者") && page.contains("哈尔滨好再来餐饮管理有限公司"), "{page}");
        // Somebody who had the page open before is told.
        let stale = zhang.post(&path, &[("trader", &other), ("_version", &old)]).await;
        assert_eq!(stale.status, 409, "{}", stale.text());

        let now = version(&mut zhang, &number).await;
        let end = format!("{path}/end");
        let bare = zhang.post(&end, &[("_version", &now)]).await;
        assert!(bare.text().contains("请选择解除的原因"), "{}", bare.text());
        sent(&mut zhang, &end, &[("why", "other"), ("_version", &now)]).await;
        let page = zhang.get(&path).await.text();
        for words in ["哈尔滨好再来餐饮管理有限公司", "字号相近", "已解除", "不是这一户", "zhang"]
        {
            assert!(page.contains(words), "{words}\n{page}");
        }
        assert!(text(&mut zhang, &number).await.contains("解除与经营者的对应"));
        let now = version(&mut zhang, &number).await;
        assert_eq!(zhang.post(&end, &[("why", "other"), ("_version", &now)]).await.status, 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_alone_is_never_sure_and_another_choice_ends_the_one_before() {
    TestOffice::each(async |office| {
        let [right, _, red] = traders(&office).await;
        let mut zhang = office.sign_in("zhang").await;
        let form: Vec<(&str, &str)> = SAID
            .iter()
            .map(|(name, value)| match *name {
                "respondent_name" => ("respondent_name", "好再来"),
                "respondent_address" => ("respondent_address", ""),
                name => (name, *value),
            })
            .chain([("trader_id", red.as_str())])
            .collect();
        let number = registered(&mut zhang, &form).await;
        let path = format!("/matters/{number}/trader");
        let page = zhang.get(&path).await.text();
        assert!(page.contains("没有可以直接认定的") && !page.contains("相符之处充分"), "{page}");
        let now = version(&mut zhang, &number).await;
        sent(&mut zhang, &path, &[("trader", &right), ("_version", &now)]).await;
        let page = zhang.get(&path).await.text();
        assert!(page.contains("红星百货商店") && page.contains("已解除"), "the desk's choice stays: {page}");
        // Who may not keep the register's names, or not see the matter, is not asked.
        let mut wang = office.sign_in("wang").await;
        assert_eq!(wang.get(&path).await.status, 404);
    })
    .await;
}

/// [`SAID`] under another name without an address.
fn called<'a>(name: &'a str, kind: &'a str) -> Vec<(&'a str, &'a str)> {
    let other = [("respondent_name", name), ("respondent_address", ""), ("kind", kind)];
    let kept = SAID.iter().filter(|(name, _)| !other.iter().any(|(one, _)| one == name));
    kept.chain(&other).copied().collect()
}

async fn tied(visitor: &mut Visitor, number: &str, trader: &str) {
    let now = version(visitor, number).await;
    sent(visitor, &format!("/matters/{number}/trader"), &[("trader", trader), ("_version", &now)]).await;
}

/// Issue 5 A 5: a written name that two officers found to mean one trader in two matters is evidence for it, told in words; a link that
/// ended takes it away, another trader of the same name too, and reports neither teach nor are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_two_officers_confirmed_is_evidence_until_a_link_ends_or_another_trader_has_it() {
    const NAME: &str = "老地方骨头馆";
    const BEFORE: &str = "此前 2 次被确认";
    TestOffice::each(async |office| {
        let [right, other, _] = traders(&office).await;
        let (mut zhang, mut desk) = (office.sign_in("zhang").await, office.sign_in("desk").await);
        let mut asked = Vec::new();
        for (kind, visitor) in [("complaint", 0), ("report", 1), ("complaint", 0), ("complaint", 1)] {
            let visitor = if visitor == 0 { &mut zhang } else { &mut desk };
            let number = registered(visitor, &called(NAME, kind)).await;
            let path = format!("/matters/{number}/trader");
            assert!(!visitor.get(&path).await.text().contains("此前"), "{kind}: one officer is not two");
            assert!(
                !crate::advice::typing(visitor, &called(NAME, "complaint")).await.text().contains("此前")
            );
            tied(visitor, &number, &right).await;
            asked.push(number);
        }
        // Three complaints, two officers; the report does not count.
        let next = registered(&mut zhang, &called(NAME, "complaint")).await;
        let path = format!("/matters/{next}/trader");
        let page = zhang.get(&path).await.text();
        assert!(page.contains("此前 3 次被确认") && page.contains("哈尔滨好再来"), "{page}");
        assert!(page.contains("此前确认一致"), "{page}");
        let typed = crate::advice::typing(&mut zhang, &called("老地方 骨头馆", "complaint")).await.text();
        assert!(typed.contains("此前 3 次被确认") && typed.contains("哈尔滨好再来"), "{typed}");
        let report = crate::advice::typing(&mut zhang, &called(NAME, "report")).await.text();
        assert!(!report.contains("此前"), "{report}");

        // A link that ended takes it away.
        let first = &asked[0];
        let now = version(&mut zhang, first).await;
        let end = format!("/matters/{first}/trader/end");
        sent(&mut zhang, &end, &[("why", "other"), ("_version", &now)]).await;
        assert!(zhang.get(&path).await.text().contains(BEFORE));
        // Another trader under the same name: the name says nothing any more, until that one ends.
        tied(&mut zhang, first, &other).await;
        let page = zhang.get(&path).await.text();
        assert!(!page.contains("此前"), "{page}");
        let now = version(&mut zhang, first).await;
        sent(&mut zhang, &end, &[("why", "mistyped"), ("_version", &now)]).await;
        assert!(zhang.get(&path).await.text().contains(BEFORE));
        // The words themselves are not kept with the links.
        let kept =
            db::Sql { name: "test", text: "SELECT COUNT(*) FROM trader_link WHERE said_mark LIKE '%老%'" };
        assert_eq!(office.app.db.read(move |tx| tx.scalar::<i64>(&kept, &[])).await.unwrap(), 0);
    })
    .await;
}

/// Issue 5 A 5: a firm is found by the short name that its own name makes, and never sure by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_short_name_leads_to_the_firm_and_decides_nothing() {
    TestOffice::each(async |office| {
        let ctx = office.app.ctx(kernel::Actor::System("测试"));
        let bank = traders::NewTrader {
            name: "中国工商银行股份有限公司黑龙江省分行".to_owned(),
            address: "哈尔滨市道里区中央大街218号".to_owned(),
            ..traders::NewTrader::default()
        };
        let fuel = traders::NewTrader {
            name: "中国石油化工股份有限公司".to_owned(),
            ..traders::NewTrader::default()
        };
        let made = office.app.db.write(move |tx| {
            traders::create(tx, &ctx, &bank)?;
            traders::create(tx, &ctx, &fuel)
        });
        made.await.unwrap();
        let mut zhang = office.sign_in("zhang").await;
        for (said, found) in [("工行", "中国工商银行"), ("中石化", "中国石油化工")] {
            let number = registered(&mut zhang, &called(said, "complaint")).await;
            let page = zhang.get(&format!("/matters/{number}/trader")).await.text();
            assert!(page.contains(found) && page.contains("简称相近"), "{said}: {page}");
            assert!(!page.contains("相符之处充分"), "{page}");
            let typed = crate::advice::typing(&mut zhang, &called(said, "complaint")).await.text();
            assert!(typed.contains(found), "{said}: {typed}");
        }
    })
    .await;
}

/// Issue 5 A 1: the classifier learns from the bureau's own closed matters, never from reports.
#[tokio::test(flavor = "multi_thread")]
async fn closed_matters_are_lessons_and_reports_and_open_ones_are_not() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let asked: &[(&str, &str)] = &[
            ("kind", "consultation"),
            ("channel", "phone"),
            ("facts", "请问买到发霉的草莓可以要求退款吗？"),
            ("goods", "G01.03"),
            ("problem", "P02.01"),
        ];
        let number = registered(&mut desk, asked).await;
        let lessons =
            async |of| office.app.db.read(move |tx| intake::lessons(tx, of, "2000-01-01", 10)).await.unwrap();
        assert!(lessons(intake::Of::Goods).await.is_empty(), "it is open");
        let answer = [("topic", "food"), ("answer", "可以，请保留小票，与商家协商或者向本局投诉。")];
        sent(&mut desk, &format!("/matters/{number}/answer"), &answer).await;
        registered(&mut desk, crate::relations::REPORT).await;
        let end = db::Sql { name: "test", text: "UPDATE matter SET phase = 'done' WHERE kind = 'report'" };
        office.app.db.write(move |tx| tx.execute(&end, &[]).map_err(web::Problem::from)).await.unwrap();
        let found = lessons(intake::Of::Goods).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].label, "G01/G01.03");
        assert!(found[0].text.contains("发霉的草莓"));
        assert_eq!(lessons(intake::Of::Problem).await[0].label, "P02/P02.01");
    })
    .await;
}
