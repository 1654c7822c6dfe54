//! Takes the README's pictures from a running demo: `scripts/gallery http://127.0.0.1:12315 zhangwei CODE`.
//! Needs a chromedriver on port 9515.

use std::{error::Error, fs, path::Path, time::Duration};

use fantoccini::{Client, ClientBuilder, Locator};

const PASSWORD: &str = "画廊里的一句话要够长";
const FOLDER: &str = "docs/pictures";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base, login, code] = arguments.as_slice() else {
        return Err("usage: gallery ADDRESS LOGIN CODE".into());
    };
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--lang=zh-CN",
    ];
    let options = serde_json::json!({ "goog:chromeOptions": { "args": arguments } });
    let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
    if let Some(options) = options.as_object() {
        builder.capabilities(options.clone());
    }
    let client = builder.connect("http://127.0.0.1:9515").await?;
    sign_in(&client, base, login, code).await?;
    client.goto(&format!("{base}/matters?kind=complaint&phase=running")).await?;
    let matter = client.find(Locator::Css("tbody a")).await?.attr("href").await?.unwrap_or_default();
    client.goto(&format!("{base}/matters?kind=complaint&phase=done&from=2026-09-01&to=2026-09-22")).await?;
    let closed = client.find(Locator::Css("tbody a")).await?.attr("href").await?.unwrap_or_default();
    let pages = [
        ("work", "/work?whose=unit".to_owned()),
        ("desk", "/desk".to_owned()),
        ("matter", matter),
        ("clock", format!("{closed}/clocks/accept")),
        ("figures", "/figures".to_owned()),
        ("figure", "/figures/received?by=problem".to_owned()),
    ];
    for (width, ending) in [(1440, ""), (390, "-phone")] {
        for (name, path) in &pages {
            client.set_window_size(width, 900).await?;
            client.goto(&format!("{base}{path}")).await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            let file = format!("{FOLDER}/{name}{ending}.png");
            fs::write(Path::new(&file), client.screenshot().await?)?;
            println!("{file}");
        }
    }
    client.close().await?;
    Ok(())
}

async fn sign_in(client: &Client, base: &str, login: &str, code: &str) -> Result<(), Box<dyn Error>> {
    client.goto(&format!("{base}/sign-in/code")).await?;
    for (field, text) in [("login", login), ("code", code), ("password", PASSWORD), ("again", PASSWORD)] {
        client.find(Locator::Id(field)).await?.send_keys(text).await?;
    }
    client.find(Locator::Css("main button")).await?.click().await?;
    client.wait().for_element(Locator::Css("nav.nav")).await?;
    Ok(())
}
