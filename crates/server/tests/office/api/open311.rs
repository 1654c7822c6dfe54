//! Open311 GeoReport v2: what a client of that standard sends and hears.

use serde_json::{Value as Json, json};
use testkit::{TestOffice, Visitor};

use super::token;

async fn get(program: &Visitor, token: &str, path: &str) -> (u16, String) {
    let answer = program.call("GET", &format!("/open311/v2{path}"), token, "", &[]).await;
    (answer.status, answer.body)
}

async fn send(program: &Visitor, form: &[(&str, &str)], format: &str) -> (u16, String) {
    let body = serde_urlencoded::to_string(form).unwrap();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = program.call("POST", &format!("/open311/v2/requests.{format}"), "", &body, &headers).await;
    (answer.status, answer.body)
}

/// A complaint as a client of the standard sends one.
fn complaint(key: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("api_key", key),
        ("jurisdiction_id", "example.gov"),
        ("service_code", "complaint"),
        ("lat", "45.75"),
        ("long", "126.65"),
        ("address_string", "南岗区测试街1号"),
        ("last_name", "王"),
        ("first_name", "芳"),
        ("phone", "13812345678"),
        ("description", "购买的牛奶已经变质，要求退款"),
        ("attribute[respondent_name]", "好再来超市"),
        ("attribute[demands][]", "refund"),
        ("attribute[amount]", "68.50"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_says_what_it_offers_to_everybody() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let (status, discovery) = get(&program, "", "/discovery.xml").await;
        assert!(status == 200 && discovery.contains("<endpoints><endpoint>"), "{discovery}");
        let (_, services) = get(&program, "", "/services.json").await;
        let services: Json = serde_json::from_str(&services).unwrap();
        assert_eq!(services.as_array().unwrap().len(), 2);
        let (_, definition) = get(&program, "", "/services/complaint.xml").await;
        assert!(
            definition.contains("<attribute>") && definition.contains("<key>refund</key>"),
            "{definition}"
        );
        assert_eq!(get(&program, "", "/services/none.json").await.0, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_comes_in_and_is_looked_up() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let key = token(&office, "desk", "open311").await;
        let form = complaint(&key);
        let (status, made) = send(&program, &form, "json").await;
        assert_eq!(status, 200, "{made}");
        let made: Json = serde_json::from_str(&made).unwrap();
        let number = made[0]["service_request_id"].as_str().unwrap().to_owned();
        let (status, one) = get(&program, &key, &format!("/requests/{number}.json")).await;
        let one: Json = serde_json::from_str(&one).unwrap();
        assert_eq!(
            (status, &one[0]["status"], &one[0]["service_code"]),
            (200, &json!("open"), &json!("complaint"))
        );
        assert!(one[0]["address"].as_str().unwrap().contains("45.75"));
        for private in ["王芳", "13812345678", "变质"] {
            assert!(!one.to_string().contains(private), "{private}");
        }
        let (_, list) =
            get(&program, "", &format!("/requests.xml?api_key={key}&status=open&service_code=complaint"))
                .await;
        assert!(list.contains(&format!("<service_request_id>{number}</service_request_id>")), "{list}");
        let (_, token) = get(&program, &key, &format!("/tokens/{number}.json")).await;
        assert!(token.contains(&number));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lacks_or_is_unknown_is_told_as_the_standard_tells_it() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let key = token(&office, "desk", "open311").await;
        let mut form = complaint(&key);
        form.retain(|(name, _)| *name != "attribute[respondent_name]");
        let (status, lacks) = send(&program, &form, "xml").await;
        assert!(status == 400 && lacks.contains("<errors><error><code>400</code>"), "{lacks}");
        form.push(("state", "closed"));
        assert_eq!(send(&program, &form, "json").await.0, 400, "nothing unknown gets through");
        assert_eq!(
            send(&program, &[("service_code", "consultation"), ("description", "三包")], "json").await.0,
            403
        );
        let asked =
            [("api_key", key.as_str()), ("service_code", "consultation"), ("description", "手机三包怎么算")];
        let (status, asked) = send(&program, &asked, "xml").await;
        assert!(status == 200 && asked.contains("<service_request_id>ZX-"), "{asked}");
        assert_eq!(get(&program, "", "/requests.json").await.0, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_38_open311_shows_no_more_than_the_tokens_officer_sees() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "open311").await;
        let form = [
            ("api_key", zhang.as_str()),
            ("service_code", "consultation"),
            ("description", "手机三包怎么算"),
        ];
        let (_, made) = send(&program, &form, "json").await;
        let made: Json = serde_json::from_str(&made).unwrap();
        let number = made[0]["service_request_id"].as_str().unwrap().to_owned();
        let wang = token(&office, "wang", "open311").await;
        assert_eq!(get(&program, &wang, &format!("/requests/{number}.json")).await.0, 404);
        assert_eq!(get(&program, &wang, &format!("/tokens/{number}.json")).await.0, 404);
        let (_, list) = get(&program, &wang, &format!("/requests.json?service_request_id={number}")).await;
        assert_eq!(list, "[]");
        let reading = token(&office, "zhang", "read").await;
        assert_eq!(
            get(&program, &reading, &format!("/requests/{number}.json")).await.0,
            403,
            "another scope"
        );
    })
    .await;
}
