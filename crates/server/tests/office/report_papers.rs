//! R05, R31: the papers of a report, filled from what was decided; the reporter on them is nobody's to see without the right.

use testkit::{TestOffice, Visitor};

use crate::{
    desk::COMPLAINT,
    papers::{done, drafted, rows},
};

const TELLING: &[(&str, &str)] =
    &[("way", "told"), ("notice_channel", "letter"), ("proof_kind", "post_number"), ("proof", "EMS-1")];

/// A report of a named reporter, registered by the head of the office.
async fn reported(head: &mut Visitor) -> String {
    let form = [COMPLAINT, &[("kind", "report")]].concat();
    let form: Vec<_> = form.into_iter().filter(|pair| *pair != ("kind", "complaint")).collect();
    let answer = head.post("/desk", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/matters/").to_owned()
}

/// Nobody is told before something was decided, and then only where a law orders it.
async fn decided(head: &mut Visitor, number: &str) {
    let early = head.get(&format!("/matters/{number}/papers/new")).await.text();
    assert!(early.contains("举报登记表") && !early.contains("举报处理结果告知书"), "{early}");
    crate::reports::done(head, number, "report_verification", &[("items", "ad")]).await;
    let outside = [("way", "tell"), ("who", "道里区市场监督管理局"), ("words", "广告发布者不在本辖区")];
    crate::reports::done(head, number, "report_outside", &outside).await;
}

/// The notice carries the number of the approved paper.
async fn told(office: &TestOffice, head: &mut Visitor, number: &str) {
    crate::reports::done(head, number, "report_notice", TELLING).await;
    let notices = rows(office, "SELECT kind, form_number FROM notice").await;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].get::<String>("form_number").unwrap(), "南岗市监举告〔2026〕第1号");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reporter_is_on_the_paper_and_hidden_from_who_may_not_know() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let number = reported(&mut head).await;
        let mut zhang = office.sign_in("zhang").await;
        decided(&mut head, &number).await;
        let paper = drafted(&mut zhang, &number, "report_result").await;
        let filled = zhang.get(&format!("{paper}/amendment")).await;
        assert_eq!(filled.field("law_name"), "广告法");
        assert_eq!(filled.field("law_article"), "第五十三条");
        assert!(filled.text().contains("请向道里区市场监督管理局提出"), "{}", filled.text());
        let form = zhang.get(&format!("{paper}/amendment")).await;
        assert!(
            form.text().contains("举报人信息保密")
                && !form.body.contains("王芳")
                && !form.body.contains("王*")
        );
        let words = [
            ("about", "销售变质食品"),
            ("law_name", "中华人民共和国食品安全法"),
            ("law_article", "第一百一十五条"),
            ("result", "已立案并处罚"),
        ];
        done(&mut zhang, &format!("{paper}/amendment"), &words).await;
        done(&mut zhang, &format!("{paper}/submission"), &[]).await;
        let shown = zhang.get(&paper).await;
        assert!(shown.text().contains("举报人信息保密") && !shown.body.contains("王*"), "{}", shown.text());
        assert_eq!(zhang.get(&format!("{paper}/opening")).await.status, 403);
        assert_eq!(zhang.post(&format!("{paper}/opening"), &[("reason", "打印送达")]).await.status, 403);
        let mut bureau = office.sign_in("bureau").await;
        done(&mut bureau, &format!("{paper}/approval"), &[]).await;
        done(&mut head, &format!("{paper}/opening"), &[("reason", "打印送达举报人")]).await;
        let clear = head.get(&format!("{paper}/print")).await;
        assert!(
            clear.text().contains("王芳") && clear.text().contains("南岗市监举告〔2026〕第1号"),
            "{}",
            clear.text()
        );
        told(&office, &mut head, &number).await;
        let sheet = drafted(&mut head, &number, "report_register").await;
        assert_eq!(head.get(&format!("{sheet}/approval")).await.status, 409, "a sheet needs no approval");
        done(&mut head, &format!("{sheet}/filing"), &[]).await;
        assert!(head.get(&sheet).await.text().contains(&number), "its number is the matter's");
    })
    .await;
}
