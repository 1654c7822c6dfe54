//! Journeys in a real browser: by keyboard, on a phone, with the accessibility checks of axe-core.
//! Needs `XIAOBAO_TEST_CHROMEDRIVER`; says so and passes when there is none.
#![expect(
    clippy::unwrap_used,
    clippy::zombie_processes,
    reason = "a test may stop at the first surprise; Drop waits for the driver"
)]

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use db::testing::TestDatabase;
use fantoccini::{Client, ClientBuilder, Locator, key::Key};
use testkit::{TestOffice, house_rules};

struct Browser {
    driver: Child,
    client: Client,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Browser {
    async fn start(width: u32) -> Option<Self> {
        let Ok(path) = std::env::var("XIAOBAO_TEST_CHROMEDRIVER") else {
            println!("browser: not run (XIAOBAO_TEST_CHROMEDRIVER is not set)");
            return None;
        };
        let port = free_port();
        let driver = Command::new(path)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let profile = std::env::temp_dir().join(format!("xiaobao-chromium-{port}"));
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=zh-CN",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        arguments.push(format!("--window-size={width},900"));
        let options = serde_json::json!({ "goog:chromeOptions": { "args": arguments } });
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(options.as_object().unwrap().clone());
        for _ in 0..100 {
            if let Ok(client) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
                client.set_window_size(width, 900).await.unwrap();
                return Some(Self { driver, client });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("chromedriver does not answer");
    }

    async fn stop(self) {
        self.client.clone().close().await.unwrap();
    }
}

impl Drop for Browser {
    /// Also after a failed test: nothing is left running.
    fn drop(&mut self) {
        if let Err(error) = self.driver.kill().and_then(|()| self.driver.wait()) {
            eprintln!("chromedriver: {error}");
        }
    }
}

async fn office() -> (TestOffice, String) {
    let office = TestOffice::new(TestDatabase::sqlite(server::MIGRATIONS).await.unwrap()).await;
    let address = office.serve().await;
    (office, format!("http://{address}"))
}

/// Types where the focus is.
async fn keys(client: &Client, text: &str) {
    client.active_element().await.unwrap().send_keys(text).await.unwrap();
}

async fn sign_in(office: &TestOffice, client: &Client, base: &str, login: &str) {
    let ctx = office.app.ctx(kernel::Actor::System("测试"));
    let id = office.officer(login).id;
    let code = office.app.db.write(move |tx| people::issue_code(tx, &ctx, id)).await.unwrap();
    client.goto(&format!("{base}/sign-in/code")).await.unwrap();
    // The first field has the focus; everything is typed and tabbed.
    let tab = char::from(Key::Tab);
    let typed = format!(
        "{login}{tab}{code}{tab}测试办公室的一句长话{tab}测试办公室的一句长话{}",
        char::from(Key::Enter)
    );
    for part in typed.split_inclusive(tab) {
        keys(client, part).await;
    }
    client.wait().for_element(Locator::Css("nav.nav")).await.unwrap();
}

/// Presses Enter where the focus is, and waits for the page whose heading has these words.
async fn enter(client: &Client, words: &str) {
    keys(client, &char::from(Key::Enter).to_string()).await;
    for _ in 0..100 {
        let heading = client.execute("return document.querySelector('h1')?.textContent ?? ''", vec![]).await;
        if heading.is_ok_and(|heading| heading.as_str().is_some_and(|heading| heading.contains(words))) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no page headed {words}");
}

/// What is wrong with the public page at hand: too wide, too small a type, too heavy, what axe-core finds.
async fn public_faults(client: &Client) -> Vec<String> {
    let look = "const wide = document.documentElement.scrollWidth - window.innerWidth; const small = [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && parseFloat(getComputedStyle(e).fontSize) < 17).length; const bytes = performance.getEntries().reduce((sum, e) => sum + (e.encodedBodySize || 0), 0); return [wide > 0 ? 'too wide' : '', small ? 'small type' : '', bytes > 60000 ? 'heavy' : '', document.scripts.length ? 'script' : ''].filter(Boolean);";
    let found = client.execute(look, vec![]).await.unwrap();
    let own = found.as_array().unwrap().iter().map(|fault| format!("{fault}")).collect::<Vec<_>>();
    let heading = client.execute("return document.querySelector('h1').textContent", vec![]).await.unwrap();
    own.into_iter().chain(axe(client).await).map(|fault| format!("{heading}: {fault}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_and_looked_up_on_a_phone_by_keyboard_alone() {
    let Some(browser) = Browser::start(390).await else { return };
    let (office, base) = office().await;
    let client = &browser.client;
    let focus = |selector: &str| format!("document.querySelector('{selector}').focus()");
    let mut faults = Vec::new();
    for page in
        ["/public", "/public/stations", "/public/status", "/public/new/complaint", "/public/new/report"]
    {
        client.goto(&format!("{base}{page}")).await.unwrap();
        faults.extend(public_faults(client).await);
    }
    client.goto(&format!("{base}/public/new/consultation")).await.unwrap();
    client.execute(&focus("main button"), vec![]).await.unwrap();
    enter(client, "您想咨询哪方面").await;
    faults.extend(public_faults(client).await);
    client.execute(&focus("#topic"), vec![]).await.unwrap();
    keys(client, " ").await;
    enter(client, "您想问什么").await;
    client.execute(&focus("main button"), vec![]).await.unwrap();
    enter(client, "您想问什么").await;
    client.wait().for_element(Locator::Css("#summary")).await.unwrap();
    faults.extend(public_faults(client).await);
    client.find(Locator::Id("facts")).await.unwrap().send_keys("手机三包怎么算？").await.unwrap();
    client.execute(&focus("main button"), vec![]).await.unwrap();
    enter(client, "您希望怎样得到答复").await;
    client.execute(&focus("#reply"), vec![]).await.unwrap();
    keys(client, " ").await;
    enter(client, "请核对您的回答").await;
    faults.extend(public_faults(client).await);
    let clock = &office.app.ground.clock;
    clock.set(clock.now().checked_add(jiff::SignedDuration::from_secs(60)).unwrap());
    client.execute(&focus("form[action$=submission] button"), vec![]).await.unwrap();
    enter(client, "已经提交").await;
    faults.extend(public_faults(client).await);
    let told = "return [...document.querySelectorAll('.receipt dd')].map(e => e.textContent)";
    let told = client.execute(told, vec![]).await.unwrap();
    let (number, code) = (told[0].as_str().unwrap().to_owned(), told[1].as_str().unwrap().to_owned());
    client.goto(&format!("{base}/public/status")).await.unwrap();
    client.find(Locator::Id("number")).await.unwrap().send_keys(&number).await.unwrap();
    client.find(Locator::Id("code")).await.unwrap().send_keys(&code).await.unwrap();
    enter(client, "已收到").await;
    faults.extend(public_faults(client).await);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    browser.stop().await;
}

/// What axe-core finds on the page at hand, when there is one.
async fn axe(client: &Client) -> Vec<String> {
    let Ok(path) = std::env::var("XIAOBAO_TEST_AXE") else { return Vec::new() };
    client.execute(&std::fs::read_to_string(path).unwrap(), vec![]).await.unwrap();
    let run = "const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3).join(' ')))).catch(e => done(['axe: ' + e]));";
    let found = client.execute_async(run, vec![]).await.unwrap();
    found.as_array().unwrap().iter().map(|line| format!("{line}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_is_worked_by_keyboard_alone() {
    let Some(browser) = Browser::start(1440).await else { return };
    let (office, base) = office().await;
    let client = &browser.client;
    sign_in(&office, client, &base, "desk").await;
    client.goto(&format!("{base}/desk")).await.unwrap();
    let f2 = char::from(Key::F2).to_string();
    keys(client, &f2).await;
    keys(client, "13812345678").await;
    let tab = char::from(Key::Tab);
    keys(client, &format!("{tab}")).await;
    keys(client, "王芳").await;
    client.execute("document.querySelector('[name=kind][value=complaint]').focus()", vec![]).await.unwrap();
    keys(client, " ").await;
    keys(client, &char::from(Key::F4).to_string()).await;
    keys(client, "好再来超市").await;
    client.find(Locator::Id("facts")).await.unwrap().send_keys("牛奶变质").await.unwrap();
    client.execute("document.querySelector('[name=demands][value=refund]').focus()", vec![]).await.unwrap();
    keys(client, " ").await;
    // The browser dies before anything is sent; the draft comes back.
    let saved = "return document.querySelector('.saved').textContent";
    for _ in 0..50 {
        let words = client.execute(saved, vec![]).await.unwrap();
        if words.as_str().is_some_and(|words| words.contains("草稿已保存")) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    client.goto(&format!("{base}/work")).await.unwrap();
    client.goto(&format!("{base}/desk")).await.unwrap();
    let facts = client.find(Locator::Id("facts")).await.unwrap().prop("value").await.unwrap();
    assert_eq!(facts.as_deref(), Some("牛奶变质"));
    keys(client, &char::from(Key::F9).to_string()).await;
    client.wait().for_element(Locator::Css("ol.timeline")).await.unwrap();
    let title = client.title().await.unwrap();
    assert!(title.starts_with("TS-23-2026-00001"), "{title}");
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_a_phone_and_axe_finds_nothing() {
    let Some(browser) = Browser::start(390).await else { return };
    let (office, base) = office().await;
    let client = &browser.client;
    client.goto(&format!("{base}/sign-in")).await.unwrap();
    assert_eq!(axe(client).await, Vec::<String>::new(), "/sign-in");
    sign_in(&office, client, &base, "head").await;
    let mut head = office.sign_in_again("head").await;
    let form = [
        ("kind", "complaint"),
        ("channel", "phone"),
        ("name", "王芳"),
        ("phone", "13812345678"),
        ("respondent_name", "好再来"),
        ("facts", "牛奶变质"),
        ("demands", "refund"),
    ];
    let number = head.post("/desk", &form).await.location().trim_start_matches("/matters/").to_owned();
    sign_in(&office, client, &base, "head").await;
    let matter = format!("/matters/{number}");
    let pages = [
        "/work",
        "/work?whose=unit",
        "/desk",
        "/matters",
        &matter,
        &format!("{matter}/clocks/accept"),
        &format!("{matter}/acceptance"),
        &format!("{matter}/refusal"),
        &format!("{matter}/material_request"),
        &format!("{matter}/people"),
        &format!("{matter}/assignment"),
        "/traders",
        "/traders/new",
        "/callbacks",
        "/figures",
        "/figures/received?by=kind",
        "/figures/received/rows",
        "/account",
    ]
    .map(str::to_owned);
    let mut faults = Vec::new();
    for page in pages {
        client.goto(&format!("{base}{page}")).await.unwrap();
        let wide = client
            .execute("return document.documentElement.scrollWidth - window.innerWidth", vec![])
            .await
            .unwrap();
        if wide.as_i64().unwrap_or(0) > 0 {
            faults.push(format!("{page}: {wide} px too wide for a phone"));
        }
        faults.extend(axe(client).await.iter().map(|fault| format!("{page}: {fault}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(house_rules::root().join("README.md").exists());
    browser.stop().await;
}

/// Fragments for the script, pages that lead elsewhere in the test office, and what has no window of its own.
const NO_PAGES: &[&str] =
    &["/", "/desk/earlier", "/traders/lookup", "/set-up", "/account/sso", "/exports/new"];

/// What does not fit the window, is said in a code, or is found by axe-core.
async fn faults_of(client: &Client, path: &str) -> Vec<String> {
    let look = "const wide = document.documentElement.scrollWidth - window.innerWidth; const codes = document.querySelector('main').innerText.match(/\\b[a-z]+_[a-z_]+\\b|undefined|NaN/g) ?? []; return [wide > 0 ? wide + ' px too wide' : '', ...codes].filter(Boolean)";
    let found = client.execute(look, vec![]).await.unwrap();
    let own: Vec<String> = found.as_array().unwrap().iter().map(ToString::to_string).collect();
    own.into_iter().chain(axe(client).await).map(|fault| format!("{path}: {fault}")).collect()
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
                    web::May::Can(permission) => role.may(permission),
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
