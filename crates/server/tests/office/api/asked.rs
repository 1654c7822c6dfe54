//! What is asked in the right way, and what is told when it is not.

use serde_json::{Value as Json, json};
use testkit::TestOffice;

use super::{call, complaint, token};

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_takes_a_scope_a_right_and_a_reason() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let plain = token(&office, "zhang", "read,write").await;
        let (_, made) = call(&program, &plain, "POST", "/matters", &complaint()).await;
        assert!(!made.to_string().contains("王芳"));
        let path = format!("/matters/{}/people", made["matter"]["number"].as_str().unwrap());
        let (_, masked) = call(&program, &plain, "GET", &path, &Json::Null).await;
        assert!(
            masked.to_string().contains("138********78") && !masked.to_string().contains("王芳"),
            "{masked}"
        );
        let reason = json!({ "reason": "电话告知受理结果" });
        assert_eq!(call(&program, &plain, "POST", &path, &reason).await.1["code"], "scope");
        let may = token(&office, "zhang", "personal").await;
        let (status, short) = call(&program, &may, "POST", &path, &json!({ "reason": "看" })).await;
        assert_eq!((status, &short["code"]), (422, &json!("unmask_reason")), "{short}");
        let (status, open) = call(&program, &may, "POST", &path, &reason).await;
        assert!(status == 200 && open.to_string().contains("王芳"), "{open}");
        let mut zhang = office.sign_in("zhang").await;
        let page = zhang.get(&path.replace("/people", "")).await;
        assert!(
            page.text().contains("查看个人信息") && page.text().contains("接口：12345平台"),
            "{}",
            page.text()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_asked_rightly_is_told_so() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read,write").await;
        let send = async |body: &str, media: &str| {
            let headers = [("content-type", media)];
            program.call("POST", "/api/v1/matters", &zhang, body, &headers).await.status
        };
        assert_eq!(send("{", "application/json").await, 400);
        assert_eq!(send("[]", "application/json").await, 422);
        assert_eq!(send("kind=complaint", "application/x-www-form-urlencoded").await, 415);
        let wrong = program.call("DELETE", "/api/v1/matters", &zhang, "", &[]).await;
        assert_eq!(
            (wrong.status, wrong.headers.get("allow").unwrap().to_str().unwrap()),
            (405, "GET,HEAD,POST")
        );
        assert_eq!(program.call("GET", "/api/v1/nothing", &zhang, "", &[]).await.status, 404);
        let open = program.call("GET", "/api/v1/openapi.json", "", "", &[]).await;
        assert!(open.status == 200 && open.body.contains("\"openapi\":\"3.1.0\""));
        // What the form says field by field, the program hears field by field.
        let lacking = json!({ "kind": "complaint", "channel": "phone", "facts": "牛奶变质" });
        let (status, problem) = call(&program, &zhang, "POST", "/matters", &lacking).await;
        let fields: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
        assert_eq!(
            (status, fields),
            (422, vec![json!("name"), json!("phone"), json!("respondent_name"), json!("demands")])
        );
        let mut joint = complaint();
        joint["others"] = json!("李四 13900000000");
        let (status, problem) = call(&program, &zhang, "POST", "/matters", &joint).await;
        assert_eq!((status, &problem["code"]), (422, &json!("representatives")), "{problem}");
        assert!(problem["article"].as_str().unwrap().contains("第十二条"));
    })
    .await;
}
