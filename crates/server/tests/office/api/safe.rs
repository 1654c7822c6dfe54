//! Attack cases of the interface.

use std::collections::BTreeSet;

use api::{Method, operations};
use serde_json::{Value as Json, json};
use testkit::TestOffice;

use super::{call, complaint, token};

#[tokio::test(flavor = "multi_thread")]
async fn sec_09_ids_of_others_lead_nowhere() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read,write").await;
        let wang = token(&office, "wang", "read,write,personal").await;
        let (_, made) = call(&program, &zhang, "POST", "/matters", &complaint()).await;
        let number = made["matter"]["number"].as_str().unwrap().to_owned();
        let files = json!({ "files": [{ "name": "a.txt", "data": "6YCa6K+d6K6w5b2V" }] });
        let path = format!("/matters/{number}/attachments");
        assert_eq!(call(&program, &zhang, "POST", &path, &files).await.0, 200);
        let (_, all) = call(&program, &zhang, "GET", &path, &Json::Null).await;
        let file = all["attachments"][0]["id"].as_str().unwrap().to_owned();
        let (_, own) = call(&program, &wang, "POST", "/matters", &complaint()).await;
        let own = own["matter"]["number"].as_str().unwrap().to_owned();
        // Every look and every change below the matter of another unit, and the file through a matter of one's own.
        for operation in operations().filter(|operation| operation.path.starts_with("/matters/{number}")) {
            let path =
                operation.path.replace("{number}", &number).replace("{id}", &file).replace("{key}", "accept");
            let body = if operation.method == Method::Post { least(operation) } else { Json::Null };
            let (status, problem) = call(&program, &wang, operation.method.word(), &path, &body).await;
            let hidden = status == 404 || (status == 403 && problem["code"] == "not_permitted");
            assert!(hidden, "{} {path}: {status} {problem}", operation.id);
        }
        let path = format!("/matters/{own}/attachments/{file}");
        assert_eq!(call(&program, &wang, "GET", &path, &Json::Null).await.0, 404);
    })
    .await;
}

/// The least body that an operation's fields allow.
fn least(operation: &api::Operation) -> Json {
    let document = api::document();
    let path = &document["paths"][operation.path][operation.method.word().to_lowercase()];
    let schema = &path["requestBody"]["content"]["application/json"]["schema"];
    let mut body = json!({});
    for name in schema["required"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let kind = &schema["properties"][name];
        body[name] = match (kind["type"].as_str().unwrap(), kind["format"].as_str(), kind["enum"].as_array())
        {
            (_, _, Some(words)) => words[0].clone(),
            ("string", Some("date"), _) => json!("2026-09-23"),
            ("string", Some("uuid"), _) => json!("01900000-0000-7000-8000-000000000001"),
            ("string", ..) => json!("x理由理由理由"),
            ("integer", ..) => json!(1),
            ("object", ..) => json!({}),
            ("array", ..) if name == "files" => json!([{ "name": "a.txt", "data": "6YCa6K+d6K6w5b2V" }]),
            ("array", ..) if kind["items"]["enum"].is_array() => json!([kind["items"]["enum"][0]]),
            ("array", ..) => json!(["x"]),
            other => panic!("{}: {other:?}", operation.id),
        };
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_10_every_operation_checks_the_right_of_its_page_before_it_looks() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let everything = "read,write,personal,figures,admin,open311";
        for login in ["admin", "dispatcher", "desk", "zhang", "head", "bureau", "legal", "auditor", "station"]
        {
            let role = office.officer(login).role;
            let token = token(&office, login, everything).await;
            for (operation, may) in api::rights_of(&server::app_routes()) {
                let web::May::Can(permission) = may.unwrap() else { continue };
                let path = operation
                    .path
                    .replace("{number}", "TS-0")
                    .replace("{id}", "01900000-0000-7000-8000-00000000000f")
                    .replace("{post}", "01900000-0000-7000-8000-00000000000f")
                    .replace("{key}", "01900000-0000-7000-8000-00000000000f");
                let (status, answer) =
                    call(&program, &token, operation.method.word(), &path, &Json::Null).await;
                assert_eq!(
                    status == 403,
                    !role.may(permission),
                    "{login} {}: {status} {answer}",
                    operation.id
                );
                assert!(status < 500, "{login} {}: {answer}", operation.id);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_11_fields_no_form_has_are_refused() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read,write").await;
        for field in [
            "state",
            "phase",
            "unit",
            "officer",
            "registered_by",
            "number",
            "demo",
            "source",
            "_version",
            "id",
        ] {
            let mut body = complaint();
            body[field] = json!("x");
            let (status, problem) = call(&program, &zhang, "POST", "/matters", &body).await;
            assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{problem}");
        }
        let (status, _) = call(&program, &zhang, "POST", "/matters?kind=report", &complaint()).await;
        assert_eq!(status, 400, "a change has no query");
        let (_, list) = call(&program, &zhang, "GET", "/matters", &Json::Null).await;
        assert_eq!(list["matters"], json!([]), "nothing was stored");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_12_filters_are_words_and_cursors_are_ours() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read,write,figures").await;
        call(&program, &zhang, "POST", "/matters", &complaint()).await;
        for (query, status) in [
            ("q=%27%20OR%201%3D1%20--", 200),
            ("q=%22%20NEAR%20%2A%00", 404),
            ("goods=%25%27", 200),
            ("kind=%27%3B%20DROP%20TABLE%20matter%3B", 400),
            ("after=1%7C%27", 422),
            ("after=00", 422),
            ("from=%27", 400),
            ("order=number", 400),
            ("limit=1%3B", 400),
        ] {
            let (found, answer) =
                call(&program, &zhang, "GET", &format!("/matters?{query}"), &Json::Null).await;
            assert_eq!(found, status, "{query}: {answer}");
        }
        for path in ["/figures/received'", "/matters/TS-1%27%20OR%201=1", "/matters/%00", "/traders/1"] {
            assert!([403, 404].contains(&call(&program, &zhang, "GET", path, &Json::Null).await.0), "{path}");
        }
        let (_, list) = call(&program, &zhang, "GET", "/matters", &Json::Null).await;
        assert_eq!(list["matters"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_30_pages_are_small_and_a_token_has_its_pace() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read").await;
        for query in ["limit=201", "limit=0", "limit=1000000000000", &format!("q={}", "a".repeat(101))] {
            assert_eq!(
                call(&program, &zhang, "GET", &format!("/matters?{query}"), &Json::Null).await.0,
                400,
                "{query}"
            );
        }
        let large = format!("{{\"facts\":\"{}\"}}", "a".repeat(1_100_000));
        let desk = token(&office, "desk", "write").await;
        assert_eq!(program.call("POST", "/api/v1/matters", &desk, &large, &[]).await.status, 413);
        let ctx = office.app.ctx(kernel::Actor::System("测试"));
        let slow = api::NewToken {
            label: "慢".to_owned(),
            login: "zhang".to_owned(),
            post: None,
            scopes: vec![api::Scope::Read],
            days: 1,
            per_minute: 3,
        };
        let slow = office.app.db.write(move |tx| api::create_token(tx, &ctx, &slow)).await.unwrap().text;
        for _ in 0..3 {
            assert_eq!(call(&program, &slow, "GET", "/account", &Json::Null).await.0, 200);
        }
        let answer = program.call("GET", "/api/v1/account", &slow, "", &[]).await;
        assert_eq!(answer.status, 429);
        assert_eq!(answer.headers.get("retry-after").unwrap(), "60");
        office.app.ground.clock.set(office.app.ground.clock.now() + jiff::SignedDuration::from_secs(60));
        assert_eq!(call(&program, &slow, "GET", "/account", &Json::Null).await.0, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_38_another_unit_sees_nothing_by_list_search_figure_or_earlier_calls() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read,write,figures").await;
        let (_, made) = call(&program, &zhang, "POST", "/matters", &complaint()).await;
        let number = made["matter"]["number"].as_str().unwrap().to_owned();
        for (login, sees) in [("zhang", true), ("head", true), ("wang", false), ("station", false)] {
            let token = token(&office, login, "read,figures").await;
            for path in [
                "/matters",
                "/matters?q=%E5%8F%98%E8%B4%A8",
                "/work?whose=unit",
                "/desk/earlier?q=13812345678",
                "/figures/received/rows?from=2026-01-01&to=2026-12-31",
            ] {
                let (status, answer) = call(&program, &token, "GET", path, &Json::Null).await;
                let refused = login == "station" && status == 403;
                assert!(refused || status == 200, "{login} {path}: {answer}");
                assert_eq!(answer.to_string().contains(&number), sees, "{login} {path}");
            }
        }
        let (_, answer) =
            call(&program, &token(&office, "wang", "figures").await, "GET", "/figures/received", &Json::Null)
                .await;
        assert_eq!(answer["figure"]["part"], 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_doubles_of_one_key_have_one_effect() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read,write").await;
        let text = complaint().to_string();
        let mut sent = Vec::new();
        for _ in 0..16 {
            let (program, zhang, text) = (program.clone(), zhang.clone(), text.clone());
            sent.push(tokio::spawn(async move {
                let key = [("idempotency-key", "double-1")];
                program.call("POST", "/api/v1/matters", &zhang, &text, &key).await
            }));
        }
        let mut made = BTreeSet::new();
        for answer in sent {
            let answer = answer.await.unwrap();
            let body: Json = serde_json::from_str(&answer.body).unwrap();
            match answer.status {
                201 => drop(made.insert(body["matter"]["number"].to_string())),
                409 => assert_eq!(body["code"], "idempotency_working", "{body}"),
                other => panic!("{other}: {body}"),
            }
        }
        assert_eq!(made.len(), 1);
        let again =
            program.call("POST", "/api/v1/matters", &zhang, &text, &[("idempotency-key", "double-1")]).await;
        assert_eq!(again.status, 201);
        assert_eq!(again.headers.get("idempotency-replayed").unwrap(), "true");
        let (_, list) = call(&program, &zhang, "GET", "/matters", &Json::Null).await;
        assert_eq!(list["matters"].as_array().unwrap().len(), 1, "one effect: {list}");
        let mut other = complaint();
        other["facts"] = json!("另一件事，另一段经过");
        let clash = program
            .call("POST", "/api/v1/matters", &zhang, &other.to_string(), &[("idempotency-key", "double-1")])
            .await;
        assert!(clash.status == 409 && clash.body.contains("idempotency_other"), "{}", clash.body);
        let bad =
            program.call("POST", "/api/v1/matters", &zhang, &text, &[("idempotency-key", "空 格")]).await;
        assert_eq!(bad.status, 400);
        // Another token's key is another key; a day later the key is free.
        let li = token(&office, "li", "write").await;
        assert_eq!(
            program
                .call("POST", "/api/v1/matters", &li, &text, &[("idempotency-key", "double-1")])
                .await
                .status,
            201
        );
        office.set_day("2026-09-25");
        let fresh = program
            .call("POST", "/api/v1/matters", &zhang, &other.to_string(), &[("idempotency-key", "double-1")])
            .await;
        assert_eq!(fresh.status, 201, "{}", fresh.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_50_tokens_are_scoped_expire_and_end_with_their_post() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let reading = token(&office, "zhang", "read").await;
        let (status, problem) = call(&program, &reading, "POST", "/matters", &complaint()).await;
        assert_eq!((status, &problem["code"]), (403, &json!("scope")));
        for wrong in ["", "x", &reading[..reading.len() - 1], &reading.replace("xbt_", "xbx_")] {
            assert_eq!(call(&program, wrong, "GET", "/matters", &Json::Null).await.0, 401, "{wrong}");
        }
        let mut other = reading.clone();
        let last = if other.pop() == Some('0') { '1' } else { '0' };
        other.push(last);
        assert_eq!(call(&program, &other, "GET", "/matters", &Json::Null).await.0, 401);
        let cookies = office.sign_in("zhang").await;
        let cookie = format!("xb_session={}", cookies.cookie("xb_session").unwrap());
        let answer = program.call("GET", "/api/v1/matters", "", "", &[("cookie", &cookie)]).await;
        assert_eq!(answer.status, 401, "a session is not a token");
        let url = program.call("GET", &format!("/api/v1/matters?token={reading}"), "", "", &[]).await;
        assert_eq!(url.status, 401, "a token in an address is not looked at");

        // Nothing of the secret is stored, and the journal names the token.
        let secret = reading.rsplit('_').next().unwrap().to_owned();
        let (admin, mut page) = (token(&office, "admin", "admin").await, office.sign_in("admin").await);
        let (_, tokens) = call(&program, &admin, "GET", "/tokens", &Json::Null).await;
        let shown = page.get("/tokens").await;
        assert!(!tokens.to_string().contains(&secret) && !shown.body.contains(&secret));
        assert!(shown.text().contains("12345平台"));
        let all = tokens["tokens"].as_array().unwrap();
        let id = all.iter().find(|one| one["scopes"] == json!(["read"])).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            call(&program, &admin, "POST", &format!("/tokens/{id}/revocation"), &Json::Null).await.0,
            200
        );
        assert_eq!(call(&program, &reading, "GET", "/matters", &Json::Null).await.0, 401, "revoked");

        let ending = token(&office, "li", "read").await;
        let ctx = office.app.ctx(kernel::Actor::System("测试"));
        let post = office.officer("li").post;
        office
            .app
            .db
            .write(move |tx| people::end_post(tx, &ctx, post, "2026-09-23".parse().unwrap()))
            .await
            .unwrap();
        assert_eq!(call(&program, &ending, "GET", "/matters", &Json::Null).await.0, 200);
        office.set_day("2026-09-24");
        assert_eq!(call(&program, &ending, "GET", "/matters", &Json::Null).await.0, 401, "the post ended");
        let lasting = token(&office, "head", "read").await;
        office.set_day("2026-10-25");
        assert_eq!(call(&program, &lasting, "GET", "/matters", &Json::Null).await.0, 401, "expired");
    })
    .await;
}
