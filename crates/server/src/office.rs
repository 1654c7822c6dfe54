//! What belongs to the office, in one visible list, and how it is opened.

use std::{fs, io::Write as _, path::Path, sync::Arc};

use axum::Router;
use db::{Db, Select, Sql};
use kernel::{Actor, Clock, Ctx, Entropy, Ground, Keyring};
use web::{App, Config, Problem, Result, Routes, Sample};

use crate::{health, home};

db::migrations! {
    /// Every migration, in order. A new one goes at the end with the next number.
    pub static MIGRATIONS from "../../../migrations/" {
        1 "0001_journal",
        2 "0002_people",
        3 "0003_traders",
        4 "0004_matters",
        5 "0005_intake",
        6 "0006_complaints",
        7 "0007_jobs",
        8 "0008_settings",
        9 "0009_reports",
        10 "0010_receipts",
        11 "0011_dispatch",
        12 "0012_papers",
        13 "0013_delivery",
        14 "0014_exchange",
        15 "0015_api",
        16 "0016_oidc",
        17 "0017_odr",
        18 "0018_views",
    }
}

/// Every statement of the office, for the test that prepares them on both engines.
pub fn statements() -> Vec<Sql> {
    [
        journal::statements(),
        jobs::statements(),
        people::statements(),
        traders::statements(),
        matters::statements(),
        intake::statements(),
        complaints::statements(),
        insight::statements(),
        settings::statements(),
        reports::statements(),
        portal::statements(),
        papers::statements(),
        delivery::statements(),
        exchange::statements(),
        api::statements(),
        odr::statements(),
        health::statements(),
        crate::demo::statements(),
    ]
    .concat()
}

/// Every list with filters in its widest form.
pub fn selects(ctx: &Ctx) -> Vec<Select> {
    [traders::selects(), matters::widest(ctx), insight::widest(ctx)].concat()
}

/// Every page on sample data.
pub fn samples() -> Vec<Sample> {
    let crates = [
        people::samples(),
        traders::samples(),
        matters::samples(),
        intake::samples(),
        complaints::samples(),
        insight::samples(),
        settings::samples(),
        reports::samples(),
        portal::samples(),
        papers::samples(),
        delivery::samples(),
        exchange::samples(),
        api::samples(),
        odr::samples(),
        health::samples(),
    ];
    crates.into_iter().flatten().collect()
}

/// Every route with its right.
pub fn app_routes() -> Routes {
    Routes::new()
        .merge(home::routes())
        .merge(people::routes())
        .merge(traders::routes())
        .merge(matters::routes())
        .merge(intake::routes())
        .merge(complaints::routes())
        .merge(insight::routes())
        .merge(settings::routes())
        .merge(reports::routes())
        .merge(portal::routes())
        .merge(papers::routes())
        .merge(delivery::routes())
        .merge(exchange::routes())
        .merge(api::routes())
        .merge(odr::routes())
        .merge(health::routes())
}

/// The whole program as one router; registers what capabilities show on each other's pages.
pub fn router(app: &App) -> Router {
    matters::register(vec![intake::slots(), complaints::slots()]);
    matters::timeline::name_verbs(complaints::verbs());
    listen();
    let pages = web::layers(app, app_routes().into_router(), people::session_layer(app));
    // Programs have their own door: no cookies, no pages of problems.
    api::router(app, app_routes(), health::lines, pages)
}

/// Registers who hears of what happens; the command line's changes are heard too.
fn listen() {
    journal::listen(vec![api::listener]);
}

/// The office, open.
pub struct Opened {
    /// For handlers and commands.
    pub app: App,
    /// What the migration did.
    pub report: db::Report,
}

/// Opens the data folder: keys, database, schema. `place` is a `postgres://` address, or empty for the file in the folder.
///
/// # Errors
/// With a sentence for the administrator: folder not writable, keys missing, schema newer.
pub async fn open(data: &Path, place: &str, demo: bool) -> Result<Opened> {
    listen();
    fs::create_dir_all(data)?;
    let file = data.join("xiaobao.db");
    let place = if place.is_empty() { file.to_string_lossy().into_owned() } else { place.to_owned() };
    let db = Db::open(&place).await?;
    let clock = Clock::machine();
    let report = db.migrate(MIGRATIONS, Some(&data.join("backups")), clock.now()).await?;
    let unused = db.read(journal::is_empty).await?;
    let keyring = Arc::new(keys(data, unused)?);
    let ground = Ground { clock, entropy: Entropy::machine(), keyring };
    let (bureau, has_demo) = db
        .read(|tx| Ok::<_, Problem>((people::setting(tx, "bureau")?, people::setting(tx, "demo")?)))
        .await?;
    let config = Config {
        bureau: bureau.unwrap_or_else(|| "市场监督管理局".to_owned()).into(),
        data: data.to_owned(),
        secure_cookies: false,
        demo: demo || has_demo.is_some(),
        version: env!("CARGO_PKG_VERSION"),
    };
    Ok(Opened { app: App { db, ground, config: Arc::new(config) }, report })
}

/// The key file beside the database; made only for a database that nothing was written to yet, on either engine, never over a lost one.
fn keys(data: &Path, unused: bool) -> Result<Keyring> {
    let path = data.join("keys.txt");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Keyring::parse(&text)?),
        Err(error) if unused && error.kind() == std::io::ErrorKind::NotFound => {
            let keyring = Keyring::generate(&Entropy::machine());
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path)?;
            file.write_all(keyring.to_text().as_bytes())?;
            file.sync_all()?;
            Ok(keyring)
        }
        Err(error) => Err(Problem::Fault(format!(
            "密钥文件 {} 无法读取（{error}）。没有它就打不开已加密的个人信息，请从备份恢复后再启动",
            path.display()
        ))),
    }
}

/// A context for the program itself.
pub(crate) fn system(app: &App, part: &'static str) -> Ctx {
    app.ctx(Actor::System(part))
}
