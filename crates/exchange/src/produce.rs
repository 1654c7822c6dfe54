//! The file of an export, produced off the async threads: page by page from short transactions, so that neither memory nor
//! the database's writer feels how long the list is.

use std::path::Path;

use kernel::{Actor, Ctx, Permission, RunningDigest, hex, office_minute};
use tokio::sync::Semaphore;
use web::{App, Batch, Cell, Class, Listing, Problem, Result};

use crate::{
    export::{self, Export, ExportId},
    feedback,
    sheet::{Mark, Sheet},
};

/// Files produced at once by one program.
static PLACES: Semaphore = Semaphore::const_new(2);
/// Rows whose personal columns are opened in one transaction.
const OPENED: usize = 100;

/// Produces an export, unless somebody else does already; what goes wrong stands with the export.
///
/// # Errors
/// A fault of the database, when not even that can be written down.
pub async fn produce(app: &App, id: ExportId) -> Result<()> {
    let place = PLACES.acquire().await;
    let app = app.clone();
    let outcome = tokio::task::spawn_blocking(move || run(&app, id)).await;
    drop(place);
    outcome.map_err(|error| Problem::Fault(error.to_string()))?
}

fn run(app: &App, id: ExportId) -> Result<()> {
    let system = app.ctx(Actor::System("导出"));
    let by = system.clone();
    let Some(export) = app.db.write_blocking(move |tx| export::claim(tx, &by, id))? else { return Ok(()) };
    match write(app, &export) {
        Ok(()) => Ok(()),
        Err(Problem::Stale(words)) => {
            tracing::info!(number = %export.number, %words, "export taken over");
            Ok(())
        }
        Err(problem) => {
            let words = match &problem {
                Problem::Fault(cause) => {
                    tracing::error!(number = %export.number, %cause, "export");
                    "导出时系统出错，请稍后重新导出；仍然出错请告诉管理员".to_owned()
                }
                other => other.to_string(),
            };
            app.db.write_blocking(move |tx| export::failed(tx, &system, &export, &words))
        }
    }
}

/// The officer who asked, as he or she is today: who lost the post meanwhile gets no file.
fn asker(app: &App, export: &Export) -> Result<Ctx> {
    let (officer, post, now) = (export.officer, export.post, app.ground.clock.now());
    let actor = app.db.read_blocking(move |tx| people::actor_of(tx, officer, post, now))?;
    // Another post of the same officer was never meant: what it reaches is another list.
    match (&actor, post) {
        (Actor::Officer(now), Some(asked)) if now.post != asked => {
            Err(Problem::Malformed("要求导出时的岗位已经结束，请从现在的岗位重新导出".to_owned()))
        }
        _ => Ok(app.ctx(actor)),
    }
}

fn write(app: &App, export: &Export) -> Result<()> {
    let ctx = asker(app, export)?;
    let listing = export::allowed(&ctx, &export.list)?;
    if export.reason.is_some() {
        ctx.may(Permission::Unmask)?;
    }
    let shown: Vec<usize> = (0..listing.columns.len()).filter(|at| goes_out(&listing, *at, export)).collect();
    let titles = shown.iter().filter_map(|at| Some(listing.columns.get(*at)?.title)).collect();
    let path = app.config.data.join(export.file());
    let mark = Mark { number: export.number.clone(), words: watermark(app, &ctx, &listing, export) };
    let mut sheet = Sheet::begin(&path, export.format, titles, mark)?;
    let (mut after, mut lines) = (None::<String>, 0);
    loop {
        let batch = page(app, &ctx, &listing, export, after.as_deref())?;
        for row in &batch.rows {
            let cells: Vec<Cell> = shown.iter().filter_map(|at| row.get(*at).cloned()).collect();
            sheet.add(&cells)?;
        }
        sheet.flush()?;
        lines += batch.rows.len();
        let (id, now) = (export.id, app.ground.clock.now());
        if !app.db.write_blocking(move |tx| export::progress(tx, now, id, lines))? {
            return Err(Problem::Stale("这次导出已由别处接手".to_owned()));
        }
        after = batch.next;
        if after.is_none() {
            break;
        }
    }
    sheet.finish(lines)?;
    let (bytes, digest) = digest(&path)?;
    let (ctx, export) = (app.ctx(ctx.actor), export.clone());
    app.db.write_blocking(move |tx| export::done(tx, &ctx, &export, lines, (bytes, &digest)))
}

/// Personal columns stay in, unless a reason was given and the list can open them; every other class goes out.
fn goes_out(listing: &Listing, at: usize, export: &Export) -> bool {
    match listing.columns.get(at).map(|column| column.class) {
        Some(Class::Public | Class::Internal) => true,
        Some(Class::Personal) => export.reason.is_some() && listing.open.is_some(),
        None => false,
    }
}

fn watermark(app: &App, ctx: &Ctx, listing: &Listing, export: &Export) -> String {
    let post = match &ctx.actor {
        Actor::Officer(officer) => format!("（{} {}）", officer.unit_name, officer.role.label()),
        Actor::Public | Actor::System(_) => String::new(),
    };
    let aged = if app.db.has_replica() && !feedback::is_one(listing) {
        format!("；取自数据库从库，导出前 {} 秒内的办理可能没有列入", db::REPLICA_LIMIT.as_secs())
    } else {
        String::new()
    };
    format!(
        "{} {} 由 {}{post} 于 {} 导出，条件：{}{aged}；仅供本局工作使用",
        export.number,
        listing.title,
        ctx.actor_name(),
        office_minute(export.asked_at),
        export::words(listing, &export.filter)
    )
}

fn page(app: &App, ctx: &Ctx, listing: &Listing, export: &Export, after: Option<&str>) -> Result<Batch> {
    let mut batch = rows(app, ctx, listing, export, after)?;
    if batch.rows.iter().any(|row| row.len() != listing.columns.len()) {
        return Err(Problem::Fault(format!("list {}: a cell without a declared class", listing.key)));
    }
    if let (Some(reason), Some(open)) = (&export.reason, listing.open) {
        open_personal(app, ctx, listing, &mut batch, (open, reason))?;
    }
    if feedback::is_one(listing) {
        let (by, id, keys) = (ctx.clone(), export.id, batch.keys.clone());
        app.db.write_blocking(move |tx| feedback::record(tx, &by, id, &keys))?;
    }
    Ok(batch)
}

/// The rows of a page, from a replica where there is one: a long list does not load the leader. What is recorded as given
/// back must not be asked of a replica, which may not know yet of the record before.
fn rows(app: &App, ctx: &Ctx, listing: &Listing, export: &Export, after: Option<&str>) -> Result<Batch> {
    let look = || {
        let (by, read, filter, after) =
            (ctx.clone(), listing.read, export.filter.clone(), after.map(str::to_owned));
        move |tx: &mut db::Tx| read(tx, &by, &filter, after.as_deref())
    };
    if app.db.has_replica() && !feedback::is_one(listing) {
        match app.db.read_aged_blocking(look()) {
            // The replica stopped the query or went away.
            Err(Problem::Busy | Problem::Away) => {}
            outcome => return outcome.map(|(batch, _)| batch),
        }
    }
    app.db.read_blocking(look())
}

/// Fills the personal cells of a page; each opening is journalled by the list's owner.
fn open_personal(
    app: &App,
    ctx: &Ctx,
    listing: &Listing,
    batch: &mut Batch,
    (open, reason): (web::Open, &str),
) -> Result<()> {
    let personal = listing.columns.iter().enumerate().filter(|(_, column)| column.class == Class::Personal);
    let places: Vec<usize> = personal.map(|(at, _)| at).collect();
    for (rows, keys) in batch.rows.chunks_mut(OPENED).zip(batch.keys.chunks(OPENED)) {
        let (by, keys, reason) = (ctx.clone(), keys.to_vec(), reason.to_owned());
        let opened = app.db.write_blocking(move |tx| open(tx, &by, &keys, &reason))?;
        for (row, cells) in rows.iter_mut().zip(opened) {
            for (at, cell) in places.iter().zip(cells) {
                if let Some(place) = row.get_mut(*at) {
                    *place = cell;
                }
            }
        }
    }
    Ok(())
}

/// The size and digest of a finished file.
pub(crate) fn digest(path: &Path) -> Result<(u64, String)> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(path)?;
    let (mut digest, mut size, mut piece) = (RunningDigest::default(), 0, vec![0; 256 * 1024]);
    loop {
        let read = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        digest.add(bytes);
        size += bytes.len() as u64;
    }
    Ok((size, hex(&digest.finish())))
}
