//! Takes the README's pictures from a running demo; `scripts/gallery` calls it.
//!
//! `gallery ADDRESS LOGIN=CODE…`: sign-in codes of `zhangwei`, `juzhang` and `admin`. Needs a chromedriver on port 9515.
//! Pictures go to `docs/pictures`; the citizen's pages are taken as on a telephone.

use std::{collections::BTreeMap, error::Error, fs, path::Path, time::Duration};

use fantoccini::{Client, ClientBuilder, Locator};

const PASSWORD: &str = "画廊里的一句话要够长";
const FOLDER: &str = "docs/pictures";
/// Width and height of a desk's screen, of a telephone, and of a sheet of A4.
const SCREEN: (u32, u32) = (1440, 900);
const PHONE: (u32, u32) = (390, 844);
const SHEET: (u32, u32) = (900, 1280);

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((base, codes)) = arguments.split_first() else {
        return Err("usage: gallery ADDRESS LOGIN=CODE…".into());
    };
    let codes: BTreeMap<&str, &str> = codes.iter().filter_map(|pair| pair.split_once('=')).collect();
    fs::create_dir_all(FOLDER)?;
    for (login, pictures) in
        [("zhangwei", Pictures::Handler), ("juzhang", Pictures::Head), ("admin", Pictures::Admin)]
    {
        let code = codes.get(login).ok_or_else(|| format!("no code for {login}"))?;
        let camera = Camera::open(base).await?;
        camera.sign_in(login, code).await?;
        match pictures {
            Pictures::Handler => camera.handler().await?,
            Pictures::Head => {
                camera.take("odr", SCREEN, "/odr").await?;
                camera.take("operations", SCREEN, "/operations").await?;
            }
            Pictures::Admin => camera.take("settings", SCREEN, "/settings").await?,
        }
        camera.client.close().await?;
    }
    Ok(())
}

/// Whose pictures.
enum Pictures {
    Handler,
    Head,
    Admin,
}

struct Camera<'a> {
    client: Client,
    base: &'a str,
}

impl<'a> Camera<'a> {
    async fn open(base: &'a str) -> Outcome<Self> {
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
        Ok(Self { client: builder.connect("http://127.0.0.1:9515").await?, base })
    }

    async fn sign_in(&self, login: &str, code: &str) -> Outcome<()> {
        self.go("/sign-in/code").await?;
        for (field, text) in [("login", login), ("code", code), ("password", PASSWORD), ("again", PASSWORD)] {
            self.fill(field, text).await?;
        }
        self.click("main button").await?;
        self.client.wait().for_element(Locator::Css("nav.nav")).await?;
        Ok(())
    }

    async fn go(&self, path: &str) -> Outcome<()> {
        Ok(self.client.goto(&format!("{}{path}", self.base)).await?)
    }

    async fn fill(&self, id: &str, text: &str) -> Outcome<()> {
        Ok(self.client.find(Locator::Id(id)).await?.send_keys(text).await?)
    }

    async fn click(&self, css: &str) -> Outcome<()> {
        Ok(self.client.find(Locator::Css(css)).await?.click().await?)
    }

    /// The address of the first link of `css` on the page at `path`.
    async fn link(&self, path: &str, css: &str) -> Outcome<String> {
        self.go(path).await?;
        let link = self.client.find(Locator::Css(css)).await.map_err(|_| format!("{path} has no {css}"))?;
        Ok(link.attr("href").await?.ok_or("a link without an address")?)
    }

    async fn take(&self, name: &str, size: (u32, u32), path: &str) -> Outcome<()> {
        self.client.set_window_size(size.0, size.1).await?;
        self.go(path).await?;
        self.shoot(name, size).await
    }

    async fn shoot(&self, name: &str, size: (u32, u32)) -> Outcome<()> {
        self.client.set_window_size(size.0, size.1).await?;
        tokio::time::sleep(Duration::from_millis(400)).await;
        let file = format!("{FOLDER}/{name}.png");
        fs::write(Path::new(&file), self.client.screenshot().await?)?;
        println!("{file}");
        Ok(())
    }

    /// What somebody who handles complaints sees all day, and what the citizen sees of it.
    async fn handler(&self) -> Outcome<()> {
        self.take("work", SCREEN, "/work").await?;
        self.take("work-phone", PHONE, "/work").await?;
        // Somebody wrote and waits for an answer: that matter is shown, and its person looks it up.
        let matter = self.link("/work", "a[href^='/matters/TS-'][href$='#talk']").await?;
        let matter = matter.trim_end_matches("#talk").to_owned();
        let drawn = self.drawn().await?;
        let sheet = self.link(&drawn, "a[href$='/print']").await.unwrap_or(format!("{drawn}/print"));
        self.take("paper", SHEET, &sheet).await?;
        let busy = drawn.split("/papers/").next().unwrap_or(&matter).to_owned();
        self.take("matter", SCREEN, &busy).await?;
        self.take("matter-phone", PHONE, &busy).await?;
        let clock = self.link(&busy, "a[href*='/clocks/']").await?;
        self.take("clock", SCREEN, &clock).await?;
        let report = self.link("/matters?kind=report&phase=running", "tbody a[href^='/matters/']").await?;
        self.take("report", SCREEN, &report).await?;
        self.take("figures", SCREEN, "/figures").await?;
        self.take("figure", SCREEN, "/figures/received?by=problem").await?;
        self.desk().await?;
        self.citizen(&matter).await
    }

    /// A printed paper: the newest entry with a number on any matter's page of the list.
    async fn drawn(&self) -> Outcome<String> {
        self.link("/papers", "tbody a[href*='/papers/']").await
    }

    /// The desk in the middle of a call.
    async fn desk(&self) -> Outcome<()> {
        self.client.set_window_size(SCREEN.0, SCREEN.1).await?;
        self.go("/desk").await?;
        for (field, text) in [
            ("phone", "19900000019"),
            ("name", "李思远"),
            ("facts", "昨天在超市买的酸奶打开后有霉点，没有过期，店里只同意换货。"),
            ("respondent_name", "松江市"),
        ] {
            self.fill(field, text).await?;
        }
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        self.client.execute("window.scrollTo(0, 0)", Vec::new()).await?;
        self.shoot("desk", SCREEN).await
    }

    /// The public pages on a telephone: the beginning, and how a matter stands.
    async fn citizen(&self, matter: &str) -> Outcome<()> {
        self.go(&format!("{matter}/receipt")).await?;
        self.click("main form button").await?;
        let code = self.client.wait().for_element(Locator::Css("main .code")).await?.text().await?;
        self.take("public", PHONE, "/public").await?;
        self.go("/public/status").await?;
        self.fill("number", matter.trim_start_matches("/matters/")).await?;
        self.fill("code", &code).await?;
        self.click("main form button").await?;
        tokio::time::sleep(Duration::from_millis(400)).await;
        self.shoot("status", PHONE).await
    }
}
