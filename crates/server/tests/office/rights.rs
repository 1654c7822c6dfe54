//! R33: who may do what, and who sees what. The matrix is a committed text; a new route without a row fails.

use std::fmt::Write as _;

use kernel::Role;
use testkit::{TestOffice, house_rules};
use web::May;

use crate::desk::register;

fn matrix() -> String {
    let mut text = String::from(
        "# Which role may use which route; made by the test `rights`, from the routes themselves.\n",
    );
    for entry in server::app_routes().entries() {
        let who: Vec<&str> = match entry.may {
            May::Public => vec!["everybody"],
            May::SignedIn => vec!["signed_in"],
            May::Can(permission) | May::Know(permission) => {
                Role::ALL.iter().filter(|role| role.may(permission)).map(|role| role.code()).collect()
            }
        };
        let _ = writeln!(text, "{:<4} {:<46} {}", entry.method, entry.path, who.join(" "));
    }
    programs(&mut text);
    text
}

/// What programs may ask, below `/api/v1`: the scope of the token, then as for pages.
fn programs(text: &mut String) {
    text.push_str(
        "\n# Which token may use which operation below /api/v1: its scope, and the role it acts as.\n",
    );
    for (operation, may) in api::rights_of(&server::app_routes()) {
        let who: Vec<&str> = match may.expect("the right of its page") {
            May::Public => vec!["everybody"],
            May::SignedIn => vec!["every_role"],
            May::Can(permission) | May::Know(permission) => {
                Role::ALL.iter().filter(|role| role.may(permission)).map(|role| role.code()).collect()
            }
        };
        let scope = operation.scope.map_or("-", api::Scope::code);
        let (method, path) = (operation.method.word(), operation.path);
        let _ = writeln!(text, "{method:<4} {path:<46} {scope:<8} {}", who.join(" "));
    }
}

#[test]
fn the_authorisation_matrix_is_the_committed_one() {
    let path = house_rules::root().join("docs/authorisation.txt");
    let found = matrix();
    if std::env::var("XIAOBAO_WRITE").is_ok() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        found,
        "review docs/authorisation.txt; XIAOBAO_WRITE=1 rewrites it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_is_enforced_for_every_role_and_route() {
    TestOffice::each(async |office| {
        for login in ["admin", "dispatcher", "desk", "zhang", "head", "bureau", "legal", "auditor", "station"]
        {
            let role = office.officer(login).role;
            let mut visitor = office.sign_in(login).await;
            for entry in server::app_routes().entries().iter().filter(|entry| entry.path != "/sign-out") {
                // Whoever may not know of a page is told that it is not there.
                let (permission, no) = match entry.may {
                    May::Can(permission) => (permission, 403),
                    May::Know(permission) if !role.may(permission) => (permission, 404),
                    May::Know(_) | May::Public | May::SignedIn => continue,
                };
                let path = entry
                    .path
                    .replace("{number}", "TS-0")
                    .replace("{id}", "0")
                    .replace("{key}", "x")
                    .replace("{digest}", "x")
                    .replace("{post}", "0");
                let status = if entry.method == "GET" {
                    visitor.get(&path).await.status
                } else {
                    visitor.post(&path, &[]).await.status
                };
                assert_eq!(
                    status == no,
                    !role.may(permission),
                    "{login} {} {}: {status}",
                    entry.method,
                    entry.path
                );
                assert!(status < 500, "{login} {} {}: {status}", entry.method, entry.path);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_led_to_the_door() {
    TestOffice::each(async |office| {
        let mut stranger = office.stranger();
        for entry in server::app_routes().entries().iter().filter(|entry| entry.may != May::Public) {
            let path = entry
                .path
                .replace("{number}", "TS-0")
                .replace("{id}", "0")
                .replace("{key}", "x")
                .replace("{digest}", "x")
                .replace("{post}", "0");
            if entry.method == "GET" {
                let answer = stranger.get(&path).await;
                assert!(answer.location().starts_with("/sign-in?next="), "{path}: {}", answer.status);
            } else {
                assert_eq!(stranger.post(&path, &[]).await.status, 401, "{path}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_38_another_unit_sees_nothing_by_number_list_search_or_figure() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        let number = register(&mut zhang).await;
        for (login, sees) in [
            ("zhang", true),
            ("li", true),
            ("head", true),
            ("bureau", true),
            ("dispatcher", true),
            ("wang", false),
            ("station", false),
        ] {
            let mut visitor = office.sign_in(login).await;
            assert_eq!(visitor.get(&format!("/matters/{number}")).await.status == 200, sees, "{login}");
            assert_eq!(visitor.get("/matters").await.body.contains(&number), sees, "{login}");
            assert_eq!(
                visitor.get("/matters?q=%E5%8F%98%E8%B4%A8").await.body.contains(&number),
                sees,
                "{login}"
            );
        }
        let wang =
            office.sign_in("wang").await.get("/figures/received/rows?from=2026-01-01&to=2026-12-31").await;
        assert!(!wang.body.contains(&number));
        let mut station = office.sign_in("station").await;
        let own = register(&mut station).await;
        assert_eq!(station.get(&format!("/matters/{own}")).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_is_masked_until_a_reason_is_given_and_that_is_logged() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        let number = register(&mut zhang).await;
        let page = zhang.get(&format!("/matters/{number}")).await;
        assert!(
            page.body.contains("王*") && page.body.contains("138********78") && !page.body.contains("王芳"),
            "{}",
            page.text()
        );
        let path = format!("/matters/{number}/people");
        assert_eq!(zhang.post(&path, &[("reason", "看")]).await.status, 422);
        let open = zhang.post(&path, &[("reason", "电话告知受理结果")]).await;
        assert!(open.body.contains("王芳") && open.body.contains("138-1234-5678"));
        assert!(zhang.get(&format!("/matters/{number}")).await.text().contains("查看个人信息"));
        assert_eq!(
            office.sign_in("auditor").await.post(&path, &[("reason", "例行抽查一下")]).await.status,
            403
        );
    })
    .await;
}
