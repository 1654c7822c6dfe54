//! What happens by itself: the queue, and a checked copy of the database every day.

use std::{fs, path::Path, time::Duration};

use jiff::Timestamp;
use jobs::Worker;
use tokio::sync::watch;
use web::{App, Problem, Result};

/// Name of the daily copy in the schedule.
pub(crate) const BACKUP: &str = "backup";
/// Every day.
const DAY: i64 = 24 * 3600;
/// Copies kept.
const KEEP: usize = 7;
/// How often it is looked whether the copy is due.
const PAUSE: Duration = Duration::from_secs(60);

/// Works until `stop` says so: the job or the copy at hand is finished first.
pub(crate) async fn work(app: App, stop: watch::Receiver<bool>) {
    let queue = api::work(Worker::new());
    tokio::join!(
        queue.run(&app.db, &app.ground, stop.clone()),
        api::send_webhooks(&app, stop.clone()),
        copies(&app, stop)
    );
}

async fn copies(app: &App, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(problem) = copy_when_due(app).await {
            tracing::error!(%problem, "daily copy");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Makes the day's copy of an SQLite database when it is due; `true` when it made one. Not a job of the queue: a handler
/// holds the database's only writer, and a copy of a large one takes minutes.
///
/// # Errors
/// Why there is no copy; the health page shows it too.
pub async fn copy_when_due(app: &App) -> Result<bool> {
    let now = app.ground.clock.now();
    if app.db.path().is_none() {
        return Ok(false);
    }
    let mine = app.db.write(move |tx| {
        jobs::every(tx, BACKUP, DAY)?;
        jobs::take_beat(tx, BACKUP, DAY, now)
    });
    if !mine.await? {
        return Ok(false);
    }
    let outcome = back_up(app, now).await;
    let words = outcome.as_ref().err().map(ToString::to_string);
    app.db.write(move |tx| jobs::end_beat(tx, BACKUP, now, words.as_deref())).await?;
    outcome.map(|()| true)
}

/// A copy that was opened and checked; the oldest beyond a week go.
async fn back_up(app: &App, now: Timestamp) -> Result<()> {
    let folder = app.config.data.join("backups");
    fs::create_dir_all(&folder)?;
    app.db.backup_to(&folder.join(format!("daily-{}.db", now.as_millisecond()))).await?;
    let prune = move || prune(&folder);
    tokio::task::spawn_blocking(prune).await.map_err(|error| Problem::Fault(error.to_string()))?
}

fn prune(folder: &Path) -> Result<()> {
    let mut copies: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("daily-")))
        .collect();
    copies.sort();
    for old in copies.iter().rev().skip(KEEP) {
        fs::remove_file(old)?;
    }
    Ok(())
}
