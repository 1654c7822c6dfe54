//! The interface is whole: every route has its operation or its reason, the description is the committed one, every look
//! answers in its shape.

use std::fmt::Write as _;

use api::{Answer, Method, NOT_HERE, Via, operations};
use serde_json::{Value as Json, json};
use testkit::{TestOffice, house_rules};

use super::{call, complaint, token};

#[test]
fn every_route_of_the_office_is_in_the_interface() {
    let routes = server::app_routes();
    let mut missing = String::new();
    for entry in routes.entries() {
        let stands = operations().any(|operation| {
            let same = operation.method.word() == entry.method;
            // The form of an operation is described by its fields.
            let form = entry.method == "GET" && operation.method == Method::Post;
            (same || form) && operation.stands_for() == Some(entry.path)
        });
        let excused = api::not_here(entry.method, entry.path).is_some();
        if !stands && !excused {
            let _ = writeln!(
                missing,
                "{} {}: add to a file of crates/api/src/table/ an `Operation::{}(\"{}\", \"aName\", \"中文说明\", &[fields…])`, \
                 or a line (\"{}\", \"{}\", \"why\") to NOT_HERE in crates/api/src/table.rs",
                entry.method,
                entry.path,
                if entry.method == "POST" { "page" } else { "look" },
                entry.path,
                entry.method,
                entry.path
            );
        }
    }
    assert!(missing.is_empty(), "routes that programs cannot use:\n{missing}");
    for (method, path, why) in NOT_HERE {
        let known = routes.entries().iter().any(|entry| entry.method == *method && entry.path == *path);
        assert!(known && !why.is_empty(), "{method} {path} is excused but not there");
    }
}

#[test]
fn every_operation_has_the_right_of_its_page() {
    for (operation, may) in api::rights_of(&server::app_routes()) {
        assert!(may.is_some(), "{}: its page {:?} is gone", operation.id, operation.stands_for());
        if let Via::Page(page) = operation.via {
            let there = server::app_routes();
            let method = operation.method.word();
            let there = there.entries().iter().any(|entry| entry.method == method && entry.path == page);
            assert!(there, "{}: no page takes {method} {page}", operation.id);
        }
    }
}

#[test]
fn the_description_is_the_committed_one() {
    let path = house_rules::root().join("docs/openapi.json");
    let found = serde_json::to_string_pretty(&api::document()).unwrap() + "\n";
    if std::env::var("XIAOBAO_WRITE").is_ok() {
        std::fs::write(&path, &found).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == found, "review docs/openapi.json; XIAOBAO_WRITE=1 rewrites it");
}

/// Path parameters that lead somewhere in the story below.
fn filled(path: &str, number: &str, ids: &Json) -> String {
    let id = if path.starts_with("/traders") {
        &ids["trader"]
    } else if path.starts_with("/figures") {
        &ids["figure"]
    } else if path.starts_with("/people") {
        &ids["officer"]
    } else if path.starts_with("/webhooks") {
        &ids["webhook"]
    } else {
        &ids["file"]
    };
    path.replace("{number}", number)
        .replace("{key}", "accept")
        .replace("{list}", "channels")
        .replace("{id}", id.as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_look_answers_in_its_shape() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let head = token(&office, "head", "read,write,figures,personal").await;
        let admin = token(&office, "admin", "read,write,admin").await;
        let auditor = token(&office, "auditor", "admin,read").await;
        let (_, made) = call(&program, &head, "POST", "/matters", &complaint()).await;
        let number = made["matter"]["number"].as_str().unwrap().to_owned();
        let files = json!({ "files": [{ "name": "a.txt", "data": "6YCa6K+d6K6w5b2V" }] });
        let (status, _) =
            call(&program, &head, "POST", &format!("/matters/{number}/attachments"), &files).await;
        assert_eq!(status, 200);
        let (_, all) =
            call(&program, &head, "GET", &format!("/matters/{number}/attachments"), &Json::Null).await;
        let trader = json!({ "name": "好再来超市", "form": "company", "state": "open" });
        let (status, trader) = call(&program, &head, "POST", "/traders", &trader).await;
        assert_eq!(status, 201, "{trader}");
        let hook = json!({ "label": "12345平台", "url": "https://example.com/in", "kinds": ["new"] });
        let (status, hook) = call(&program, &admin, "POST", "/webhooks", &hook).await;
        assert_eq!(status, 201, "{hook}");
        let ids = json!({
            "file": all["attachments"][0]["id"], "trader": trader["trader"]["id"], "figure": "received",
            "officer": office.officer("zhang").id, "webhook": hook["id"]
        });
        let looks =
            operations().filter(|one| one.method == Method::Get && !super::rooms::is_of_rooms(one.path));
        for operation in looks {
            let needed = match operation.id {
                "listEarlier" => "?q=13812345678",
                "explainDate" => "?clock=accept&from=2026-09-23",
                "checkCode" => "?code=91230100MA18XXXX0X",
                _ => "",
            };
            let path = format!("{}{needed}", filled(operation.path, &number, &ids));
            let by = match operation.scope.map(api::Scope::code) {
                Some("admin") if operation.path == "/audit" => &auditor,
                Some("admin") => &admin,
                _ => &head,
            };
            let (model, answer) = match operation.answer {
                Answer::Bytes => {
                    let answer = program.call("GET", &format!("/api/v1{path}"), by, "", &[]).await;
                    assert_eq!((answer.status, answer.body.as_str()), (200, "通话记录"));
                    continue;
                }
                Answer::Model("OpenApi") => continue,
                Answer::Model(model) => (model, call(&program, by, "GET", &path, &Json::Null).await),
            };
            assert_eq!(answer.0, 200, "GET {path}: {}", answer.1);
            let misfits = api::model::misfits(model, &answer.1);
            assert!(misfits.is_empty(), "GET {path}: {misfits:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_list_follow_each_other_without_gap() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let zhang = token(&office, "zhang", "read,write,figures").await;
        let mut registered = Vec::new();
        for _ in 0..5 {
            let (_, made) = call(&program, &zhang, "POST", "/matters", &complaint()).await;
            registered.push(made["matter"]["number"].clone());
        }
        for (path, list) in [("/matters?", "matters"), ("/figures/received/rows?", "rows")] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let (status, page) =
                    call(&program, &zhang, "GET", &format!("{path}limit=2{after}"), &Json::Null).await;
                assert_eq!(status, 200, "{page}");
                let rows = page[list].as_array().unwrap();
                assert!(rows.len() <= 2);
                seen.extend(rows.iter().map(|row| row["number"].clone()));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            seen.sort_by_key(ToString::to_string);
            assert_eq!(seen, registered, "{path}");
        }
        let (_, mine) = call(&program, &zhang, "GET", "/matters?kind=consultation", &Json::Null).await;
        assert_eq!(mine["matters"], json!([]));
        let (_, found) =
            call(&program, &zhang, "GET", "/matters?q=%E5%8F%98%E8%B4%A8&phase=new", &Json::Null).await;
        assert_eq!(found["matters"].as_array().unwrap().len(), 5);
        let (_, work) = call(&program, &zhang, "GET", "/work?whose=unit", &Json::Null).await;
        assert_eq!(work["matters"].as_array().unwrap().len(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_answered_on_the_spot_is_found_by_its_location() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let desk = token(&office, "desk", "read,write").await;
        let body = json!({
            "kind": "consultation", "channel": "phone", "facts": "手机三包怎么算", "answered": true, "topic": "returns",
            "answer": "主机一年"
        });
        let (status, made) = call(&program, &desk, "POST", "/matters", &body).await;
        assert_eq!((status, &made["matter"]["phase"]), (201, &json!("done")), "{made}");
        assert_eq!(made["matter"]["facts"]["answer"], "主机一年");
        assert!(made["message"].as_str().unwrap().contains("已登记并答复完毕"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_program_hires_and_gives_posts() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let admin = token(&office, "admin", "admin").await;
        let new = json!({ "login": "chen", "name": "陈静", "unit": "2301", "role": "handler" });
        let (status, code) = call(&program, &admin, "POST", "/people", &new).await;
        assert_eq!(status, 201, "{code}");
        assert!(api::model::misfits("Code", &code).is_empty() && code["code"].as_str().unwrap().len() == 14);
        let (status, again) = call(&program, &admin, "POST", "/people", &new).await;
        assert_eq!((status, &again["code"], &again["field"]), (422, &json!("login_taken"), &json!("login")));
        let (_, staff) = call(&program, &admin, "GET", "/people", &Json::Null).await;
        let chen = staff["officers"].as_array().unwrap().iter().find(|one| one["login"] == "chen").unwrap();
        let path = format!("/people/{}/posts", chen["id"].as_str().unwrap());
        let post = json!({ "unit": "2302", "role": "handler", "from": "2026-10-01" });
        assert_eq!(call(&program, &admin, "POST", &path, &post).await.0, 200);
        let (_, posts) = call(&program, &admin, "GET", &path, &Json::Null).await;
        assert_eq!(posts["posts"].as_array().unwrap().len(), 2);
        let unit = json!({ "code": "2309", "name": "新所", "kind": "office", "parent": "23" });
        assert_eq!(call(&program, &admin, "POST", "/people/units", &unit).await.0, 201);
    })
    .await;
}
