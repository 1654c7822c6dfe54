//! R05, R31: papers that lean on another part of the matter: the day a notice must be given by, sending on, clue, split, numbers.

use testkit::{TestOffice, Visitor};

use crate::{
    desk::COMPLAINT,
    papers::{accepted, done, drafted, rows, submitted},
    relations::sent,
    reports::{self, LETTER, filed, reported},
};

async fn text(visitor: &mut Visitor, path: &str) -> String {
    let page = visitor.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    page.text()
}

/// What stands in a field of several lines.
fn area(body: &str, name: &str) -> String {
    let (_, rest) = body.split_once(&format!("<textarea id=\"{name}\"")).unwrap_or_default();
    let (_, rest) = rest.split_once(">\n").unwrap_or_default();
    rest.split("</textarea>").next().unwrap_or_default().to_owned()
}

/// 令第20号 第三十一条第二款: five working days from the decision. Paper and clock say the same day; told, it is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_filing_notice_of_the_old_order_says_by_when_it_must_be_told() {
    TestOffice::each(async |office| {
        office.set_day("2026-04-13");
        let number = reported(&office, &[]).await;
        let (mut zhang, mut head) = filed(&office, &number, &[]).await;
        let paper = drafted(&mut zhang, &number, "filing").await;
        let shown = text(&mut zhang, &paper).await;
        assert!(shown.contains("最迟告知") && shown.contains("2026-04-20（"), "{shown}");
        assert!(shown.contains("第三十一条第二款"), "{shown}");
        let filled = zhang.get(&format!("{paper}/amendment")).await;
        assert_eq!(
            (filled.field("received"), filled.field("decided")),
            ("2026-04-13".into(), "2026-04-13".into())
        );
        let offered = text(&mut zhang, &format!("/matters/{number}/papers/new")).await;
        assert!(!offered.contains("举报不予立案告知书"), "only what was decided: {offered}");
        done(&mut zhang, &format!("{paper}/submission"), &[]).await;
        done(&mut office.sign_in("bureau").await, &format!("{paper}/approval"), &[]).await;
        reports::done(&mut head, &number, "report_notice", LETTER).await;
        let notices = rows(&office, "SELECT form_number FROM notice").await;
        assert_eq!(notices[0].get::<String>("form_number").unwrap(), "南岗市监举立〔2026〕第1号");
        assert!(!text(&mut zhang, &paper).await.contains("最迟告知"), "it was told");
    })
    .await;
}

/// The same for 举报不予立案告知书; a report received under 令第121号 has neither form.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_of_not_filing_counts_from_its_decision_and_the_new_order_has_neither() {
    TestOffice::each(async |office| {
        office.set_day("2026-04-10");
        let number = reported(&office, &[]).await;
        let mut zhang = office.sign_in("zhang").await;
        reports::done(&mut zhang, &number, "report_verification", &[]).await;
        let found = [
            ("way", "site"),
            ("who", "zhang、li"),
            ("place", "店内"),
            ("words", "现场有营业执照，没有发现违法"),
        ];
        reports::done(&mut zhang, &number, "report_finding", &found).await;
        let no = [("way", "not"), ("ground", "1"), ("words", "轻微并当场改正，有现场笔录")];
        reports::done(&mut zhang, &number, "report_filing_proposal", &no).await;
        // Decided under the next order, on a Thursday: still told under the order of its day.
        office.set_day("2026-04-16");
        let mut head = office.sign_in("head").await;
        reports::done(&mut head, &number, "report_no_filing", &[]).await;
        let mut zhang = office.sign_in("zhang").await;
        let paper = drafted(&mut zhang, &number, "no_filing").await;
        let shown = text(&mut zhang, &paper).await;
        assert!(shown.contains("最迟告知 2026-04-23（"), "{shown}");

        let new = reported(&office, &[("facts", "另一件完全不同的事情：店里卖过期食品，有照片。")]).await;
        let (mut zhang, _) = filed(&office, &new, &[]).await;
        let offered = text(&mut zhang, &format!("/matters/{new}/papers/new")).await;
        assert!(!offered.contains("立案告知书"), "{offered}");
        assert!(!offered.contains("举报处理结果告知书"), "no law orders it (第三十六条): {offered}");
    })
    .await;
}

/// 令第121号 第三十六条 points to other laws: of 广告法第五十三条 the notice of the result says by when.
#[tokio::test(flavor = "multi_thread")]
async fn the_result_under_another_law_must_be_told_by_the_day_of_that_law() {
    TestOffice::each(async |office| {
        let more = [("problem", "P06.01"), ("facts", "店门口的广告写着全国第一、包治百病，附有照片。")];
        let number = reported(&office, &more).await;
        let (mut zhang, _) = filed(&office, &number, &[("items", "ad")]).await;
        let paper = drafted(&mut zhang, &number, "report_result").await;
        let shown = text(&mut zhang, &paper).await;
        assert!(shown.contains("最迟告知") && shown.contains("2026-10-10（广告法第五十三条）"), "{shown}");
    })
    .await;
}

/// Sample 3: what another bureau must handle is sent on with its name and the day to report by; the number says 分.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_on_names_the_bureau_and_hides_the_reporter_from_who_may_not_know() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let mut head = office.sign_in("head").await;
        reports::done(&mut head, &number, "report_verification", &[("items", "food")]).await;
        let outside = [
            ("way", "transfer"),
            ("who", "道里区市场监督管理局"),
            ("paper", "移送函1"),
            ("words", "违法行为发生地在道里区"),
        ];
        reports::done(&mut head, &number, "report_outside", &outside).await;
        let paper = drafted(&mut head, &number, "distribution").await;
        let filled = head.get(&format!("{paper}/amendment")).await;
        assert_eq!(filled.field("to_bureau"), "道里区");
        let early =
            head.post(&format!("{paper}/submission"), &[("_version", &filled.field("_version"))]).await;
        assert!(early.text().contains("报告处理结果的期限"), "{}", early.text());
        let more = [
            ("to_bureau", "道里区"),
            ("received", "2026-09-23"),
            ("about", "无照经营"),
            ("report_by", "2026-10-15"),
            ("files", "2"),
            ("pages", "5"),
        ];
        done(&mut head, &format!("{paper}/amendment"), &more).await;
        done(&mut head, &format!("{paper}/submission"), &[]).await;
        done(&mut office.sign_in("bureau").await, &format!("{paper}/approval"), &[]).await;
        let shown = text(&mut head, &format!("{paper}/print")).await.replace(' ', "");
        for words in [
            "道里区市场监督管理局：",
            "2026年10月15日前报告我局",
            "相关材料2份，共5页",
            "南岗市监投举分〔2026〕第1号",
            "的举报。请你局",
        ] {
            assert!(shown.contains(words), "{words}\n{shown}");
        }
        assert!(!shown.contains("欧阳"), "{shown}");
        let shown = text(&mut office.sign_in("zhang").await, &paper).await;
        assert!(shown.contains("举报人信息保密") && !shown.contains('欧'), "{shown}");
    })
    .await;
}

/// 第二十七条: the sheet of a report of the office's own says the clue, not the complaint; and nobody is its reporter.
#[tokio::test(flavor = "multi_thread")]
async fn the_sheet_of_a_clue_says_the_clue_and_names_no_complainant() {
    TestOffice::each(async |office| {
        let (complaint, mut zhang) = accepted(&office).await;
        let clue = [("words", "牛奶标签没有生产日期，涉嫌违反食品安全法"), ("day", "2026-09-23")];
        let answer = reports::act(&mut zhang, &complaint, "report_clue", &clue).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let report = answer.location().trim_start_matches("/matters/").to_owned();
        let sheet = drafted(&mut zhang, &report, "report_register").await;
        let filled = zhang.get(&format!("{sheet}/amendment")).await;
        assert_eq!(area(&filled.body, "facts"), "牛奶标签没有生产日期，涉嫌违反食品安全法");
        assert_eq!(filled.field("matter_number"), report);
        let mut head = office.sign_in("head").await;
        let opened = head.get(&sheet).await;
        assert!(
            !opened.body.contains("王芳") && !opened.body.contains("购买的牛奶已经变质"),
            "{}",
            opened.text()
        );
    })
    .await;
}

/// 第九条: a part that was split off has papers with the facts told once, and its own people only.
#[tokio::test(flavor = "multi_thread")]
async fn the_papers_of_a_split_off_part_have_the_facts_told_once() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let form = [COMPLAINT, &[("also_report", "yes")]].concat();
        sent(&mut head, "/desk", &form).await;
        let (complaint, report) = ("TS-2301-2026-00001", "JB-2301-2026-00001");
        let facts = {
            let sheet = drafted(&mut head, complaint, "complaint_register").await;
            area(&head.get(&format!("{sheet}/amendment")).await.body, "facts")
        };
        assert!(facts.contains("购买的牛奶已经变质"), "{facts}");
        let sheet = drafted(&mut head, report, "report_register").await;
        let filled = head.get(&format!("{sheet}/amendment")).await;
        assert_eq!(area(&filled.body, "facts"), facts, "one contact, one telling");
        assert_eq!(filled.field("respondent"), "好再来超市");
        assert_eq!(filled.field("matter_number"), report);
        assert!(!filled.body.contains("王芳") && !filled.body.contains("退还货款"), "{}", filled.text());
    })
    .await;
}

/// The number on a notice of a complaint is that of its approved paper, until the paper is void; then that of the next.
#[tokio::test(flavor = "multi_thread")]
async fn a_sent_notice_bears_the_number_of_the_paper_that_stands() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let mut head = office.sign_in("head").await;
        let first = submitted(&mut zhang, &number).await;
        let shown = text(&mut zhang, &first).await;
        assert!(shown.contains("最迟告知 2026-10-10（"), "令第121号第十五条: {shown}");
        done(&mut head, &format!("{first}/approval"), &[]).await;
        done(&mut head, &format!("{first}/voiding"), &[("words", "事由写错，另行制作")]).await;
        assert!(!text(&mut zhang, &first).await.contains("最迟告知"), "a void paper is not told");
        let second = submitted(&mut zhang, &number).await;
        done(&mut head, &format!("{second}/approval"), &[]).await;
        let told = [("notice_channel", "letter"), ("proof_kind", "post_number"), ("proof", "EMS-5")];
        done(&mut zhang, &format!("/matters/{number}/acceptance_notice"), &told).await;
        let notices = rows(&office, "SELECT form_number FROM notice WHERE kind = 'accepted'").await;
        let numbers: Vec<String> = notices.iter().map(|row| row.get("form_number").unwrap()).collect();
        assert_eq!(numbers, ["南岗市监投受〔2026〕第2号"], "not that of the void one");
    })
    .await;
}
