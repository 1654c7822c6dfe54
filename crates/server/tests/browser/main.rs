//! Journeys in a real browser: by keyboard, on a phone, with the accessibility checks of axe-core.
//! Needs `XIAOBAO_TEST_CHROMEDRIVER`; says so and passes when there is none.
#![expect(
    clippy::unwrap_used,
    clippy::zombie_processes,
    reason = "a test may stop at the first surprise; Drop waits for the driver"
)]

mod driver;
mod pages;

use std::time::Duration;

use fantoccini::{Client, Locator, key::Key};
use testkit::house_rules;

use driver::{Browser, axe, keys, office, sign_in, tab_to};

/// What the desk sends for a complaint.
const COMPLAINT: &[(&str, &str)] = &[
    ("kind", "complaint"),
    ("channel", "phone"),
    ("name", "王芳"),
    ("phone", "13812345678"),
    ("respondent_name", "好再来"),
    ("facts", "牛奶变质"),
    ("demands", "refund"),
];

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
    let number = head.post("/desk", COMPLAINT).await.location().trim_start_matches("/matters/").to_owned();
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

/// Follows what has the focus, and waits for the page whose title begins with `title`.
async fn follow(client: &Client, title: &str) {
    keys(client, &char::from(Key::Enter).to_string()).await;
    for _ in 0..100 {
        if client.title().await.is_ok_and(|found| found.starts_with(title)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no page titled {title}: {}", client.title().await.unwrap());
}

/// Tabs on to the button that sends the form.
async fn send(client: &Client) {
    tab_to(client, "class", "button").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mediator_accepts_tells_and_settles_by_keyboard_alone_and_without_script() {
    let Some(browser) = Browser::without_script(1440).await else { return };
    let (office, base) = office().await;
    let client = &browser.client;
    let address = office.sign_in("desk").await.post("/desk", COMPLAINT).await.location().to_owned();
    let number = address.trim_start_matches("/matters/").to_owned();
    let zhang = office.officer("zhang");
    let target = format!("{}|{}", zhang.unit, zhang.id);
    let mut dispatcher = office.sign_in("dispatcher").await;
    let version = dispatcher.get(&format!("{address}/assignment")).await.field("_version");
    let given = dispatcher
        .post(&format!("{address}/assignment"), &[("target", &target), ("_version", &version)])
        .await;
    assert_eq!(given.status, 303, "{}", given.text());

    sign_in(&office, client, &base, "zhang").await;
    client.goto(&format!("{base}/work")).await.unwrap();
    tab_to(client, "href", &address).await;
    follow(client, &number).await;
    tab_to(client, "href", &format!("{address}/acceptance")).await;
    follow(client, "受理").await;
    send(client).await;
    follow(client, &number).await;
    tab_to(client, "href", &format!("{address}/acceptance_notice")).await;
    follow(client, "告知受理").await;
    let down = char::from(Key::Down).to_string();
    for list in ["notice_channel", "proof_kind"] {
        tab_to(client, "name", list).await;
        keys(client, &down).await;
    }
    // Without the proof the page comes back, says what is missing, and has kept what was chosen.
    send(client).await;
    follow(client, "告知受理").await;
    let kept =
        client.find(Locator::Css("#notice_channel option:checked, [name=notice_channel] option[selected]"));
    assert_eq!(kept.await.unwrap().attr("value").await.unwrap().as_deref(), Some("phone"));
    tab_to(client, "name", "proof").await;
    keys(client, "REC-1").await;
    follow(client, &number).await;
    tab_to(client, "href", &format!("{address}/agreement")).await;
    follow(client, "达成协议").await;
    tab_to(client, "name", "words").await;
    keys(client, "退款并赔偿").await;
    tab_to(client, "name", "way").await;
    keys(client, " ").await;
    tab_to(client, "name", "recovered").await;
    keys(client, "205.50").await;
    follow(client, &number).await;
    assert!(client.source().await.unwrap().contains("205.50"), "the agreement is on the page");
    browser.stop().await;
}
