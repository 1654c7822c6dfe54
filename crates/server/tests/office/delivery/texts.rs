//! SEC_14: texts that the bureau edits, tried on an example and on a matter, and used by the telling page.

use super::{Gateway, TestOffice, accepted, configure, done_plain, round};
use crate::complaint::assigned;

const PLACE: &str = "/texts/accepted/sms";

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_edited_tried_put_in_use_and_taken_back() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(""));
        let mut admin = office.sign_in("admin").await;
        assert!(admin.get("/texts").await.text().contains("随程序的文本"));
        let body = "贵方投诉{{ number }}{% if phone %}，电话{{ phone }}{% endif %}已受理";
        let tried = admin.post(PLACE, &[("body", body)]).await;
        assert_eq!(tried.status, 200);
        assert!(
            tried.text().contains("贵方投诉TS-2301-2026-00012，电话0451-88667755已受理"),
            "{}",
            tried.text()
        );
        assert!(tried.text().contains("按短信计 1 条"));
        done_plain(&mut admin, PLACE, &[("body", body), ("store", "yes")]).await;

        let (number, mut zhang) = assigned(&office).await;
        let asked = format!("/texts/preview?kind=accepted&channel=sms&edition=&number={number}");
        let tried = zhang.get(&asked).await.text();
        assert!(tried.contains(&format!("贵方投诉{number}已受理")), "not in use, but shown: {tried}");
        let foreign = office.sign_in("wang").await.get(&asked).await;
        assert_eq!(foreign.status, 422);
        assert!(!foreign.text().contains("贵方投诉"), "a matter out of reach is not shown");

        let fill = [("notice_kind", "accepted"), ("notice_channel", "sms"), ("fill", "yes")];
        let place = format!("/matters/{number}/notices");
        let before = zhang.post(&place, &fill).await;
        assert_eq!(before.status, 200);
        assert!(before.text().contains(&format!("您的投诉（{number}）已受理")), "{}", before.text());
        assert!(before.text().contains("按短信计"));
        done_plain(&mut admin, &format!("{PLACE}/use"), &[("edition", "1")]).await;
        let after = zhang.post(&place, &fill).await.text();
        assert!(after.contains(&format!("贵方投诉{number}已受理")), "{after}");
        assert_eq!(zhang.post(&format!("{PLACE}/use"), &[("edition", "0")]).await.status, 403);

        // Whoever sets a password is signed out elsewhere, so zhang is a new visitor from here on.
        let (_, mut zhang) = accepted(&office, "sms", "").await;
        round(&office).await;
        assert!(gateway.got()[0].body["text"].as_str().unwrap().contains("贵方投诉"));
        assert_eq!(admin.post(&format!("{PLACE}/use"), &[("edition", "7")]).await.status, 404);
        done_plain(&mut admin, &format!("{PLACE}/use"), &[("edition", "0")]).await;
        assert!(zhang.post(&place, &fill).await.text().contains("您的投诉（"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_14_a_text_that_does_more_than_name_fields_is_refused_and_kept_as_typed() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        for (body, words) in [
            ("{{ 'a' * 100000000 }}", "不能用"),
            ("{% for x in range(9) %}x{% endfor %}", "不能用"),
            ("{% include 'keys.txt' %}", "不能用"),
            ("{{ name }}", "没有“name”这个字段"),
            ("{% if due %}", "是否成对"),
            ("", "请填写文本"),
        ] {
            let answer = admin.post(PLACE, &[("body", body), ("store", "yes")]).await;
            assert_eq!(answer.status, 422, "{body}");
            assert!(answer.text().contains(words), "{body}: {}", answer.text());
        }
        let kept = admin.post(PLACE, &[("body", "{{ nobody }} <b>"), ("store", "yes")]).await.body;
        assert!(
            kept.contains("{{ nobody }} &lt;b&gt;") || kept.contains("{{ nobody }} &#60;b&#62;"),
            "{kept}"
        );
        assert!(!admin.get(PLACE).await.text().contains("第 1 版"), "nothing was stored");
        assert_eq!(admin.get("/texts/accepted/pigeon").await.status, 404);
    })
    .await;
}
