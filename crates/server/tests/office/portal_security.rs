//! Attack cases of peers.md §8.2 that the public pages have: one named test each.

use testkit::TestOffice;

use crate::portal::{COMPLAINT, Page, REPORT, fill, later, send, sent};

#[tokio::test(flavor = "multi_thread")]
async fn sec_23_a_wrong_number_and_a_wrong_code_get_one_answer_and_wait_alike() {
    TestOffice::each(async |office| {
        let (number, code) = sent(&office, &mut office.stranger(), "report", REPORT).await;
        let own = [("number", number.as_str()), ("code", "ABCD-EFGH-JKMN")];
        let nobody = [("number", "JB-23-2026-99999"), ("code", "ABCD-EFGH-JKMN")];
        for at in 0..8 {
            let (one, two) = (
                office.stranger().post("/public/status", &own).await,
                office.stranger().post("/public/status", &nobody).await,
            );
            let plain =
                |page: &testkit::Answer| page.body.replace(&number, "").replace("JB-23-2026-99999", "");
            assert_eq!((one.status, plain(&one)), (two.status, plain(&two)), "try {at}");
            assert_eq!(
                one.text().contains("秒后再试"),
                at >= 5,
                "from the sixth on it waits: {}",
                one.text()
            );
        }
        let right = [("number", number.as_str()), ("code", code.as_str())];
        assert_eq!(office.stranger().post("/public/status", &right).await.status, 422, "it waits");
        later(&office, 60);
        let open = office.stranger().post("/public/status", &right).await;
        assert_eq!(open.location(), "/public/matter", "never longer than a minute: {}", open.text());
        let mut stranger = office.stranger();
        assert_eq!(stranger.get("/public/matter").await.location(), "/public/status");
        assert_eq!(stranger.post("/public/matter/message", &[("talk_text", "喂")]).await.status, 409);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_23_codes_are_kept_as_marks_only_and_visits_end() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        let (number, code) = sent(&office, &mut citizen, "report", REPORT).await;
        let audit = office.sign_in("auditor").await.get("/audit").await;
        assert!(audit.body.contains("开具回执") && !audit.body.contains(&code));
        let right = [("number", number.as_str()), ("code", code.as_str())];
        citizen.post("/public/status", &right).await;
        assert_eq!(citizen.get("/public/matter").await.status, 200);
        later(&office, 14 * 60);
        assert_eq!(citizen.get("/public/matter").await.status, 200, "a click keeps it alive");
        later(&office, 16 * 60);
        assert_eq!(citizen.get("/public/matter").await.location(), "/public/status");
        assert_eq!(
            citizen.get("/public/receipt").await.location(),
            "/public",
            "the receipt is shown for half an hour"
        );
    })
    .await;
}

/// The complaint from another telephone.
fn from<'a>(phone: &'a [(&'a str, &'a str)]) -> Vec<Page<'a>> {
    let own = |page: &Page<'a>| if page.0 == "phone" { ("phone", phone) } else { *page };
    COMPLAINT.iter().map(own).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_24_and_53_limits_look_at_the_telephone_and_never_at_an_address() {
    TestOffice::each(async |office| {
        for _ in 0..5 {
            sent(&office, &mut office.stranger(), "complaint", COMPLAINT).await;
        }
        let mut sixth = office.stranger();
        fill(&office, &mut sixth, "complaint", COMPLAINT).await;
        for address in ["203.0.113.1", "203.0.113.2"] {
            let headers =
                [("sec-fetch-site", "same-origin"), ("x-forwarded-for", address), ("user-agent", address)];
            let page = sixth.post_with("/public/submission", &[], &headers).await;
            assert_eq!(page.status, 422, "another address named by the sender changes nothing");
            assert!(
                page.text().contains("拨打 12315") && page.text().contains("好再来超市"),
                "{}",
                page.text()
            );
        }
        let neighbour = [("phone", "13900001111")];
        sent(&office, &mut office.stranger(), "complaint", &from(&neighbour)).await;
        for _ in 0..6 {
            sent(&office, &mut office.stranger(), "report", REPORT).await;
        }
        later(&office, 24 * 3600);
        let mut again = office.stranger();
        fill(&office, &mut again, "complaint", COMPLAINT).await;
        send(&mut again).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_53_a_script_meets_the_trap_and_the_clock_and_a_person_loses_nothing() {
    TestOffice::each(async |office| {
        let mut script = office.stranger();
        script.post("/public/new/report", &[]).await;
        for (question, answer) in REPORT {
            script.post(&format!("/public/form/{question}"), answer).await;
        }
        let fast = script.post("/public/submission", &[]).await;
        assert!(fast.status == 422 && fast.text().contains("提交得太快"), "{}", fast.text());
        later(&office, 60);
        let trapped = script.post("/public/submission", &[("website", "http://x.example")]).await;
        assert!(trapped.status == 422 && trapped.text().contains("红星作坊"), "{}", trapped.text());
        send(&mut script).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_33_nothing_typed_leaves_the_office_by_itself() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        let (number, code) = sent(&office, &mut citizen, "complaint", COMPLAINT).await;
        let receipt = citizen.get("/public/receipt").await;
        for typed in ["王芳", "138 1234 5678", "已经变质", "好再来"] {
            assert!(!receipt.body.contains(typed), "{typed}");
        }
        let page = office.sign_in("dispatcher").await.get(&format!("/matters/{number}")).await;
        assert!(!page.text().contains("告知与送达"), "no message goes to a number nobody has proved");
        let audit = office.sign_in("auditor").await.get("/audit").await;
        for secret in [code.as_str(), "王芳", "138 1234", "已经变质"] {
            assert!(!audit.body.contains(secret), "{secret}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_sending_twice_and_at_once_gives_one_matter_and_one_receipt() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        fill(&office, &mut citizen, "report", REPORT).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let mut citizen = citizen.clone();
            tasks.spawn(async move { send(&mut citizen).await });
        }
        let mut receipts = tasks.join_all().await;
        receipts.dedup();
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        assert_eq!(send(&mut citizen).await, receipts[0]);
        assert_eq!(receipts[0].0, "JB-23-2026-00001");
        let list = office.sign_in("dispatcher").await.get("/matters").await;
        assert!(!list.body.contains("JB-23-2026-00002"), "{}", list.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r33_what_was_not_sent_is_sealed_cleared_and_forgotten() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        fill(&office, &mut citizen, "complaint", COMPLAINT).await;
        let mut next = citizen.clone();
        assert!(next.get("/public").await.text().contains("没有提交的投诉"));
        next.post("/public/leave", &[]).await;
        assert_eq!(citizen.get("/public/form/name").await.location(), "/public", "cleared for both");
        let mut slow = office.stranger();
        fill(&office, &mut slow, "complaint", COMPLAINT).await;
        later(&office, 2 * 3600);
        assert_eq!(slow.get("/public/check").await.location(), "/public");
        let worker = jobs::Worker::new().every(portal::TIDY, portal::TIDY_SECONDS, portal::tidy);
        let ran = worker.run_due(&office.app.db, &office.app.ground).await.unwrap();
        assert!(ran.done >= 1 && ran.failed == 0, "{ran:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_53_a_flood_waits_and_what_was_filled_in_stays() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        fill(&office, &mut citizen, "report", REPORT).await;
        let flood = db::Sql {
            name: "flood",
            text: "INSERT INTO portal_draft (id, digest, kind, answers, made_at, saved_at, sent_at) VALUES ($1, $2, 'report', $3, $4, $4, $4)",
        };
        let ctx = office.app.ctx(kernel::Actor::Public);
        office
            .app
            .db
            .write(move |tx| {
                for at in 0..600 {
                    let id: kernel::MatterId = ctx.id();
                    tx.execute(&flood, &db::params![id, format!("flood {at}"), Vec::<u8>::new(), ctx.now])?;
                }
                Ok::<_, db::Error>(())
            })
            .await
            .unwrap();
        let page = citizen.post("/public/submission", &[]).await;
        assert!(page.status == 422 && page.text().contains("10 分钟后再提交"), "{}", page.text());
        assert!(page.text().contains("红星作坊"));
        later(&office, 11 * 60);
        send(&mut citizen).await;
    })
    .await;
}
