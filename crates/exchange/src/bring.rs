//! A file brought in, off the requests: batch by batch, with the sheet growing on the screen. An import that broke off
//! begins again from the first row; rows that are there already count as such.

use intake::import::{Import, Sheet};
use kernel::Ctx;
use tokio::sync::Semaphore;
use web::{App, Problem, Result};

use crate::inbox::{self, InboxFile, InboxId};

/// Files brought in at once by one program: each takes the writer again and again.
static PLACES: Semaphore = Semaphore::const_new(1);
/// Lines written down in one transaction.
const LINES: usize = 2_000;

/// Checks a file, or brings it in when it was told to, unless somebody else does already.
///
/// # Errors
/// A fault of the database, when not even the failure can be written down.
pub async fn bring(app: &App, id: InboxId) -> Result<()> {
    let place = PLACES.acquire().await;
    let now = app.ground.clock.now();
    let claimed = app.db.write(move |tx| inbox::claim(tx, now, id)).await?;
    let Some(file) = claimed else { return Ok(()) };
    let dry_run = file.state == "checking";
    let outcome = work(app, &file, dry_run).await;
    drop(place);
    let Err(problem) = outcome else { return Ok(()) };
    let words = match &problem {
        Problem::Fault(cause) => {
            tracing::error!(%id, %cause, "import");
            "导入时系统出错，已导入的不会重复，请稍后再试".to_owned()
        }
        other => other.to_string(),
    };
    let now = app.ground.clock.now();
    app.db.write(move |tx| inbox::failed(tx, now, id, &words)).await
}

async fn work(app: &App, file: &InboxFile, dry_run: bool) -> Result<()> {
    let ((officer, post), now) = (file.sender(), app.ground.clock.now());
    let actor = app.db.read(move |tx| people::actor_of(tx, officer, post, now)).await?;
    let ctx = app.ctx(actor);
    ctx.may(kernel::Permission::Dispatch)?;
    let path = app.config.data.join(file.file());
    if !path.exists() {
        return Err(Problem::Malformed("上传的文件已经不在，请重新上传".to_owned()));
    }
    let order = file.order(dry_run)?;
    let mut import = Import::begin(&app.db, &ctx, &path, &order).await?;
    while import.next(&app.db, &ctx).await? {
        let standing = inbox::standing(app.ground.clock.now(), file.id, import.sheet());
        app.db.write(move |tx| inbox::progress(tx, &standing)).await?;
    }
    finish(app, &ctx, file, import.sheet().clone(), dry_run).await
}

async fn finish(app: &App, ctx: &Ctx, file: &InboxFile, sheet: Sheet, dry_run: bool) -> Result<()> {
    let id = file.id;
    let standing = inbox::standing(app.ground.clock.now(), id, &sheet);
    let lines = inbox::told(&sheet);
    let mut parts: Vec<Vec<_>> = lines.chunks(LINES).map(<[_]>::to_vec).collect();
    if parts.is_empty() {
        parts.push(Vec::new());
    }
    for (at, part) in parts.into_iter().enumerate() {
        app.db.write(move |tx| inbox::keep(tx, id, at == 0, &part)).await?;
    }
    let (ctx, file) = (ctx.clone(), file.clone());
    app.db
        .write(move |tx| {
            inbox::progress(tx, &standing)?;
            inbox::end(tx, &ctx, &file, &sheet, dry_run)
        })
        .await
}
