//! Receipt after office hours (regulations §8, 6): a rule of the bureau, confirmed by two; the alarm does not follow it.

use law::Law;
use testkit::TestOffice;

use crate::{COMPLAINT, each, well, why, work};

/// Registers as the public page does: stamped at `at` (UTC), without an officer.
async fn sent_on_the_page(office: &TestOffice, at: &str) -> String {
    let at: jiff::Timestamp = at.parse().unwrap();
    office.app.ground.clock.set(at);
    let ctx = office.app.ground.ctx(kernel::Actor::System("群众（网页）"));
    let unit = office.officer("desk").unit;
    let contact = intake::NewContact {
        channel: "web".to_owned(),
        respondent: intake::Respondent {
            name: "好再来超市".to_owned(), ..intake::Respondent::default()
        },
        goods: Some("G01.10".to_owned()),
        problem: Some("P02.01".to_owned()),
        demands: vec!["refund".to_owned()],
        ..intake::NewContact::new(
            matters::Kind::Complaint,
            unit,
            at,
            "购买的牛奶已经变质，要求退货退款。".to_owned(),
        )
    };
    office.app.db.write(move |tx| intake::register(tx, &ctx, &contact)).await.unwrap().number
}

async fn confirmed(office: &TestOffice, form: &[(&str, &str)]) -> String {
    let mut admin = office.sign_in("admin").await;
    let proposed = admin.post("/settings/rules/hours", form).await;
    assert_eq!(proposed.status, 303, "{}", proposed.text());
    let shown = admin.get(proposed.location()).await.text();
    let path = proposed.location().replace("/settings/rules/", "/approvals/");
    assert_eq!(admin.post(&path, &[("decision", "yes")]).await.status, 403, "who proposed does not confirm");
    let done = office.sign_in("bureau").await.post(&path, &[("decision", "yes")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    work(office).await;
    shown
}

const FORM: &[(&str, &str)] = &[
    ("rule", "next"),
    ("opens", "08:30"),
    ("closes", "17:30"),
    ("valid_from", "2026-11-01"),
    ("source", "区局〔2026〕8号"),
    ("reason", "统一办公时间外收到的计算"),
];

/// Hours that cannot be are refused at their field.
async fn refused(admin: &mut testkit::Visitor) {
    let mut wrong = FORM.to_vec();
    wrong[2] = ("closes", "08:00");
    let answer = admin.post("/settings/rules/hours", &wrong).await;
    assert!(answer.status == 422 && answer.text().contains("下班时间应当晚于上班时间"), "{}", answer.text());
    let half = [FORM, &[("season_from", "5月1日"), ("season_closes", "17:00")]].concat();
    let answer = admin.post("/settings/rules/hours", &half).await;
    assert!(answer.status == 422 && answer.text().contains("请写成“月-日”"), "{}", answer.text());
    assert!(answer.body.contains("5月1日"), "nothing typed is lost");
    let none = [FORM[3], FORM[4], FORM[5], ("rule", "same")];
    let answer = admin.post("/settings/rules/hours", &none).await;
    assert!(answer.text().contains("与现在的规定没有不同"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_hours_is_due_later_and_alarms_as_before() {
    each(async |office| {
        // Friday 18:05 in Shanghai; and a call at the same hour.
        let number = sent_on_the_page(&office, "2026-11-06T10:05:00Z").await;
        let called = office.sign_in("desk").await.post("/desk", COMPLAINT).await;
        let called = called.location().trim_start_matches("/matters/").to_owned();
        let before = why(&office, &number).await;
        assert!(
            before.contains("2026-11-17 到期") && !before.contains("办公时间"),
            "by default nothing: {before}"
        );

        let mut admin = office.sign_in("admin").await;
        refused(&mut admin).await;

        let shown = confirmed(&office, FORM).await;
        assert!(shown.contains("其中 1 项会变动") && shown.contains("推后 1 天"), "{shown}");
        assert!(shown.contains("08:30 至 17:30"), "{shown}");
        let after = why(&office, &number).await;
        for words in [
            "2026-11-18 到期",
            "18:05 收到，在办公时间（08:30 至 17:30）之后",
            "区局〔2026〕8号；admin提出，bureau核准",
            "视为 2026-11-09（星期一）收到",
            "系统按 2026-11-17 预警（不按办公时间顺延）",
        ] {
            assert!(after.contains(words), "{words}\n{after}");
        }
        assert!(why(&office, &called).await.contains("2026-11-17 到期"), "a call was answered when it came");
        let listed = office.app.db.read(|tx| tx.query(&ALARMS, &[])).await.unwrap();
        for row in &listed {
            assert_eq!(row.get::<String>("alarm").unwrap(), "2026-11-17", "lists press on the stricter day");
        }
        well(&office).await;

        // The rule ends from a day on; what came before keeps it.
        let end = [("rule", "same"), ("valid_from", "2026-11-10"), FORM[4], FORM[5]];
        confirmed(&office, &end).await;
        let next = sent_on_the_page(&office, "2026-11-13T10:05:00Z").await;
        assert!(why(&office, &next).await.contains("2026-11-24 到期"));
        assert!(why(&office, &number).await.contains("2026-11-18 到期"));
        let page = office.sign_in("admin").await.get("/settings/rules").await.text();
        assert!(
            page.contains("2026-11-01 起收到的：08:30 至 17:30") && page.contains("不设办公时间"),
            "{page}"
        );
        assert!(Law::in_use().calendar.hours().len() == 2);
        well(&office).await;
    })
    .await;
}

const ALARMS: db::Sql = db::Sql { name: "test", text: "SELECT alarm FROM clock WHERE stopped_on IS NULL" };
