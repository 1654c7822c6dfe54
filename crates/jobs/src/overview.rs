//! The whole of background work at a glance, for the administrator's page.

use db::{Error, Row, Tx, params};
use jiff::Timestamp;

/// Repeating work as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its name; [`crate::HEARTBEAT`] for the worker itself.
    pub name: String,
    /// Seconds between two turns.
    pub every_seconds: i64,
    /// When its last turn began.
    pub last_start: Option<Timestamp>,
    /// When it ended.
    pub last_end: Option<Timestamp>,
    /// What went wrong in it.
    pub last_error: Option<String>,
}

/// The jobs of one kind that are not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Their kind.
    pub kind: String,
    /// How many wait or are being tried again.
    pub waiting: i64,
    /// How many of them have failed at least once.
    pub retried: i64,
    /// How many were given up.
    pub dead: i64,
    /// When the first of them was or is due.
    pub since: Option<Timestamp>,
}

db::sql! {
    TURNS = "SELECT name, every_seconds, last_start, last_end, last_error FROM schedule ORDER BY name";
    DEPTHS = "SELECT kind, SUM(CASE WHEN failed_at IS NULL THEN 1 ELSE 0 END) AS waiting, \
              SUM(CASE WHEN failed_at IS NULL AND error IS NOT NULL THEN 1 ELSE 0 END) AS retried, \
              SUM(CASE WHEN failed_at IS NULL THEN 0 ELSE 1 END) AS dead, \
              MIN(CASE WHEN failed_at IS NULL THEN run_at END) AS since \
              FROM job WHERE done_at IS NULL GROUP BY kind ORDER BY kind";
    DONE = "SELECT COUNT(*) FROM job WHERE done_at >= $1";
}

/// Every piece of repeating work, by name.
///
/// # Errors
/// Whatever the database says.
pub fn schedules(tx: &mut Tx) -> Result<Vec<Turn>, Error> {
    let read = |row: &Row| {
        Ok(Turn {
            name: row.get("name")?,
            every_seconds: row.get("every_seconds")?,
            last_start: row.get("last_start")?,
            last_end: row.get("last_end")?,
            last_error: row.get("last_error")?,
        })
    };
    tx.query(&TURNS, &[])?.iter().map(read).collect()
}

/// What is not done, by kind.
///
/// # Errors
/// Whatever the database says.
pub fn depths(tx: &mut Tx) -> Result<Vec<Depth>, Error> {
    let read = |row: &Row| {
        Ok(Depth {
            kind: row.get("kind")?,
            waiting: row.get("waiting")?,
            retried: row.get("retried")?,
            dead: row.get("dead")?,
            since: row.get("since")?,
        })
    };
    tx.query(&DEPTHS, &[])?.iter().map(read).collect()
}

/// How many jobs were done since an instant.
///
/// # Errors
/// Whatever the database says.
pub fn done_since(tx: &mut Tx, since: Timestamp) -> Result<i64, Error> {
    tx.scalar(&DONE, &params![since])
}
