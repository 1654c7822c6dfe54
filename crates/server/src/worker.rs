//! What happens by itself: a checked copy of the database every day, and the queue.

use std::{fs, path::Path, time::Duration};

use jiff::Timestamp;
use web::{App, Problem, Result};

/// Name of the daily copy in the schedule.
const BACKUP: &str = "backup";
/// Every day.
const DAY: i64 = 24 * 3600;
/// Copies kept.
const KEEP: usize = 7;
/// How often the worker looks.
const PAUSE: Duration = Duration::from_secs(20);

/// Runs until the program stops; errors are logged and tried again.
pub(crate) async fn work(app: App) {
    let entered = app.db.write(|tx| jobs::every(tx, BACKUP, DAY)).await;
    if let Err(error) = entered {
        tracing::error!(%error, "schedule");
    }
    loop {
        if let Err(problem) = beat(&app).await {
            tracing::error!(%problem, "background work");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// One look: what is due is done.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn beat(app: &App) -> Result<()> {
    let now = app.ground.clock.now();
    if app.db.path().is_none() || !app.db.write(move |tx| jobs::take_beat(tx, BACKUP, DAY, now)).await? {
        return Ok(());
    }
    let outcome = back_up(app, now).await;
    let words = outcome.as_ref().err().map(ToString::to_string);
    app.db.write(move |tx| jobs::end_beat(tx, BACKUP, now, words.as_deref())).await?;
    outcome
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
