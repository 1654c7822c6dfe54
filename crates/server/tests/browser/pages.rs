//! Every page there is, at two widths, with axe-core; and in the demo bureau every way that leads on from a page.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use db::testing::TestDatabase;
use fantoccini::Client;
use kernel::Ground;
use web::{App, Config};

use crate::driver::{Browser, axe, office, sign_in, sign_in_to};

/// Fragments for the script, pages that lead elsewhere in the test office, and what has no window of its own.
const NO_PAGES: &[&str] =
    &["/", "/desk/earlier", "/traders/lookup", "/set-up", "/account/sso", "/exports/new"];

/// What does not fit the window, or is said in a code.
async fn misfits(client: &Client, path: &str) -> Vec<String> {
    let look = "const wide = document.documentElement.scrollWidth - window.innerWidth; const codes = document.querySelector('main').innerText.match(/\\b[a-z]+_[a-z_]+\\b|undefined|NaN/g) ?? []; const bytes = performance.getEntries().reduce((sum, e) => sum + (e.encodedBodySize || 0), 0); return [wide > 0 ? wide + ' px too wide' : '', bytes > 100000 ? bytes + ' bytes' : '', ...codes].filter(Boolean)";
    let found = client.execute(look, vec![]).await.unwrap();
    let found = found.as_array().unwrap().iter().map(|fault| format!("{path}: {fault}"));
    // These pages are about codes: fields of a form, codes of a list, packages, figures as a template names them.
    let coded = ["/forms/", "/settings/classification/", "/licences", "/summary-templates/"]
        .iter()
        .any(|room| path.contains(room));
    found.filter(|fault| !coded || fault.contains("too wide")).collect()
}

/// What does not fit the window, is said in a code, or is found by axe-core.
async fn faults_of(client: &Client, path: &str) -> Vec<String> {
    let own = misfits(client, path).await;
    own.into_iter().chain(axe(client).await.iter().map(|fault| format!("{path}: {fault}"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_every_role_fits_both_widths_and_axe_finds_nothing() {
    for width in [390, 1440] {
        let Some(browser) = Browser::start(width).await else { return };
        let (office, base) = office().await;
        let client = &browser.client;
        let mut faults = Vec::new();
        let mut seen = NO_PAGES.to_vec();
        for role in kernel::Role::ALL {
            let login = office.login_of(*role);
            sign_in(&office, client, &base, login).await;
            client.goto(&base).await.unwrap();
            faults.extend(faults_of(client, &format!("{login} {width} /")).await);
            for entry in server::app_routes().entries() {
                let may = match entry.may {
                    web::May::Public => false,
                    web::May::SignedIn => true,
                    web::May::Can(permission) | web::May::Know(permission) => role.may(permission),
                };
                let page = entry.method == "GET" && !entry.path.contains('{');
                if !may || !page || seen.contains(&entry.path) {
                    continue;
                }
                seen.push(entry.path);
                client.goto(&format!("{base}{}", entry.path)).await.unwrap();
                faults.extend(faults_of(client, &format!("{login} {width} {}", entry.path)).await);
            }
        }
        assert!(seen.len() > 40, "only {} pages", seen.len());
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
        browser.stop().await;
    }
}

/// An address with what changes from one record to the next taken out: `/matters/TS/papers/*/print?series`.
fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let part = |part: &str| match part.split_once('-') {
        // Of a number only its kind: a complaint's page is another page than a report's.
        Some((kind, rest)) if kind.len() == 2 && rest.starts_with(|c: char| c.is_ascii_digit()) => {
            kind.to_owned()
        }
        _ if part.contains(|c: char| c.is_ascii_digit()) => "*".to_owned(),
        _ => part.to_owned(),
    };
    let mut path: Vec<String> = path.split('/').map(part).collect();
    if path.get(1).is_some_and(|room| ["figures", "texts", "forms"].contains(&room.as_str())) {
        // Many records of a kind that go by a word.
        path.iter_mut()
            .skip(2)
            .filter(|part| !["rows", "new"].contains(&part.as_str()))
            .for_each(|part| "*".clone_into(part));
    }
    let keys: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", path.join("/"), keys.into_iter().collect::<Vec<_>>().join("&"))
}

/// A demo bureau of two months, served on loopback.
async fn demo(database: &TestDatabase) -> (App, String) {
    let ground = Ground::standing("2026-09-23T07:30:00Z".parse().unwrap(), "demo office");
    let config = Config {
        bureau: "演示".to_owned().into(),
        data: database.folder().to_owned(),
        secure_cookies: false,
        demo: true,
        version: "test",
    };
    let app = App { db: database.db.clone(), ground, config: Arc::new(config) };
    assert!(server::demo::fill_with(&app, 100, 60).await.unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = server::router(&app);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (app, base)
}

/// What is at an address: its status, and where it leads when it is a page.
const LOOK: &str = "const done = arguments[1]; fetch(arguments[0]).then(async r => { const html = (r.headers.get('content-type') ?? '').startsWith('text/html'); const page = html ? new DOMParser().parseFromString(await r.text(), 'text/html') : null; done([r.status, page ? [...page.querySelectorAll('a[href^=\"/\"]')].map(a => a.getAttribute('href').split('#')[0]) : null]) })";

/// The demo bureau's records are long, many and in every state: what fits the samples need not fit them.
#[tokio::test(flavor = "multi_thread")]
async fn every_way_on_in_the_demo_bureau_leads_to_a_page_that_fits() {
    let Some(browser) = Browser::start(1440).await else { return };
    let database = TestDatabase::sqlite(server::MIGRATIONS).await.unwrap();
    let (app, base) = demo(&database).await;
    let client = &browser.client;
    let (mut faults, mut looked) = (Vec::new(), BTreeSet::new());
    for login in ["suozhang", "juzhang", "fenpai", "shenji", "admin"] {
        sign_in_to(&app, client, &base, login).await;
        let (mut seen, mut ways) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
        while let Some(address) = ways.pop_front() {
            if !seen.insert(shape(&address)) {
                continue;
            }
            let found = client.execute_async(LOOK, vec![address.clone().into()]).await.unwrap();
            if found[0].as_i64() != Some(200) {
                faults.push(format!("{login} {address}: {}", found[0]));
            }
            let Some(on) = found[1].as_array() else { continue };
            ways.extend(on.iter().filter_map(|way| way.as_str().map(str::to_owned)));
            if looked.insert(shape(&address)) {
                client.goto(&format!("{base}{address}")).await.unwrap();
                client.set_window_size(1440, 900).await.unwrap();
                faults.extend(misfits(client, &format!("{login} 1440 {address}")).await);
                client.set_window_size(390, 900).await.unwrap();
                let place = format!("{login} 390 {address}");
                // axe-core takes minutes over the words of some hundred licences.
                let all = address != "/licences";
                faults.extend(if all {
                    faults_of(client, &place).await
                } else {
                    misfits(client, &place).await
                });
            }
        }
    }
    assert!(looked.len() > 120, "only {} pages", looked.len());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    browser.stop().await;
}
