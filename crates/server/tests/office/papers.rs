//! R03, R05, R31: official forms from draft to print, and their editions.

use testkit::{Answer, TestOffice, Visitor};

use crate::desk::{COMPLAINT, register};

const TOLD: &[(&str, &str)] = &[("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")];

/// Sends the form at `path` with the version that stands on it.
async fn send(visitor: &mut Visitor, path: &str, form: &[(&str, &str)]) -> Answer {
    let page = visitor.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    let version = page.field("_version");
    let mut fields = form.to_vec();
    fields.push(("_version", &version));
    visitor.post(path, &fields).await
}

pub(crate) async fn done(visitor: &mut Visitor, path: &str, form: &[(&str, &str)]) -> String {
    let answer = send(visitor, path, form).await;
    assert_eq!(answer.status, 303, "{path}: {}", answer.text());
    answer.location().to_owned()
}

/// What the database holds, asked directly.
pub(crate) async fn rows(office: &TestOffice, text: &'static str) -> Vec<db::Row> {
    let asked = office.app.db.read(move |tx| tx.query(&db::Sql { name: "test", text }, &[]));
    asked.await.unwrap()
}

/// A complaint of zhang's, accepted.
pub(crate) async fn accepted(office: &TestOffice) -> (String, Visitor) {
    let number = register(&mut office.sign_in("desk").await).await;
    let zhang = office.officer("zhang");
    let target = format!("{}|{}", zhang.unit, zhang.id);
    let mut dispatcher = office.sign_in("dispatcher").await;
    done(&mut dispatcher, &format!("/matters/{number}/assignment"), &[("target", &target)]).await;
    let mut zhang = office.sign_in("zhang").await;
    done(&mut zhang, &format!("/matters/{number}/acceptance"), &[]).await;
    (number, zhang)
}

/// Drafts `form`; the paper's address.
pub(crate) async fn drafted(visitor: &mut Visitor, number: &str, form: &str) -> String {
    let answer = visitor.post(&format!("/matters/{number}/papers/new"), &[("form", form)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_end_matches("/amendment").to_owned()
}

pub(crate) const ACCEPTANCE: &[(&str, &str)] = &[
    ("received", "2026-09-23"),
    ("about", "购买的牛奶变质"),
    ("contact", "张伟"),
    ("contact_phone", "0451-82312315"),
];

/// An acceptance drafted, completed and submitted by zhang.
pub(crate) async fn submitted(zhang: &mut Visitor, number: &str) -> String {
    let paper = drafted(zhang, number, "acceptance").await;
    done(zhang, &format!("{paper}/amendment"), ACCEPTANCE).await;
    done(zhang, &format!("{paper}/submission"), &[]).await;
    paper
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_takes_its_number_from_another_pair_of_eyes_and_without_gaps() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let paper = drafted(&mut zhang, &number, "acceptance").await;
        let early = zhang.post(&format!("{paper}/submission"), &[]).await;
        assert_eq!(early.status, 422);
        assert!(early.text().contains("还有空着的栏目：联系电话"), "{}", early.text());
        done(&mut zhang, &format!("{paper}/amendment"), ACCEPTANCE).await;
        let page = zhang.get(&paper).await;
        assert!(
            page.text().contains("我局于 2026年9月23日 收到你关于 购买的牛奶变质 的投诉"),
            "{}",
            page.text()
        );
        assert!(page.text().contains("草稿") && page.text().contains("王*") && !page.body.contains("王芳"));
        done(&mut zhang, &format!("{paper}/submission"), &[]).await;
        assert_eq!(zhang.post(&format!("{paper}/approval"), &[]).await.status, 403, "no head");
        assert!(!zhang.get(&paper).await.body.contains("〔2026〕第"), "no number before the approval");

        let mut head = office.sign_in("head").await;
        assert!(head.get("/papers").await.text().contains("投诉受理决定书"), "heads see what waits");
        assert!(!office.sign_in("wang").await.get("/papers").await.body.contains(&number));
        done(&mut head, &format!("{paper}/return"), &[("words", "联系人写全名")]).await;
        assert!(zhang.get("/papers").await.text().contains("联系人写全名"));
        assert!(zhang.get(&paper).await.text().contains("联系人写全名"));
        done(&mut zhang, &format!("{paper}/submission"), &[]).await;
        done(&mut head, &format!("{paper}/approval"), &[]).await;
        let page = zhang.get(&paper).await;
        assert!(page.text().contains("南岗市监投受〔2026〕第1号"), "{}", page.text());
        assert!(page.text().contains("签发日期 2026-09-23"));
        let second = submitted(&mut zhang, &number).await;
        done(&mut head, &format!("{second}/approval"), &[]).await;
        assert!(zhang.get(&second).await.text().contains("南岗市监投受〔2026〕第2号"));

        let mute = send(&mut head, &format!("{second}/voiding"), &[("words", "")]).await;
        assert!(mute.status == 422 && mute.text().contains("请写明作废理由"));
        done(&mut head, &format!("{second}/voiding"), &[("words", "误送")]).await;
        let void = zhang.get(&format!("{second}/print")).await;
        assert!(void.body.contains("作废") && void.text().contains("第2号"), "{}", void.text());
        let third = submitted(&mut zhang, &number).await;
        done(&mut head, &format!("{third}/approval"), &[]).await;
        assert!(
            zhang.get(&third).await.text().contains("南岗市监投受〔2026〕第3号"),
            "a void number stays taken"
        );
        let matter = zhang.get(&format!("/matters/{number}")).await;
        for words in ["投诉受理决定书", "已批准", "已作废", "批准文书", "编号作废"] {
            assert!(matter.text().contains(words), "{words}\n{}", matter.text());
        }
        for row in rows(&office, "SELECT detail FROM journal").await {
            assert!(!row.get::<String>("detail").unwrap().contains("王芳"), "nobody's data in the journal");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wrote_on_a_paper_does_not_approve_it() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let mut head = office.sign_in("head").await;
        let own = submitted(&mut head, &number).await;
        let refused = head.post(&format!("{own}/approval"), &[]).await;
        assert!(refused.status == 422 && refused.text().contains("不能自己批准"), "{}", refused.text());
        let amended = drafted(&mut zhang, &number, "acceptance").await;
        done(&mut head, &format!("{amended}/amendment"), ACCEPTANCE).await;
        done(&mut zhang, &format!("{amended}/submission"), &[]).await;
        assert_eq!(head.post(&format!("{amended}/approval"), &[]).await.status, 422);
        let mut bureau = office.sign_in("bureau").await;
        done(&mut bureau, &format!("{amended}/approval"), &[]).await;
        assert!(bureau.get(&amended).await.text().contains("第1号"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_approvals_at_once_get_neighbours_and_the_same_paper_only_one() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let papers = [submitted(&mut zhang, &number).await, submitted(&mut zhang, &number).await];
        let (mut head, mut bureau) = (office.sign_in("head").await, office.sign_in("bureau").await);
        let (one, other) = (format!("{}/approval", papers[0]), format!("{}/approval", papers[1]));
        let (first, second) = tokio::join!(head.post(&one, &[]), bureau.post(&other, &[]));
        assert_eq!((first.status, second.status), (303, 303));
        let mut numbers = Vec::new();
        for paper in &papers {
            let text = zhang.get(paper).await.text();
            numbers.push(text.contains("〔2026〕第1号"));
            assert!(text.contains("〔2026〕第1号") || text.contains("〔2026〕第2号"), "{text}");
        }
        assert_ne!(numbers[0], numbers[1]);
        let third = format!("{}/approval", submitted(&mut zhang, &number).await);
        let (first, second) = tokio::join!(head.post(&third, &[]), bureau.post(&third, &[]));
        assert_eq!([first.status, second.status].iter().filter(|status| **status == 303).count(), 1);
        let fourth = submitted(&mut zhang, &number).await;
        done(&mut head, &format!("{fourth}/approval"), &[]).await;
        assert!(zhang.get(&fourth).await.text().contains("〔2026〕第4号"), "the one refused left no gap");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_hands_on_a_draft_is_told() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let paper = drafted(&mut zhang, &number, "acceptance").await;
        let path = format!("{paper}/amendment");
        let seen = zhang.get(&path).await.field("_version");
        let mut head = office.sign_in("head").await;
        done(&mut head, &path, ACCEPTANCE).await;
        let late = zhang.post(&path, &[ACCEPTANCE, &[("_version", seen.as_str())]].concat()).await;
        assert!(late.status == 409 && late.text().contains("已有变化"), "{}", late.text());
        let wrong = send(&mut zhang, &path, &[("received", "昨天"), ("about", "我写的事项")]).await;
        assert!(
            wrong.status == 422 && wrong.body.contains("我写的事项") && wrong.body.contains("value=\"昨天\"")
        );
        let masked = send(&mut zhang, &path, &[("addressee", "王**")]).await;
        assert!(masked.status == 422 && masked.text().contains("遮盖后的内容"), "{}", masked.text());
        done(&mut zhang, &format!("/matters/{number}/acceptance_notice"), TOLD).await;
        let notice = drafted(&mut zhang, &number, "mediation").await;
        let odd = send(&mut zhang, &format!("{notice}/amendment"), &[("to", "everybody")]).await;
        assert!(odd.status == 422 && odd.text().contains("请从列表中选择"));
        assert!(zhang.get(&notice).await.text().contains("王* 、 好再来超市"), "one paper for both parties");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_forms_that_suit_kind_state_and_law_are_offered() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let number = register(&mut head).await;
        let offered = async |head: &mut Visitor, number: &str| {
            head.get(&format!("/matters/{number}/papers/new")).await.text()
        };
        let first = offered(&mut head, &number).await;
        assert!(first.contains("投诉登记表") && first.contains("限期提供身份证明材料通知书"));
        for words in ["投诉受理决定书", "不予受理", "终止", "调解书", "举报处理结果告知书", "分送情况告知书"]
        {
            assert!(!first.contains(words), "{words}");
        }
        done(&mut head, &format!("/matters/{number}/acceptance"), &[]).await;
        assert!(offered(&mut head, &number).await.contains("投诉受理决定书"));
        let unsuited = head.post(&format!("/matters/{number}/papers/new"), &[("form", "termination")]).await;
        assert_eq!(unsuited.status, 422);

        let old = [COMPLAINT, &[("received_on", "2013-05-06")]].concat();
        let old = head.post("/desk", &old).await.location().trim_start_matches("/matters/").to_owned();
        done(&mut head, &format!("/matters/{old}/acceptance"), &[]).await;
        let paper = drafted(&mut head, &old, "acceptance").await;
        let text = head.get(&paper).await.text();
        assert!(
            text.contains("申诉受理决定书") && text.contains("《工商行政管理机关受理消费者申诉暂行办法》"),
            "{text}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_is_opened_once_with_a_reason_and_by_nobody_without_the_right() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let paper = submitted(&mut zhang, &number).await;
        let mut head = office.sign_in("head").await;
        done(&mut head, &format!("{paper}/approval"), &[]).await;
        let masked = zhang.get(&format!("{paper}/print")).await;
        assert!(
            masked.body.contains("遮盖件") && masked.text().contains("王*") && !masked.body.contains("王芳")
        );
        let short = zhang.post(&format!("{paper}/opening"), &[("reason", "看")]).await;
        assert!(short.status == 422 && short.text().contains("至少 4 个字"));
        done(&mut zhang, &format!("{paper}/opening"), &[("reason", "打印送达投诉人")]).await;
        let clear = zhang.get(&format!("{paper}/print")).await;
        assert!(clear.text().contains("王芳") && !clear.text().contains("遮盖件"), "{}", clear.text());
        assert_eq!(done(&mut zhang, &format!("{paper}/printing"), &[]).await, format!("{paper}/print"));
        assert!(!head.get(&format!("{paper}/print")).await.body.contains("王芳"), "each says why himself");
        let log = rows(&office, "SELECT what, reason FROM read_log").await;
        assert_eq!(log.len(), 1);
        assert!(log[0].get::<String>("what").unwrap().starts_with("paper:"));
        assert_eq!(log[0].get::<String>("reason").unwrap(), "打印送达投诉人");
        office.set_day("2026-09-24");
        let mut zhang = office.sign_in("zhang").await;
        assert!(
            !zhang.get(&format!("{paper}/print")).await.body.contains("王芳"),
            "yesterday's reason is spent"
        );

        for (login, status) in [("auditor", 403), ("wang", 404), ("station", 403)] {
            let mut other = office.sign_in(login).await;
            assert_eq!(
                other.post(&format!("{paper}/opening"), &[("reason", "看一看")]).await.status,
                status,
                "{login}"
            );
            assert!(!other.get(&format!("{paper}/print")).await.body.contains("王芳"), "{login}");
        }
        assert_eq!(office.sign_in("wang").await.get(&paper).await.status, 404);
        for row in rows(&office, "SELECT data, text, title FROM paper").await {
            let bytes: Vec<u8> = row.get("data").unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains("王芳"), "sealed");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proof_of_delivery_refers_to_the_paper() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let paper = submitted(&mut zhang, &number).await;
        assert_eq!(zhang.get(&format!("{paper}/service")).await.status, 409, "not approved yet");
        let mut head = office.sign_in("head").await;
        done(&mut head, &format!("{paper}/approval"), &[]).await;
        let page = zhang.get(&format!("{paper}/service")).await;
        assert!(page.body.contains("南岗市监投受〔2026〕第1号"));
        let planned = zhang
            .post(&format!("{paper}/service"), &[("notice_channel", "letter"), ("text", "受理决定书")])
            .await;
        assert_eq!(planned.status, 303, "{}", planned.text());
        assert!(zhang.get(&format!("/matters/{number}")).await.text().contains("待发出"));
        done(&mut zhang, &format!("/matters/{number}/acceptance_notice"), TOLD).await;
        let notices = rows(&office, "SELECT kind, form_number FROM notice").await;
        assert_eq!(notices.len(), 2);
        for notice in notices {
            assert_eq!(notice.get::<String>("kind").unwrap(), "accepted");
            assert_eq!(notice.get::<String>("form_number").unwrap(), "南岗市监投受〔2026〕第1号");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_joint_complaint_is_answered_to_its_representatives_and_names_everybody_on_the_sheet() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let others = [
            ("others", "李强 13900000001\n赵敏,13900000002"),
            ("representative_1", "王芳"),
            ("representative_2", "赵敏"),
        ];
        let answer = head.post("/desk", &[COMPLAINT, &others].concat()).await;
        let number = answer.location().trim_start_matches("/matters/").to_owned();
        done(&mut head, &format!("/matters/{number}/acceptance"), &[]).await;
        for (form, names) in [("acceptance", "王芳、赵敏"), ("complaint_register", "王芳、李强、赵敏")]
        {
            let paper = drafted(&mut head, &number, form).await;
            assert!(!head.get(&paper).await.body.contains("赵敏"), "all masked");
            done(&mut head, &format!("{paper}/opening"), &[("reason", "核对当事人")]).await;
            assert!(head.get(&paper).await.body.contains(names), "{form}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_06_markup_in_a_paper_is_text() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let evil = "<script>alert(1)</script><img src=file:///etc/passwd onerror=alert(1)>";
        let form: Vec<_> =
            COMPLAINT.iter().copied().filter(|(name, _)| *name != "facts").chain([("facts", evil)]).collect();
        let number = head.post("/desk", &form).await.location().trim_start_matches("/matters/").to_owned();
        let paper = drafted(&mut head, &number, "complaint_register").await;
        for path in [paper.clone(), format!("{paper}/print")] {
            let page = head.get(&path).await;
            assert!(!page.body.contains("<script>alert") && !page.body.contains("<img"), "{path}");
            assert!(page.body.contains("&lt;script&gt;alert(1)"), "{path}");
        }
    })
    .await;
}
