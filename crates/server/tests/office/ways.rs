//! Everybody finds by links what he or she may use: nothing is known only to whoever types addresses.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Role;
use testkit::{TestOffice, Visitor};
use web::May;

use crate::desk::register;

/// Pages without a link of their own, and why.
const NOT_LINKED: &[(&str, &str)] = &[
    ("/set-up", "only before the office is set up, led to by the front door"),
    ("/account/sso", "only where the bureau has a unified sign-in"),
    ("/desk/earlier", "asked by the script of the desk"),
    ("/traders/lookup", "asked by the script of the desk"),
    ("/texts/preview", "a button of the form of a notice"),
    ("/settings/rules/clock", "a clock of an order, one by one"),
    ("/settings/rules/text", "a text of an order, one by one"),
    ("/exports/new", "the export of a list that is on screen"),
];

/// The addresses a page links to, without what follows `#`.
fn links(body: &str) -> Vec<String> {
    let found = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found.map(|href| href.split('#').next().unwrap_or_default().replace("&amp;", "&")).collect()
}

/// Whether the walk goes there: pages of our own, not files, and no deeper than the second level below a list.
fn is_page(path: &str) -> bool {
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains('.');
    ours && !path.starts_with("/api/") && path.matches('/').count() <= 3
}

/// Every path reached from the front door; what answers with an error is told.
async fn walk(visitor: &mut Visitor) -> (BTreeSet<String>, Vec<String>) {
    let (mut seen, mut broken) = (BTreeMap::new(), Vec::new());
    let mut next = vec!["/".to_owned()];
    while let Some(address) = next.pop() {
        let path = address.split('?').next().unwrap_or_default().to_owned();
        if !is_page(&path) || seen.contains_key(&path) {
            continue;
        }
        let answer = visitor.get(&address).await;
        seen.insert(path, ());
        match answer.status {
            200 => next.extend(links(&answer.body)),
            303 => next.push(answer.location().to_owned()),
            status => broken.push(format!("{address}: {status}")),
        }
        assert!(seen.len() < 1_000, "a walk without an end");
    }
    (seen.into_keys().collect(), broken)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_a_role_may_use_is_reached_by_links() {
    let database = db::testing::TestDatabase::sqlite(server::MIGRATIONS).await.unwrap();
    let office = TestOffice::new(database).await;
    register(&mut office.sign_in("desk").await).await;
    let mut faults = Vec::new();
    for role in Role::ALL {
        let login = office.login_of(*role);
        let mut visitor = office.sign_in(login).await;
        let (reached, broken) = walk(&mut visitor).await;
        faults.extend(broken.into_iter().map(|line| format!("{login}: {line}")));
        for entry in server::app_routes().entries() {
            let may = match entry.may {
                May::Public => false,
                May::SignedIn => true,
                May::Can(permission) | May::Know(permission) => role.may(permission),
            };
            let by_itself = NOT_LINKED.iter().any(|(path, _)| *path == entry.path);
            let wanted = may && entry.method == "GET" && !entry.path.contains('{') && !by_itself;
            if wanted && !reached.contains(entry.path) {
                faults.push(format!("{login}: nothing leads to {}", entry.path));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bureau_head_finds_what_waits_for_approval_in_the_settings() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("bureau").await;
        let page = head.get("/settings").await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains("href=\"/approvals\"") && page.text().contains("没有等待核准的"),
            "{}",
            page.text()
        );
        assert!(!page.body.contains("href=\"/settings/rules\""), "{}", page.text());
        assert_eq!(office.sign_in("zhang").await.get("/settings").await.status, 403);
        let list = head.get("/work").await;
        assert!(
            list.body.contains("href=\"/papers\"") && list.text().contains("文书待批"),
            "{}",
            list.text()
        );
    })
    .await;
}
