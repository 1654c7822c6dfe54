//! A Chromium driven by chromedriver, and the office it looks at.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use db::testing::TestDatabase;
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    key::Key,
    wd::TimeoutConfiguration,
};
use testkit::TestOffice;
use web::App;

/// A browser of its own, with its own profile.
pub(crate) struct Browser {
    driver: Child,
    pub(crate) client: Client,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Browser {
    pub(crate) async fn start(width: u32) -> Option<Self> {
        Self::open(width, &serde_json::json!({})).await
    }

    /// One that runs no script of any page.
    pub(crate) async fn without_script(width: u32) -> Option<Self> {
        Self::open(width, &serde_json::json!({ "profile.managed_default_content_settings.javascript": 2 }))
            .await
    }

    async fn open(width: u32, preferences: &serde_json::Value) -> Option<Self> {
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
        let options =
            serde_json::json!({ "goog:chromeOptions": { "args": arguments, "prefs": preferences } });
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(options.as_object().unwrap().clone());
        for _ in 0..100 {
            if let Ok(client) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
                client.set_window_size(width, 900).await.unwrap();
                // A busy machine may take long over a page with axe-core; how long is nothing that is tested here.
                let (script, page) = (Duration::from_secs(180), Duration::from_secs(60));
                let patience = TimeoutConfiguration::new(Some(script), Some(page), None);
                client.update_timeouts(patience).await.unwrap();
                return Some(Self { driver, client });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("chromedriver does not answer");
    }

    pub(crate) async fn stop(self) {
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

pub(crate) async fn office() -> (TestOffice, String) {
    let office = TestOffice::new(TestDatabase::sqlite(server::MIGRATIONS).await.unwrap()).await;
    let address = office.serve().await;
    (office, format!("http://{address}"))
}

/// Types where the focus is.
pub(crate) async fn keys(client: &Client, text: &str) {
    client.active_element().await.unwrap().send_keys(text).await.unwrap();
}

pub(crate) async fn sign_in(office: &TestOffice, client: &Client, base: &str, login: &str) {
    sign_in_to(&office.app, client, base, login).await;
}

/// Presses a key wherever the focus is: a field for files takes no typed words.
async fn press(client: &Client, key: Key) {
    let value = char::from(key);
    let keys = KeyActions::new("keys".to_owned());
    let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    client.perform_actions(keys).await.unwrap();
}

/// Tabs on until the focus is on what `is` says it is by its attribute `name` or `href`; everything must be reached so.
pub(crate) async fn tab_to(client: &Client, attribute: &str, is: &str) {
    for _ in 0..200 {
        press(client, Key::Tab).await;
        let focus = client.active_element().await.unwrap();
        if focus.attr(attribute).await.unwrap().is_some_and(|found| found == is) {
            return;
        }
    }
    panic!("no {attribute}={is} is reached by the keyboard");
}

/// Signs `login` in by a one-time code, by keyboard.
pub(crate) async fn sign_in_to(app: &App, client: &Client, base: &str, login: &str) {
    let (ctx, name) = (app.ctx(kernel::Actor::System("测试")), login.to_owned());
    let code = app.db.write(move |tx| {
        let by_login = db::Sql { name: "test", text: "SELECT id FROM officer WHERE login = $1" };
        let id: kernel::OfficerId = tx.scalar(&by_login, &db::params![name])?;
        people::issue_code(tx, &ctx, id)
    });
    let code = code.await.unwrap();
    // Whoever was signed in before has the same head on every page.
    client.delete_all_cookies().await.unwrap();
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

/// What axe-core finds on the page at hand, when there is one.
pub(crate) async fn axe(client: &Client) -> Vec<String> {
    let Ok(path) = std::env::var("XIAOBAO_TEST_AXE") else { return Vec::new() };
    client.execute(&std::fs::read_to_string(path).unwrap(), vec![]).await.unwrap();
    let run = "const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3).join(' ')))).catch(e => done(['axe: ' + e]));";
    let found = client.execute_async(run, vec![]).await.unwrap();
    found.as_array().unwrap().iter().map(|line| format!("{line}")).collect()
}
