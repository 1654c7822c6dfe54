//! Cases of peers.md §8.2 that no room has alone (docs/security.md has the list): the whole surface is tried at once.

use testkit::{Answer, TestOffice, Visitor, house_rules};
use web::May;

use crate::{
    desk::{COMPLAINT, register},
    portal,
};

/// A path of every page that needs no sign-in and names nothing.
pub(crate) fn open_pages() -> Vec<&'static str> {
    let routes = server::app_routes();
    let open = routes.entries().iter().filter(|entry| entry.may == May::Public && entry.method == "GET");
    open.map(|entry| entry.path).filter(|path| !path.contains('{')).collect()
}

/// [`COMPLAINT`] with other values of some fields.
fn with(fields: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut form = COMPLAINT.to_vec();
    form.retain(|(name, _)| !fields.iter().any(|(other, _)| name == other));
    form.extend(fields);
    form
}

pub(crate) async fn registered(desk: &mut Visitor, fields: &[(&'static str, &'static str)]) -> String {
    let answer = desk.post("/desk", &with(fields)).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/matters/").to_owned()
}

/// The addresses a page leads to, loads or sends to.
fn addresses(page: &str) -> Vec<&str> {
    let starts = [" href=\"", " src=\"", " action=\"", " formaction=\"", " data-href=\"", " data-lookup=\""];
    let of = |start| page.split(start).skip(1).filter_map(|rest: &str| rest.split('"').next());
    starts.into_iter().flat_map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_05_and_07_a_file_for_an_interpreter_is_refused_or_only_handed_back_as_what_it_is() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        let path = format!("/matters/{number}/attachments");
        let stub =
            b"<?php __HALT_COMPILER(); ?>\r\n\x01\0\0\0\x11\0\0\0\x01\0O:8:\"Anything\":0:{}".as_slice();
        let java = b"\xac\xed\0\x05sr\0\x11java.util.HashMap".as_slice();
        let pickle = b"\x80\x04\x95\x1d\0\0\0cos\nsystem\n".as_slice();
        let script = b"#!/bin/sh\0rm -rf /\n".as_slice();
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".as_slice();
        for (name, bytes) in [
            ("a.phar", stub),
            ("小票.jpg", stub),
            ("a.ser", java),
            ("a.pkl", pickle),
            ("a.sh", script),
            ("a.exe", b"MZ\x90\0\x03\0\0\0".as_slice()),
        ] {
            let sent = desk.post_files(&path, &[], &[(name, bytes)]).await;
            assert_eq!(sent.status, 422, "{name}");
        }
        // What is text is kept as text, whatever its name says, and never shown as a page of ours.
        for (name, bytes) in [("a.svg", svg), ("x.html", b"<script>alert(1)</script>".as_slice())] {
            let sent = desk.post_files(&path, &[("shows_nobody", "yes")], &[(name, bytes)]).await;
            if sent.status == 422 {
                continue;
            }
            let page = desk.get(&format!("/matters/{number}")).await;
            let id = page
                .body
                .split(&format!("{path}/"))
                .nth(1)
                .and_then(|rest| rest.get(..36))
                .unwrap()
                .to_owned();
            let file = desk.get(&format!("{path}/{id}")).await;
            let header = |name: &str| {
                file.headers.get(name).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default()
            };
            assert!(header("content-type").starts_with("text/plain"), "{name}: {}", header("content-type"));
            assert!(header("content-disposition").starts_with("attachment"), "{name}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
            assert!(header("content-security-policy").contains("default-src 'none'"), "{name}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_08_no_address_that_was_typed_becomes_one_of_a_page() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let link = "[退款](javascript:alert(1)) javascript:alert(1) data:text/html,x https://evil.example/";
        let number = registered(
            &mut desk,
            &[
                ("facts", link),
                ("respondent_name", "javascript:alert(1)"),
                ("respondent_address", link),
                ("respondent_phone", "javascript:alert(1)"),
                ("place", link),
                ("goods_name", link),
                ("demand_words", link),
            ],
        )
        .await;
        desk.post(&format!("/matters/{number}/talk"), &[("words", link)]).await;
        for path in
            [format!("/matters/{number}"), "/matters".to_owned(), "/work".to_owned(), "/desk".to_owned()]
        {
            let page = desk.get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            let found = addresses(&page.body);
            assert!(found.len() > 5, "{path}: {found:?}");
            for address in found {
                let ours = address.starts_with(['/', '#', '?']) && !address.starts_with("//");
                assert!(
                    ours || address == "data:," || address.starts_with("tel:"),
                    "{path} leads to {address}"
                );
            }
            assert!(!page.body.contains(" style=\"") && !page.body.contains("<style"), "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_15_no_way_through_an_address_leads_to_a_file() {
    TestOffice::each(async |office| {
        let data = &office.app.config.data;
        std::fs::write(data.join("keys.txt"), "geheim-geheim").unwrap();
        let mut admin = office.sign_in("admin").await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        for path in
            ["/matters?q=%00", "/matters?after=%00", "/traders/lookup?q=%00", "/public/paper?number=%00"]
        {
            assert_eq!(dispatcher.get(path).await.status, 404, "{path}");
        }
        let token = crate::api::token(&office, "dispatcher", "read").await;
        for path in ["/api/v1/matters?q=%00", "/api/v1/matters/%00", "/open311/v2/requests/%00.json"] {
            assert_eq!(admin.call("GET", path, &token, "", &[]).await.status, 404, "{path}");
        }
        for up in ["..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e", "..%5c..", "....//", "%00", "..%c0%af.."] {
            for base in
                ["/assets", "/public", "/exports", "/licences", "/matters", "/settings/classification"]
            {
                for path in [
                    format!("{base}/{up}/keys.txt"),
                    format!("{base}/{up}%2fkeys.txt"),
                    format!("/{up}/keys.txt"),
                ] {
                    for visitor in [&mut admin, &mut dispatcher] {
                        let answer = visitor.get(&path).await;
                        assert!([303, 400, 403, 404].contains(&answer.status), "{path}: {}", answer.status);
                        assert!(!answer.body.contains("geheim"), "{path}");
                    }
                }
            }
        }
    })
    .await;
}

/// Nothing of what is answered names the host that a forged head asked for.
fn names_no_host(path: &str, answer: &Answer) {
    assert!(!answer.body.contains("evil.example"), "{path}");
    for (name, value) in &answer.headers {
        assert!(!String::from_utf8_lossy(value.as_bytes()).contains("evil.example"), "{path}: {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_18_what_the_head_says_of_the_host_stands_in_no_page_link_or_redirect() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        let forged = [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-host", "evil.example"),
            ("forwarded", "host=evil.example;proto=http"),
            ("x-original-url", "/people"),
            ("x-rewrite-url", "/people"),
            ("referer", "http://evil.example/matters"),
        ];
        let pages = [
            format!("/matters/{number}"),
            "/matters".to_owned(),
            "/nothing".to_owned(),
            "/people".to_owned(),
        ];
        for path in open_pages().into_iter().map(str::to_owned).chain(pages) {
            for visitor in [&mut desk, &mut office.stranger()] {
                names_no_host(&path, &visitor.get_with(&path, &forged).await);
            }
        }
        for path in ["/api/v1/openapi.json", "/open311/v2/discovery.json", "/open311/v2/discovery.xml"] {
            names_no_host(path, &office.stranger().get_with(path, &forged).await);
        }
        let sign_in = [("login", "desk"), ("password", testkit::PASSWORD), ("next", "/matters")];
        let head = [&forged[..6], &[("sec-fetch-site", "same-origin")]].concat();
        let entered = office.stranger().post_with("/sign-in", &sign_in, &head).await;
        assert_eq!(entered.location(), "/matters");
        names_no_host("/sign-in", &entered);
    })
    .await;
    // Links that leave the office (notices, papers) are made of what the administrator wrote down: nobody else reads the head.
    let mut readers: Vec<String> = Vec::new();
    for source in house_rules::files("crates", ".rs") {
        let shipped = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        let reads = ["header::HOST", "\"host\"", "x-forwarded", "\"forwarded\"", "Host(", "OriginalUri"];
        if !source.is_for_tests() && reads.iter().any(|word| shipped.contains(word)) {
            readers.push(source.path);
        }
    }
    assert_eq!(readers, ["crates/web/src/guard.rs"], "these read what the head says of the host or the way");
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_24_no_head_makes_somebody_else_of_who_guesses() {
    TestOffice::each(async |office| {
        office.sign_in("desk").await;
        let wrong = [("login", "desk"), ("password", "不是这个密码")];
        for at in 0..6 {
            let address = format!("203.0.113.{at}");
            let head = [
                ("sec-fetch-site", "same-origin"),
                ("x-forwarded-for", address.as_str()),
                ("x-real-ip", address.as_str()),
                ("forwarded", address.as_str()),
                ("user-agent", address.as_str()),
            ];
            assert_eq!(office.stranger().post_with("/sign-in", &wrong, &head).await.status, 422);
        }
        let right = [("login", "desk"), ("password", testkit::PASSWORD)];
        assert_eq!(office.stranger().post("/sign-in", &right).await.status, 422, "it waits");
        // Trying on while it waits makes nobody wait longer: who guesses all day locks nobody out for good.
        for _ in 0..20 {
            office.stranger().post("/sign-in", &wrong).await;
        }
        portal::later(&office, 61);
        assert_eq!(office.stranger().post("/sign-in", &right).await.status, 303, "a minute later it opens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_29_and_30_long_and_winding_questions_are_words_and_answers_are_short() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        register(&mut desk).await;
        let winding = format!("{}!", "a".repeat(3_000));
        let stars = "%25_".repeat(400);
        for query in [
            format!("/matters?q={winding}"),
            format!("/matters?q={stars}"),
            format!("/matters?q={}", "%28a%2B%29%2B%24".repeat(100)),
            format!("/matters?q={}", "%22".repeat(900)),
            "/matters?limit=100000000&size=1000000&page=99999999&offset=99999999".to_owned(),
            "/matters?after=99999999999999999999".to_owned(),
            "/matters?from=0001-01-01&to=9999-12-31".to_owned(),
            format!("/traders/lookup?q={winding}"),
            format!("/desk/earlier?q={winding}"),
        ] {
            let answer = desk.get(&query).await;
            assert!([200, 400, 422].contains(&answer.status), "{}: {}", &query[..30], answer.status);
            assert!(answer.bytes.len() < 200_000, "{}: {} bytes", &query[..30], answer.bytes.len());
        }
        let mut head = office.sign_in("bureau").await;
        for query in
            ["from=0001-01-01&to=9999-12-31", "from=-9999-01-01&to=9999-12-31&by=month", "from=x&to=y"]
        {
            let answer = head.get(&format!("/figures/received?{query}")).await;
            assert!(answer.status < 500 && answer.bytes.len() < 500_000, "{query}: {}", answer.status);
        }
    })
    .await;
}
