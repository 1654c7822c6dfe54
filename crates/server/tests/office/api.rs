//! R01, R33: what a page can do, a program can do, with a token and no more rights than its officer.

mod asked;
mod hooks;
mod open311;
mod rooms;
mod safe;
mod silent;
mod whole;

use serde_json::{Value as Json, json};
use testkit::{TestOffice, Visitor};

/// A token of `login` for `scopes`.
pub(crate) async fn token(office: &TestOffice, login: &'static str, scopes: &str) -> String {
    let ctx = office.app.ctx(kernel::Actor::System("测试"));
    let scopes = api::parse_scopes(scopes).unwrap();
    let new = api::NewToken {
        label: "12345平台".to_owned(),
        login: login.to_owned(),
        post: None,
        scopes,
        days: 30,
        per_minute: api::PER_MINUTE,
    };
    office.app.db.write(move |tx| api::create_token(tx, &ctx, &new)).await.unwrap().text
}

/// What a program says and hears.
pub(crate) async fn call(
    visitor: &Visitor,
    token: &str,
    method: &str,
    path: &str,
    body: &Json,
) -> (u16, Json) {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let answer = visitor.call(method, &format!("/api/v1{path}"), token, &text, &[]).await;
    let body =
        serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{method} {path}: {}", answer.body));
    if answer.status >= 400 {
        let media = answer.headers.get("content-type").unwrap();
        assert_eq!(media, "application/problem+json", "{method} {path}");
        assert!(api::model::misfits("Problem", &body).is_empty() || body["code"].is_string(), "{body}");
    }
    (answer.status, body)
}

pub(crate) fn complaint() -> Json {
    json!({
        "kind": "complaint", "channel": "phone", "name": "王芳", "phone": "138-1234-5678", "address": "南岗区测试街1号",
        "respondent_name": "好再来超市", "facts": "购买的牛奶已经变质，有小票和照片，要求退货退款。",
        "goods": "G01.10", "problem": "P02.01", "amount": "68.50", "demands": ["refund"]
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_registers_accepts_and_tells_a_complaint() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read,write").await;
        let (status, made) = call(&program, &zhang, "POST", "/matters", &complaint()).await;
        assert_eq!(status, 201, "{made}");
        assert!(api::model::misfits("Done", &made).is_empty(), "{:?}", api::model::misfits("Done", &made));
        let number = made["matter"]["number"].as_str().unwrap().to_owned();
        assert_eq!(made["location"], format!("/api/v1/matters/{number}"));
        let (status, matter) =
            call(&program, &zhang, "GET", &format!("/matters/{number}"), &Json::Null).await;
        assert_eq!((status, &matter["amount"]), (200, &json!("68.50")));
        assert!(matter["acts"].as_array().unwrap().iter().any(|act| act["label"] == "受理"), "{matter}");

        let path = format!("/matters/{number}/acceptance");
        let (status, stale) = call(&program, &zhang, "POST", &path, &json!({ "version": 999 })).await;
        assert_eq!((status, &stale["code"]), (409, &json!("stale")), "{stale}");
        let (status, done) =
            call(&program, &zhang, "POST", &path, &json!({ "version": matter["version"] })).await;
        assert_eq!((status, &done["matter"]["state"]), (200, &json!("accepted_untold")), "{done}");
        let (status, again) = call(&program, &zhang, "POST", &path, &json!({})).await;
        assert!(status == 422 && again["code"].is_string(), "{again}");

        let path = format!("/matters/{number}/acceptance_notice");
        let (status, no) = call(&program, &zhang, "POST", &path, &json!({ "notice_channel": "phone" })).await;
        assert_eq!(status, 422, "a notice without proof is none: {no}");
        let told = json!({
            "notice_channel": "phone", "proof_kind": "recording", "proof": "LY-0923-01",
            "notice_on": "2026-09-23T08:30:00+08:00",
            "files": [{ "name": "记录.txt", "data": "6YCa6K+d6K6w5b2V" }]
        });
        let (status, done) = call(&program, &zhang, "POST", &path, &told).await;
        assert_eq!((status, &done["matter"]["state"]), (200, &json!("accepted")), "{done}");
        let (_, files) =
            call(&program, &zhang, "GET", &format!("/matters/{number}/attachments"), &Json::Null).await;
        assert_eq!(files["attachments"][0]["name"], "记录.txt");
        let (_, story) =
            call(&program, &zhang, "GET", &format!("/matters/{number}/timeline"), &Json::Null).await;
        assert!(story["events"][0]["actor"].as_str().unwrap().contains("接口：12345平台"), "{story}");
    })
    .await;
}
