//! Letters and calls: done by people, with the label, the points, and the proof entered afterwards.

use super::{TestOffice, done_plain, page, text_of};
use crate::complaint::{assigned, done};

/// The path of the first open notice of the matter page that ends with `end`.
fn path(body: &str, end: &str) -> String {
    let mut targets = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    targets.find(|target| target.ends_with(end)).unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_printed_posted_proved_and_ends_the_step() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        done(&mut zhang, &number, "acceptance", &[]).await;
        let form = zhang.get(&format!("/matters/{number}/notices")).await.body;
        let (_, rest) = form.split_once("id=\"party\"").unwrap();
        let (_, rest) = rest.split_once("</option><option value=\"").unwrap();
        let party = rest.split('"').next().unwrap();
        let notice = [
            ("notice_kind", "accepted"),
            ("notice_channel", "letter"),
            ("party", party),
            ("text", "您好：已受理。"),
        ];
        done_plain(&mut zhang, &format!("/matters/{number}/notices"), &notice).await;
        let body = zhang.get(&format!("/matters/{number}")).await.body;
        let paper = path(&body, "/paper");
        let masked = zhang.get(&paper).await.text();
        assert!(
            masked.contains("您好：已受理。") && !masked.contains("王芳") && !masked.contains("测试街1号"),
            "{masked}"
        );
        assert_eq!(office.sign_in("wang").await.get(&paper).await.status, 404);
        let before = text_of(&office, "SELECT CAST(COUNT(*) AS TEXT) FROM read_log").await;
        let open = zhang.post(&paper, &[]).await.text();
        assert!(
            open.contains("王芳") && open.contains("南岗区测试街1号"),
            "the address the person gave: {open}"
        );
        let after = text_of(&office, "SELECT CAST(COUNT(*) AS TEXT) FROM read_log").await;
        assert_eq!(after.parse::<i64>().unwrap(), before.parse::<i64>().unwrap() + 1, "who looked is kept");
        assert!(page(&mut zhang, &number).await.contains("打印信封和告知书"));

        let delivery = path(&body, "/delivery");
        done_plain(&mut zhang, &delivery, &[("result", "sent")]).await;
        assert!(page(&mut zhang, &number).await.contains("受理待告知"), "posted is not told");
        office.set_day("2026-09-28");
        zhang = office.sign_in("zhang").await;
        let proof = [("result", "delivered"), ("proof_kind", "post_number"), ("proof", "EMS1")];
        done_plain(&mut zhang, &delivery, &proof).await;
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("邮寄单号及签收：EMS1") && shown.contains("已受理"), "{shown}");
        let stopped = text_of(&office, "SELECT stopped_on FROM clock WHERE key = 'accept'").await;
        assert_eq!(stopped, "2026-09-28");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_termination_is_told_when_both_sides_were() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        let told = [("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")];
        done(&mut zhang, &number, "acceptance", &[]).await;
        done(&mut zhang, &number, "acceptance_notice", &told).await;
        done(&mut zhang, &number, "termination", &[("ground", "2"), ("words", "被投诉人明确拒绝调解")]).await;
        let form = zhang.get(&format!("/matters/{number}/notices")).await.body;
        let (_, rest) = form.split_once("id=\"party\"").unwrap();
        let (_, rest) = rest.split_once("</option><option value=\"").unwrap();
        let party = rest.split('"').next().unwrap().to_owned();
        for (party, is_told) in [("", false), (party.as_str(), true)] {
            let notice = [
                ("notice_kind", "terminated"),
                ("notice_channel", "phone"),
                ("party", party),
                ("text", "调解已终止"),
            ];
            done_plain(&mut zhang, &format!("/matters/{number}/notices"), &notice).await;
            let body = zhang.get(&format!("/matters/{number}")).await.body;
            assert!(zhang.get(&path(&body, "/paper")).await.text().contains("调解已终止"));
            let proof = [("result", "delivered"), ("proof_kind", "recording"), ("proof", "REC-2")];
            done_plain(&mut zhang, &path(&body, "/delivery"), &proof).await;
            let shown = page(&mut zhang, &number).await;
            assert_eq!(shown.contains("已办结"), is_told, "{shown}");
        }
    })
    .await;
}
