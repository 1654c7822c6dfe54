//! One named test per attack case of peers.md §8.2 that the surface has.

use testkit::TestOffice;

use crate::desk::{COMPLAINT, register};

#[tokio::test(flavor = "multi_thread")]
async fn sec_01_markup_in_a_complaint_is_text() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let mut form: Vec<_> = COMPLAINT
            .iter()
            .copied()
            .filter(|(name, _)| !["facts", "respondent_name"].contains(name))
            .collect();
        form.extend([
            ("facts", "<script>alert(1)</script>"),
            ("respondent_name", "\"><img src=x onerror=alert(1)>"),
        ]);
        let page = desk.post("/desk", &form).await;
        let shown = desk.get(page.location()).await;
        assert!(!shown.body.contains("<script>alert") && !shown.body.contains("<img src=x"));
        assert!(shown.body.contains("&lt;script&gt;alert(1)"));
        let policy = shown.headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_12_quotes_and_wildcards_in_filters_are_text() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        register(&mut desk).await;
        for query in [
            "q=%27%20OR%201%3D1%20--",
            "kind=%27%3B%20DROP%20TABLE%20matter%3B",
            "q=%22%20NEAR%20%2A",
            "after=1%7C%27",
            "goods=%25",
        ] {
            assert_eq!(desk.get(&format!("/matters?{query}")).await.status, 200, "{query}");
        }
        assert_eq!(desk.get("/traders/lookup?q=%27%25%22").await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_16_another_site_cannot_act_for_an_officer() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("origin", "https://evil.example")],
            &[("referer", "https://evil.example/127.0.0.1:12315")],
            &[("origin", "null")],
            &[],
        ] {
            assert_eq!(desk.post_with("/desk", COMPLAINT, headers).await.status, 403, "{headers:?}");
        }
        let old = [("referer", "http://127.0.0.1:12315/desk")];
        assert_eq!(
            desk.post_with("/desk", COMPLAINT, &old).await.status,
            303,
            "an old browser sends only a referer"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_17_sign_in_leads_only_to_our_own_pages() {
    TestOffice::each(async |office| {
        office.sign_in("desk").await;
        for (next, target) in [
            ("/matters?q=1", "/matters?q=1"),
            ("https://evil.example/", "/"),
            ("//evil.example", "/"),
            ("/\\evil", "/"),
            ("/\t/evil.example", "/"),
            ("/\u{b}/evil.example", "/"),
        ] {
            let form = [("login", "desk"), ("password", "测试办公室的一句长话"), ("next", next)];
            assert_eq!(office.stranger().post("/sign-in", &form).await.location(), target, "{next}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_19_the_session_changes_at_sign_in_and_ends_at_sign_out() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let first = desk.cookie("xb_session").unwrap().to_owned();
        let form = [("login", "desk"), ("password", "测试办公室的一句长话")];
        desk.post("/sign-in", &form).await;
        assert_ne!(desk.cookie("xb_session").unwrap(), first);
        let mut stolen = desk.clone();
        desk.post("/sign-out", &[]).await;
        assert!(
            stolen.get("/desk").await.location().starts_with("/sign-in"),
            "a signed-out session is dead everywhere"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_20_a_code_works_once_and_a_password_change_wants_the_old_one() {
    TestOffice::each(async |office| {
        let ctx = office.app.ctx(kernel::Actor::System("测试"));
        let id = office.officer("desk").id;
        let code = office.app.db.write(move |tx| people::issue_code(tx, &ctx, id)).await.unwrap();
        let form = [
            ("login", "desk"),
            ("code", code.as_str()),
            ("password", "新的一句话很长的"),
            ("again", "新的一句话很长的"),
        ];
        let long = [
            ("login", "desk"),
            ("code", code.as_str()),
            ("password", "新的一句话足够长了吧"),
            ("again", "新的一句话足够长了吧"),
        ];
        assert_eq!(
            office.stranger().post("/sign-in/code", &form).await.status,
            422,
            "eight characters are too few"
        );
        let mut desk = office.stranger();
        assert_eq!(desk.post("/sign-in/code", &long).await.status, 303);
        assert_eq!(office.stranger().post("/sign-in/code", &long).await.status, 422, "used");
        let change =
            [("old", "wrong"), ("password", "另外一句足够长的话呢"), ("again", "另外一句足够长的话呢")];
        assert_eq!(desk.post("/account/password", &change).await.status, 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_21_and_23_guessing_waits_and_tells_nothing() {
    TestOffice::each(async |office| {
        office.sign_in("desk").await;
        let wrong = [("login", "desk"), ("password", "不是这个密码")];
        let nobody = [("login", "nobody"), ("password", "不是这个密码")];
        let one = office.stranger().post("/sign-in", &wrong).await;
        let two = office.stranger().post("/sign-in", &nobody).await;
        let plain = |answer: &testkit::Answer| answer.text().replace("desk", "").replace("nobody", "");
        assert_eq!(plain(&one), plain(&two), "the same answer for a known and an unknown name");
        for _ in 0..5 {
            office.stranger().post("/sign-in", &wrong).await;
        }
        let right = [("login", "desk"), ("password", "测试办公室的一句长话")];
        assert_eq!(office.stranger().post("/sign-in", &right).await.status, 422, "it waits");
        office.set_day("2026-09-24");
        assert_eq!(office.stranger().post("/sign-in", &right).await.status, 303, "and opens again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_35_set_up_is_shut_once_done() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        assert_eq!(admin.get("/set-up").await.status, 200);
        let wrong = admin.post("/set-up", &[("bureau", "测试局"), ("region", "999999")]).await;
        assert_eq!(wrong.status, 422);
        let form = [
            ("bureau", "测试局"),
            ("region", "230100"),
            ("units", "9901,道里所,office,23\n9902,香坊所,office,23"),
        ];
        assert_eq!(admin.post("/set-up", &form).await.status, 303);
        assert!(admin.get("/people").await.text().contains("香坊所"));
        assert_eq!(admin.get("/set-up").await.status, 404);
        assert_eq!(office.sign_in("desk").await.get("/set-up").await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_37_who_is_disabled_is_out_at_once() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let mut admin = office.sign_in("admin").await;
        let path = format!("/people/{}/enabled", office.officer("desk").id);
        assert_eq!(admin.post(&path, &[]).await.status, 303);
        assert!(desk.get("/desk").await.location().starts_with("/sign-in"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_39_masked_values_are_never_stored_over_real_ones() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let mut form: Vec<_> = COMPLAINT.iter().copied().filter(|(name, _)| *name != "phone").collect();
        form.push(("phone", "138******78"));
        let answer = desk.post("/desk", &form).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("遮盖后的内容"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_a_hundred_at_once_get_numbers_without_gap() {
    TestOffice::each(async |office| {
        let desk = office.sign_in("desk").await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let mut desk = desk.clone();
            tasks.spawn(async move { register(&mut desk).await });
        }
        let mut numbers = tasks.join_all().await;
        numbers.sort();
        let wanted: Vec<String> = (1..=100).map(|n| format!("TS-23-2026-{n:05}")).collect();
        assert_eq!(numbers, wanted);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_two_acceptances_at_once_are_one() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let number = register(&mut head).await;
        let path = format!("/matters/{number}/acceptance");
        let version = head.get(&path).await.field("_version");
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (mut head, path, version) = (head.clone(), path.clone(), version.clone());
            tasks.spawn(async move { head.post(&path, &[("_version", &version)]).await.status });
        }
        let statuses = tasks.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [303, 409, 422].contains(status)), "{statuses:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_acts_from_the_post_only_while_its_holder_is_away() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        let (zhang, wang) = (office.officer("zhang").id, office.officer("wang").id.to_string());
        let post = [("unit", "2301"), ("role", "handler"), ("from", "2026-09-23"), ("deputy", wang.as_str())];
        assert_eq!(admin.post(&format!("/people/{zhang}/posts"), &post).await.status, 303);
        assert!(!office.sign_in("wang").await.get("/account").await.text().contains("中山所 承办人"));
        let leave = [("from", "2026-09-23"), ("to", "2026-09-24"), ("reason", "休假")];
        assert_eq!(admin.post(&format!("/people/{zhang}/leave"), &leave).await.status, 303);
        let mut deputy = office.sign_in("wang").await;
        let account = deputy.get("/account").await;
        assert!(account.text().contains("中山所 承办人"), "{}", account.text());
        assert_eq!(deputy.post("/account/post", &[("post", &account.field("post"))]).await.status, 303);
        assert!(deputy.get("/work").await.text().contains("（代理）"));
        office.set_day("2026-09-25");
        assert!(!office.sign_in("wang").await.get("/account").await.text().contains("中山所 承办人"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_20_a_time_based_code_is_asked_for_and_none_works_twice() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let secret = desk.get("/account").await.field("totp_secret");
        let code = |office: &TestOffice| testkit::authenticator(office, &secret);
        let wrong = desk.post("/account/totp", &[("totp_secret", &secret), ("totp_code", "000000")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.field("totp_secret"), secret, "the secret that was typed into the telephone stays");
        let first = code(&office);
        assert_eq!(
            desk.post("/account/totp", &[("totp_secret", &secret), ("totp_code", &first)]).await.status,
            303
        );
        let form = |code: &str| {
            [
                ("login", "desk".to_owned()),
                ("password", "测试办公室的一句长话".to_owned()),
                ("totp", code.to_owned()),
            ]
        };
        let sign_in = async |code: &str| {
            let form = form(code);
            let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            office.stranger().post("/sign-in", &pairs).await.status
        };
        assert_eq!(sign_in("").await, 422);
        assert_eq!(sign_in(&first).await, 422, "used at enrolment");
        office.set_day("2026-09-24");
        let second = code(&office);
        assert_eq!(sign_in(&second).await, 303);
        assert_eq!(sign_in(&second).await, 422, "used a moment ago");
    })
    .await;
}
