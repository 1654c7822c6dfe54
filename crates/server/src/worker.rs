//! What happens by itself: the queue, the sending of notices, and a proved backup every day.

use std::time::Duration;

use jobs::Worker;
use tokio::sync::watch;
use web::{App, Result};

use crate::safekeeping::nightly;

/// Name of the daily copy in the schedule.
pub(crate) const BACKUP: &str = "backup";
/// Every day.
const DAY: i64 = 24 * 3600;
/// How often it is looked whether the copy is due.
const PAUSE: Duration = Duration::from_secs(60);
/// How often replicas are shown that the leader lives.
const BEAT: Duration = Duration::from_secs(5);

/// How often it is looked whether figures must be counted again, and the pause between two turns while they must.
const FOLD: Duration = Duration::from_secs(1);
const BREATH: Duration = Duration::from_millis(2);

/// Name of the look for settlements whose time is up, and the seconds between two of them.
pub(crate) const ODR: &str = "odr_fall_back";
const ODR_SECONDS: u32 = 3600;
/// Seconds between two looks for clocks of which somebody must be reminded.
const REMIND: u32 = 900;

/// The repeating work of the office.
pub fn queue() -> Worker {
    api::work(settings::work(Worker::new()))
        .every(matters::reminders::ESCALATE, REMIND, escalate)
        .every(portal::TIDY, portal::TIDY_SECONDS, portal::tidy)
        .every(ODR, ODR_SECONDS, fall_back)
        .every(duty::CLOSE, duty::CLOSE_SECONDS, close_books)
}

/// Turns what traders did not settle in time into complaints.
fn fall_back(tx: &mut db::Tx, ctx: &kernel::Ctx, _: &jobs::Job) -> Result<(), jobs::Failure> {
    odr::fall_back_due(tx, ctx)?;
    Ok(())
}

/// Closes the books of the days that are over (申诉举报日记).
fn close_books(tx: &mut db::Tx, ctx: &kernel::Ctx, _: &jobs::Job) -> Result<(), jobs::Failure> {
    duty::seal::close_due(tx, ctx)?;
    Ok(())
}

/// Reminds of clocks, a stretch at a time: a handler holds the only writer.
fn escalate(tx: &mut db::Tx, ctx: &kernel::Ctx, job: &jobs::Job) -> Result<(), jobs::Failure> {
    let after = job.payload.get("after").and_then(|after| after.as_str()?.parse().ok());
    if let Some(next) = matters::reminders::escalate(tx, ctx, after)? {
        let payload = serde_json::json!({ "after": next.to_string() });
        jobs::enqueue(tx, ctx, matters::reminders::ESCALATE, "", &payload, ctx.now)?;
    }
    Ok(())
}

/// Works until `stop` says so: the job or the backup at hand is finished first. Without `backups` it makes none.
pub(crate) async fn work(app: App, stop: watch::Receiver<bool>, backups: bool) {
    let queue = queue();
    let sending = delivery::run(app.clone(), stop.clone());
    let (copying, following) = (copies(&app, stop.clone(), backups), law(&app, stop.clone()));
    let (exchanging, calling) = (files(&app, stop.clone()), api::send_webhooks(&app, stop.clone()));
    let (beating, counting) = (beats(&app, stop.clone()), counts(&app, stop.clone()));
    let watching = looks(&app, stop.clone());
    tokio::join!(
        queue.run(&app.db, &app.ground, stop),
        copying,
        following,
        exchanging,
        sending,
        calling,
        beating,
        counting,
        watching
    );
}

/// So that a replica of an office where nobody works at present is not taken for one that was cut off.
async fn beats(app: &App, mut stop: watch::Receiver<bool>) {
    while app.db.has_replica() {
        if let Err(error) = app.db.beat().await {
            tracing::warn!(%error, "no sign of life for the replicas");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(BEAT) => {}
        }
    }
}

/// Counts again what changed, for the figures; a turn at a time, so that others write between. Not a job of the queue: that would
/// write a row for every turn, and comes only every few seconds.
async fn counts(app: &App, mut stop: watch::Receiver<bool>) {
    loop {
        let more = match fold_once(app).await {
            Ok(more) => more,
            Err(problem) => {
                tracing::error!(%problem, "kept counts");
                false
            }
        };
        let pause = if more { BREATH } else { FOLD };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// The nightly look of the watch desk.
async fn looks(app: &App, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(problem) = ::watch::look_when_due(app).await {
            tracing::error!(%problem, "the nightly look of the watch desk");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn fold_once(app: &App) -> Result<bool> {
    Ok(app.db.read(insight::kept::is_waiting).await? && app.db.write(insight::kept::fold).await?)
}

/// Files in and out that a program before this one left half done, and those whose time is over.
async fn files(app: &App, mut stop: watch::Receiver<bool>) {
    loop {
        // A long file does not hold up the end: the next program takes it over.
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            swept = exchange::sweep(app) => if let Err(problem) = swept {
                tracing::error!(%problem, "files in and out");
            }
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Reads the editions of the database again when another server, or midnight, put one in force. Not a job of the queue:
/// every server must do it for itself.
async fn law(app: &App, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        let today = kernel::office_date(app.ground.clock.now());
        match app.db.read(move |tx| settings::in_use::follow(tx, today)).await {
            Ok(true) => tracing::info!("the law in use was read again"),
            Ok(false) => {}
            Err(problem) => tracing::error!(%problem, "the law in use cannot be read again"),
        }
    }
}

async fn copies(app: &App, mut stop: watch::Receiver<bool>, wanted: bool) {
    if !wanted {
        return;
    }
    loop {
        if let Err(problem) = copy_when_due(app).await {
            tracing::error!(%problem, "daily backup");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Makes the day's backup when it is due and proves it by restoring it; `true` when it made one. Not a job of the queue: a
/// handler holds the database's only writer, and the backup of a large one takes minutes.
///
/// # Errors
/// Why there is none, or why it does not come back; the health page shows it too.
pub async fn copy_when_due(app: &App) -> Result<bool> {
    let now = app.ground.clock.now();
    let mine = app.db.write(move |tx| {
        jobs::every(tx, BACKUP, DAY)?;
        jobs::take_beat(tx, BACKUP, DAY, now)
    });
    if !mine.await? {
        return Ok(false);
    }
    let outcome = nightly(app).await;
    let ended = app.ground.clock.now();
    let words = outcome.as_ref().err().map(ToString::to_string);
    app.db.write(move |tx| jobs::end_beat(tx, BACKUP, ended, words.as_deref())).await?;
    outcome.map(|_| true)
}
