//! What belongs to the office, in one visible list, and how it is opened.

use std::{fs, io::Write as _, path::Path, sync::Arc};

use axum::Router;
use db::{Db, Select, Sql};
use kernel::{Actor, Clock, Ctx, Entropy, Ground, Keyring};
use law::Law;
use web::{App, Config, Problem, Result, Routes, Sample};

use crate::{health, home, licences, migrations::MIGRATIONS, printing};

/// Every statement of the office, for the test that prepares them on both engines.
pub fn statements() -> Vec<Sql> {
    [
        journal::statements(),
        jobs::statements(),
        people::statements(),
        traders::statements(),
        matters::statements(),
        advice::statements(),
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
        sso::statements(),
        watch::statements(),
        duty::statements(),
        health::statements(),
        crate::safekeeping::statements(),
        crate::demo::statements(),
    ]
    .concat()
}

/// Every list with filters in its widest form.
pub fn selects(ctx: &Ctx) -> Vec<Select> {
    [
        traders::selects(),
        advice::widest(ctx),
        matters::widest(ctx),
        insight::widest(ctx),
        odr::widest(ctx),
        delivery::widest(ctx),
        papers::widest(ctx),
        complaints::selects(ctx),
        exchange::selects(ctx),
        watch::widest(ctx),
        duty::widest(ctx),
    ]
    .concat()
}

/// Every page on sample data.
pub fn samples() -> Vec<Sample> {
    let crates = [
        people::samples(),
        traders::samples(),
        matters::samples(),
        advice::samples(),
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
        sso::samples(),
        watch::samples(),
        duty::samples(),
        health::samples(),
        crate::gate::samples(),
        licences::samples(),
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
        .merge(advice::routes())
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
        .merge(sso::routes())
        .merge(watch::routes())
        .merge(duty::routes())
        .merge(health::routes())
        .merge(licences::routes())
        .merge(printing::routes())
}

/// Registers what capabilities show on each other's pages and do for each other; a second call changes nothing.
pub(crate) fn wire() {
    matters::register(vec![
        intake::slots(),
        complaints::slots(),
        odr::slots(),
        portal::slots(),
        delivery::slots(),
        insight::publicity_slots(),
        papers::slots(),
        reports::slots(),
    ]);
    matters::ways::lead_on(vec![
        papers::way,
        delivery::way,
        exchange::way,
        watch::way,
        insight::way,
        advice::way,
        duty::way,
        duty::swaps_way,
        duty::notes_way,
    ]);
    matters::ways::name_duty(duty::now_words);
    settings::retention::register(forgetting());
    exchange::register(
        [
            matters::listings(),
            traders::listings(),
            complaints::listings(),
            insight::listings(),
            duty::listings(),
        ]
        .concat(),
    );
    odr::wire(intake::complain_from);
    matters::notices::set_courier(delivery::courier());
    matters::notices::on_told(vec![complaints::told]);
    matters::merge::on_joined(vec![reports::joined]);
    matters::merge::on_released(vec![reports::released]);
    listen();
}

/// The whole program as one router.
pub fn router(app: &App) -> Router {
    wire();
    let pages = web::layers(app, app_routes().into_router(), people::session_layer(app));
    // Programs have their own door: no cookies, no pages of problems.
    crate::gate::around(api::router(app, app_routes(), health::lines, pages))
}

/// What every room forgets when the time has come; each writes its own tables.
fn forgetting() -> settings::retention::Hands {
    use settings::retention::{Hands, Purge};
    Hands {
        purges: vec![
            Purge {
                rule: "drafts",
                count: intake::forget::drafts_before,
                delete: intake::forget::forget_drafts,
            },
            Purge { rule: "exchange", count: exchange::forget::before, delete: exchange::forget::forget },
            Purge { rule: "webhooks", count: api::forget::told_before, delete: api::forget::forget_told },
            Purge { rule: "sso", count: sso::forget::accounts_before, delete: sso::forget::forget_accounts },
        ],
        strikes: vec![
            intake::forget::strike,
            complaints::forget::strike,
            reports::forget::strike,
            odr::forget::strike,
            papers::forget::strike,
            delivery::forget::strike,
            portal::forget::strike,
            exchange::forget::strike,
            insight::forget::strike,
            watch::forget::strike,
            duty::forget::strike,
        ],
    }
}

/// Registers who hears of what happens, and its words; the command line's changes are heard too.
fn listen() {
    matters::timeline::name_verbs(
        [
            api::verbs(),
            delivery::verbs(),
            insight::kpi::verbs(),
            insight::summary::verbs(),
            insight::publicity::verbs(),
            sso::verbs(),
            traders::verbs(),
            complaints::verbs(),
            odr::verbs(),
            portal::verbs(),
            papers::verbs(),
            reports::verbs(),
            settings::verbs(),
            watch::verbs(),
            duty::verbs(),
            crate::safekeeping::verbs(),
        ]
        .concat(),
    );
    journal::listen(vec![api::listener, named]);
    journal::follow(vec![insight::kept::changed]);
}

/// While the program is built and tested, a verb without Chinese words is a fault: the audit page would show its code.
fn named(_: &mut db::Tx, _: &Ctx, entry: &journal::Entry<'_>) -> Result<(), db::Error> {
    if cfg!(debug_assertions) && matters::timeline::words(entry.verb) == entry.verb {
        return Err(db::Error::Other(format!(
            "no Chinese words for the verb {} (verbs() of its crate)",
            entry.verb
        )));
    }
    Ok(())
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
    open_with(data, place, "", demo).await
}

/// [`open`], with a second address for what may be some seconds old; empty for none.
///
/// # Errors
/// As [`open`]; also when a replica is named beside an SQLite file.
pub async fn open_with(data: &Path, place: &str, replica: &str, demo: bool) -> Result<Opened> {
    if place.is_empty() && !replica.is_empty() {
        return Err(Problem::Malformed("--replica 只用于 PostgreSQL，请同时填写 --database".to_owned()));
    }
    listen();
    fs::create_dir_all(data)?;
    law_files(data)?;
    let file = data.join("xiaobao.db");
    let place = if place.is_empty() { file.to_string_lossy().into_owned() } else { place.to_owned() };
    let db = Db::open_with(&db::Config { replica: replica.to_owned(), ..db::Config::at(place) }).await?;
    let clock = Clock::machine();
    let mut report = db.migrate(MIGRATIONS, Some(&data.join("backups")), clock.now()).await?;
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
    let today = kernel::office_date(ground.clock.now());
    // An edition that cannot be read any more must not keep the office shut: it computes by what it can read, and says so
    // here and on the health page.
    if let Err(problem) = db.read(move |tx| settings::in_use::follow(tx, today)).await {
        report.warnings.push(format!("启用的规则版本不能读入，暂按随程序发布的规则计算：{problem}"));
    }
    // A broken model keeps nobody from the desk.
    report.warnings.extend(advice::models(data).faults().map(str::to_owned));
    Ok(Opened { app: App { db, ground, config: Arc::new(config) }, report })
}

/// Takes the files of law in the data folder, all or none.
fn law_files(data: &Path) -> Result<()> {
    let folder = data.join("law");
    let read = settings::in_use::files(&folder);
    let read = read.map_err(|error| {
        Problem::Malformed(format!("{} 里的规则文件有误，没有启动：{error}", folder.display()))
    })?;
    read.into_iter().for_each(Law::set_base);
    Ok(())
}

/// The law an office computes by, for commands that need nothing else of it: files of the data folder, and the editions of
/// its database where there is one. Changes nothing.
///
/// # Errors
/// As [`open`].
pub(crate) async fn law_of(data: &Path, place: &str) -> Result<()> {
    law_files(data)?;
    let file = data.join("xiaobao.db");
    if place.is_empty() && !file.is_file() {
        return Ok(());
    }
    let place = if place.is_empty() { file.to_string_lossy().into_owned() } else { place.to_owned() };
    let db = Db::open(&place).await?;
    let today = kernel::office_date(Clock::machine().now());
    // A database of an older program has no editions yet: its law is what ships.
    if let Err(problem) = db.read(move |tx| settings::in_use::follow(tx, today)).await {
        tracing::warn!(%problem, "no editions were read");
    }
    db.close().await;
    Ok(())
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
