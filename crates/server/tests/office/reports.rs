//! R05: a report's whole life, and what nobody learns of who made it.

use testkit::{Answer, TestOffice, Visitor};

pub(crate) const TOLD: &[(&str, &str)] =
    &[("way", "told"), ("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")];
pub(crate) const LETTER: &[(&str, &str)] =
    &[("way", "told"), ("notice_channel", "letter"), ("proof_kind", "post_number"), ("proof", "EMS-1")];

/// A report as the desk sends it.
pub(crate) const REPORT: &[(&str, &str)] = &[
    ("kind", "report"),
    ("channel", "phone"),
    ("name", "欧阳明月"),
    ("phone", "139-8765-4321"),
    ("address", "道外区保密路88号"),
    ("respondent_name", "好再来超市"),
    ("facts", "该店没有营业执照，每天早上在门口销售自制熟食，已经半年。"),
];

/// Registers a report with further fields, assigned to zhang; its number.
pub(crate) async fn reported(office: &TestOffice, more: &[(&str, &str)]) -> String {
    let mut form: Vec<(&str, &str)> =
        REPORT.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)).copied().collect();
    form.extend(more);
    let answer = office.sign_in("desk").await.post("/desk", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let number = answer.location().trim_start_matches("/matters/").to_owned();
    let zhang = office.officer("zhang");
    let target = format!("{}|{}", zhang.unit, zhang.id);
    done(&mut office.sign_in("dispatcher").await, &number, "assignment", &[("target", &target)]).await;
    number
}

pub(crate) async fn act(visitor: &mut Visitor, number: &str, act: &str, form: &[(&str, &str)]) -> Answer {
    let path = format!("/matters/{number}/{act}");
    let page = visitor.get(&path).await;
    assert_eq!(page.status, 200, "{act}: {}", page.text());
    let version = page.field("_version");
    let mut fields = form.to_vec();
    fields.push(("_version", &version));
    visitor.post(&path, &fields).await
}

pub(crate) async fn done(visitor: &mut Visitor, number: &str, name: &str, form: &[(&str, &str)]) {
    let answer = act(visitor, number, name, form).await;
    assert_eq!(answer.status, 303, "{name}: {}", answer.text());
}

pub(crate) async fn refused(
    visitor: &mut Visitor,
    number: &str,
    name: &str,
    form: &[(&str, &str)],
    words: &str,
) {
    let answer = act(visitor, number, name, form).await;
    assert!(
        answer.status == 422 && answer.text().contains(words),
        "{name} {}: {}",
        answer.status,
        answer.text()
    );
}

pub(crate) async fn page(visitor: &mut Visitor, number: &str) -> String {
    let answer = visitor.get(&format!("/matters/{number}")).await;
    assert_eq!(answer.status, 200, "{number}");
    answer.text()
}

const FOUND: &[(&str, &str)] =
    &[("way", "site"), ("who", "zhang、li"), ("place", "店内"), ("words", "现场未见营业执照，有销售记录")];
const FILE: &[(&str, &str)] = &[
    ("way", "file"),
    ("items", "1"),
    ("items", "2"),
    ("items", "3"),
    ("items", "4"),
    ("words", "涉嫌无照经营，有现场笔录"),
];
const FILED: &[(&str, &str)] = &[("paper", "立审〔2026〕1号"), ("who", "zhang、li")];

/// Verified and proposed by zhang, filed by the head.
pub(crate) async fn filed(office: &TestOffice, number: &str, tags: &[(&str, &str)]) -> (Visitor, Visitor) {
    let (mut zhang, mut head) = (office.sign_in("zhang").await, office.sign_in("head").await);
    done(&mut zhang, number, "report_verification", tags).await;
    done(&mut zhang, number, "report_finding", FOUND).await;
    done(&mut zhang, number, "report_filing_proposal", FILE).await;
    done(&mut head, number, "report_filing", FILED).await;
    (zhang, head)
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_call_to_a_filed_case_without_a_notice_nobody_ordered() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let mut zhang = office.sign_in("zhang").await;
        // 2026-09-23 plus fifteen working days.
        assert!(
            page(&mut zhang, &number).await.contains("2026-10-21 到期"),
            "{}",
            page(&mut zhang, &number).await
        );
        done(&mut zhang, &number, "report_verification", &[]).await;
        refused(&mut zhang, &number, "report_filing_proposal", FILE, "请先登记核查情况").await;
        refused(
            &mut zhang,
            &number,
            "report_finding",
            &[("way", "site"), ("who", "zhang"), ("words", "现场未见执照")],
            "现场检查须填写地点",
        )
        .await;
        done(&mut zhang, &number, "report_finding", FOUND).await;

        done(
            &mut zhang,
            &number,
            "report_test",
            &[("way", "identify"), ("who", "商标权利人"), ("paper", "辨认1号")],
        )
        .await;
        assert!(page(&mut zhang, &number).await.contains("暂停计算"));
        office.set_day("2026-09-28");
        zhang = office.sign_in("zhang").await;
        done(&mut zhang, &number, "report_test_result", &[("words", "系假冒商品")]).await;
        // Two working days are not counted, 09-24 and 09-28; 09-25 is 中秋 and the weekend never was.
        let text = page(&mut zhang, &number).await;
        assert!(text.contains("2026-10-23 到期"), "{text}");

        done(&mut zhang, &number, "report_extension", &[("words", "需要外地协查")]).await;
        assert_eq!(
            zhang
                .post(&format!("/matters/{number}/report_extension_decision"), &[("way", "yes")])
                .await
                .status,
            403
        );
        let mut head = office.sign_in("head").await;
        done(&mut head, &number, "report_extension_decision", &[("way", "yes")]).await;
        let text = page(&mut zhang, &number).await;
        assert!(text.contains("2026-11-13 到期") && text.contains("同意延长"), "{text}");
        refused(&mut zhang, &number, "report_extension", &[("words", "还要再延长")], "不能再申请延长").await;

        decided_and_closed(&office, &number).await;
    })
    .await;
}

async fn decided_and_closed(office: &TestOffice, number: &str) {
    let (mut zhang, mut head) = (office.sign_in("zhang").await, office.sign_in("head").await);
    let three = &FILE[..3];
    let three = [three, &FILE[5..]].concat();
    refused(&mut zhang, number, "report_filing_proposal", &three, "立案须同时符合四项条件").await;
    done(&mut zhang, number, "report_filing_proposal", FILE).await;
    refused(&mut head, number, "report_no_filing", &[], "承办人提出的是立案意见").await;
    refused(&mut head, number, "report_filing", &[("paper", "1号"), ("who", "zhang")], "两名以上").await;
    done(&mut head, number, "report_filing", FILED).await;
    let text = page(&mut zhang, number).await;
    assert!(text.contains("没有法律、法规、规章要求告知举报人（第三十六条）"), "{text}");
    let shown = zhang.get(&format!("/matters/{number}")).await;
    assert!(!shown.body.contains(&format!("/matters/{number}/report_notice")), "no notice by habit");
    refused(&mut zhang, number, "report_notice", TOLD, "没有尚未履行的告知义务").await;
    done(&mut zhang, number, "report_closure", &[]).await;
    assert!(page(&mut zhang, number).await.contains("已办结"));
    let figures = office.sign_in("bureau").await.get("/figures?from=2026-09-01&to=2026-09-30").await;
    assert!(figures.text().contains("举报立案率") && figures.text().contains("举报按时核查率"));
    let rows =
        office.sign_in("bureau").await.get("/figures/report_filed/rows?from=2026-09-01&to=2026-09-30").await;
    assert!(rows.body.contains(number));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proposed_does_not_decide() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let mut head = office.sign_in("head").await;
        done(&mut head, &number, "report_verification", &[]).await;
        done(&mut head, &number, "report_finding", FOUND).await;
        refused(
            &mut head,
            &number,
            "report_filing_proposal",
            &[("way", "not"), ("ground", "1"), ("words", "轻微")],
            "请写明具体情况",
        )
        .await;
        done(
            &mut head,
            &number,
            "report_filing_proposal",
            &[("way", "not"), ("ground", "1"), ("words", "轻微并当场改正")],
        )
        .await;
        refused(&mut head, &number, "report_no_filing", &[], "本人提出的意见不能由本人审批").await;
        let mut bureau = office.sign_in("bureau").await;
        done(&mut bureau, &number, "report_filing_return", &[("words", "补充进货票据")]).await;
        done(
            &mut head,
            &number,
            "report_filing_proposal",
            &[("way", "not"), ("ground", "1"), ("words", "轻微并当场改正")],
        )
        .await;
        done(&mut bureau, &number, "report_no_filing", &[]).await;
        let text = page(&mut head, &number).await;
        assert!(text.contains("第二十条第一款第一项") && text.contains("不予立案"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_the_old_order_a_real_name_reporter_is_told_in_five_working_days() {
    TestOffice::each(async |office| {
        office.set_day("2026-04-13");
        let number = reported(&office, &[]).await;
        let anonymous =
            reported(&office, &[("name", ""), ("facts", "另一件匿名举报的事实，内容完全不同，卖过期食品。")])
                .await;
        let (mut zhang, _) = filed(&office, &number, &[]).await;
        let text = page(&mut zhang, &number).await;
        // 2026-04-13 plus five working days, and the article of the order of its day.
        assert!(text.contains("2026-04-20 到期") && text.contains("第三十一条第二款"), "{text}");
        refused(&mut zhang, &number, "report_closure", &[], "不能办结").await;
        let bare = [("way", "told"), ("notice_channel", "phone"), ("proof_kind", "recording")];
        refused(&mut zhang, &number, "report_notice", &bare, "没有证明不能结束这一步").await;
        refused(
            &mut zhang,
            &number,
            "report_notice",
            &[("way", "unreachable"), ("words", "打不通电话")],
            "实名举报应当告知",
        )
        .await;

        // A letter leaves first and is proved later: the report closes only then, and the clock ends on the day it arrived.
        let letter =
            [("notice_kind", "filed"), ("notice_channel", "letter"), ("text", "已立案"), ("is_sent", "yes")];
        assert_eq!(zhang.post(&format!("/matters/{number}/notices"), &letter).await.status, 303);
        refused(&mut zhang, &number, "report_closure", &[], "不能办结").await;
        office.set_day("2026-04-16");
        zhang = office.sign_in("zhang").await;
        let shown = zhang.get(&format!("/matters/{number}")).await;
        let (_, rest) = shown.body.split_once("/notices/").unwrap();
        let path = format!("/matters/{number}/notices/{}/delivery", rest.split('/').next().unwrap());
        let proof = [("result", "delivered"), ("proof_kind", "post_number"), ("proof", "EMS-9")];
        assert_eq!(zhang.post(&path, &proof).await.status, 303);
        done(&mut zhang, &number, "report_closure", &[]).await;
        let text = page(&mut zhang, &number).await;
        assert!(text.contains("2026-04-16 已告知") && text.contains("2026-04-16 完成，按期"), "{text}");

        let (mut zhang, mut head) = filed(&office, &anonymous, &[]).await;
        assert!(!page(&mut zhang, &anonymous).await.contains("立案决定告知"));
        done(&mut zhang, &anonymous, "report_closure", &[]).await;
        let old = reported(&office, &[("received_on", "2026-04-14")]).await;
        refused(
            &mut head,
            &old,
            "report_repeat",
            &[("other", &number), ("yes", "yes"), ("words", "重复举报同一事实")],
            "没有重复举报不再处理的规定",
        )
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_laws_have_their_own_clocks_and_want_their_own_telling() {
    TestOffice::each(async |office| {
        let number = reported(
            &office,
            &[("problem", "P06.01"), ("facts", "店门口的广告写着全国第一、包治百病，附有照片。")],
        )
        .await;
        office.set_day("2026-09-28");
        let mut zhang = office.sign_in("zhang").await;
        assert!(page(&mut zhang, &number).await.contains("可能适用广告法第五十三条"));
        let form = zhang.get(&format!("/matters/{number}/report_verification")).await;
        assert!(form.body.contains("value=\"ad\" checked"), "proposed by the class of the problem");
        let (mut zhang, mut head) =
            filed(&office, &number, &[("items", "ad"), ("items", "pubinfo"), ("yes", "yes")]).await;
        let text = page(&mut zhang, &number).await;
        // Both count from receipt, 09-23, not from today: seven and twenty working days.
        for words in [
            "2026-10-10 到期",
            "2026-10-28 到期",
            "广告法第五十三条",
            "企业信息公示暂行条例第十三条",
            "待告知",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        let why = zhang.get(&format!("/matters/{number}/clocks/ad_reply")).await;
        assert!(why.text().contains("依据广告法第五十三条：自收到广告投诉举报之日起 7"), "{}", why.text());
        refused(&mut zhang, &number, "report_notice", TOLD, "要求书面告知").await;
        done(&mut zhang, &number, "report_notice", LETTER).await;
        assert!(page(&mut zhang, &number).await.contains("2026-09-28 已告知"));
        done(&mut zhang, &number, "report_closure", &[]).await;

        let wrong = reported(&office, &[("facts", "另一件事情，与广告没有关系，标错了适用的领域。")]).await;
        done(&mut zhang, &wrong, "report_verification", &[("items", "ad")]).await;
        refused(&mut zhang, &wrong, "report_tags", &[], "取消须由负责人办理").await;
        done(&mut head, &wrong, "report_tags", &[]).await;
        assert!(page(&mut head, &wrong).await.contains("撤销，不计按期"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_law_that_wants_the_result_keeps_the_report_open_until_the_case_has_one() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[("problem", "P16")]).await;
        let (mut zhang, _) = filed(&office, &number, &[("items", "unlicensed")]).await;
        assert!(page(&mut zhang, &number).await.contains("待案件有结果"));
        refused(&mut zhang, &number, "report_closure", &[], "不能办结").await;
        refused(&mut zhang, &number, "report_notice", TOLD, "请先登记查处结果").await;
        refused(
            &mut zhang,
            &number,
            "report_result",
            &[("way", "dropped"), ("fine", "10")],
            "只有行政处罚有罚没款",
        )
        .await;
        done(
            &mut zhang,
            &number,
            "report_result",
            &[("way", "penalty"), ("paper", "罚〔2026〕3号"), ("fine", "10000"), ("confiscated", "234.50")],
        )
        .await;
        done(&mut zhang, &number, "report_notice", TOLD).await;
        done(&mut zhang, &number, "report_closure", &[]).await;
        assert!(
            page(&mut zhang, &number).await.contains("已依法处理")
                || page(&mut zhang, &number).await.contains("结果告知")
        );
    })
    .await;
}
