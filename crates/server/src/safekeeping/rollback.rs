//! Back to the copy that was made by itself before a migration, when an upgrade turned out badly. What is there now is kept
//! beside it; the old program opens what comes back.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use db::Db;
use kernel::{Clock, OFFICE_ZONE};
use web::{Problem, Result};

use super::{
    backup::{beside, clear},
    files,
    manifest::DATABASE,
};

/// How the copies before migrations are named.
const BEGIN: &str = "before-migration-";

db::sql! {
    LEVEL = "SELECT MAX(number) FROM schema_migration";
    ROWS = "SELECT COUNT(*) FROM journal";
}

/// What a rollback did, or would do.
#[derive(Clone, Debug)]
pub struct RolledBack {
    /// The copy that is the database now.
    pub from: PathBuf,
    /// Where the database that was in use lies now; `None` when nothing was done yet.
    pub kept: Option<PathBuf>,
    /// The highest migration of the database in use, and of the copy (SQLite).
    pub levels: (u32, Option<u32>),
    /// Rows of the journal that are not in the copy (SQLite): what was done since.
    pub later: Option<i64>,
}

/// Puts the newest copy before a migration, or the copy `chosen`, in the place of the database of `data` or of `database`
/// (`postgres://…`). Nothing is changed unless `sure`. The database that was in use is kept in `backups/`. Whoever calls
/// holds the lock of the data folder: no service may run.
///
/// # Errors
/// A sentence when there is no copy or it is damaged, or a tool of PostgreSQL says no; then the database is as it was.
pub async fn roll_back(data: &Path, database: &str, chosen: Option<&Path>, sure: bool) -> Result<RolledBack> {
    let backups = data.join("backups");
    let end = if database.is_empty() { "db" } else { "dump" };
    let from = match chosen {
        Some(path) => path.to_owned(),
        None => newest(&backups, end)?,
    };
    let minute = OFFICE_ZONE.to_datetime(Clock::machine().now()).strftime("%Y%m%d-%H%M%S");
    let kept = backups.join(format!("rolled-back-{minute}.{end}"));
    if database.is_empty() {
        file(data, from, kept, sure).await
    } else {
        server(database, from, kept, sure).await
    }
}

fn newest(backups: &Path, end: &str) -> Result<PathBuf> {
    let none = || Problem::Malformed(format!("{} 里没有升级前自动备份（{BEGIN}….{end}）", backups.display()));
    let entries = fs::read_dir(backups).map_err(|_| none())?;
    let found = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with(BEGIN) && name.ends_with(&format!(".{end}"))
    });
    found.max().ok_or_else(none)
}

async fn look(place: &str) -> Result<(u32, i64)> {
    let db = Db::open(place).await?;
    let found = db.read(|tx| Ok::<_, Problem>((tx.scalar(&LEVEL, &[])?, tx.scalar(&ROWS, &[])?))).await;
    db.close().await;
    found
}

async fn file(data: &Path, from: PathBuf, kept: PathBuf, sure: bool) -> Result<RolledBack> {
    let (place, scratch) = (data.join(DATABASE), data.join("backups").join("rollback.part"));
    for old in [&place, &from] {
        if !old.is_file() {
            return Err(Problem::Malformed(format!("没有数据库文件 {}", old.display())));
        }
    }
    // The copy is copied, checked (integrity, references) and looked at before anything is touched.
    clear(&scratch);
    let copy = Db::open(&from.to_string_lossy()).await?;
    let checked = copy.backup_to(&scratch).await;
    copy.close().await;
    beside(&from);
    checked.map_err(|error| Problem::Malformed(format!("{} 不能使用：{error}", from.display())))?;
    let then = look(&scratch.to_string_lossy()).await?;
    beside(&scratch);
    let now = look(&place.to_string_lossy()).await?;
    let mut done =
        RolledBack { from, kept: None, levels: (now.0, Some(then.0)), later: Some(now.1 - then.1) };
    if !sure {
        clear(&scratch);
        return Ok(done);
    }
    // Whole in one file first: what an unclean end left in `-wal` belongs to it.
    let current = Db::open(&place.to_string_lossy()).await?;
    let saved = current.backup_to(&kept).await;
    current.close().await;
    saved?;
    beside(&place);
    files::finish(&scratch, &place)?;
    done.kept = Some(kept);
    Ok(done)
}

async fn server(database: &str, from: PathBuf, kept: PathBuf, sure: bool) -> Result<RolledBack> {
    let (now, ..) = look(database).await?;
    let mut done = RolledBack { from, kept: None, levels: (now, None), later: None };
    if !sure {
        return Ok(done);
    }
    let (database, from, saved) = (database.to_owned(), done.from.clone(), kept.clone());
    files::aside(move || {
        run(
            Command::new("pg_dump").args(["--format=custom", "--no-password", "--file"]).arg(&saved),
            &database,
        )?;
        replace(&database, &from)
    })
    .await?;
    done.kept = Some(kept);
    Ok(done)
}

/// Everything of the schema goes and the copy comes, in one transaction.
fn replace(database: &str, from: &Path) -> Result<()> {
    // To its end first: a dump that breaks off in the middle must not become the database.
    let text = from.with_added_extension("part");
    let read = run(
        Command::new("pg_restore").args(["--no-owner", "--no-privileges", "--file"]).arg(&text).arg(from),
        database,
    );
    let outcome = read.and_then(|()| put(database, &text));
    // Best effort: the outcome is told, and the next rollback writes it anew.
    let _ = fs::remove_file(&text);
    outcome
}

fn put(database: &str, text: &Path) -> Result<()> {
    let words = "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public";
    let mut writer = Command::new("psql");
    writer.args(["--no-psqlrc", "--quiet", "--no-password", "--single-transaction", "--set=ON_ERROR_STOP=1"]);
    writer.args(["--output=/dev/null", "--command", words, "--file"]);
    run(writer.arg(text), database)
}

/// The address goes by environment: a password among the arguments could be read by every user of the machine.
fn run(command: &mut Command, database: &str) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.envs(db::address(database)?).output();
    let output = output.map_err(|error| Problem::Malformed(format!("{program} 不能运行：{error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(Problem::Malformed(format!("{program}：{}", words.trim())))
}
