//! Jobs that stand as failed (停办), until somebody revives or dismisses them.

use db::{Error, Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, JobId};

use crate::TRIES;

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// What it was about.
    pub subject: String,
    /// When it was given up.
    pub failed_at: Timestamp,
    /// What the last try said.
    pub error: String,
}

db::sql! {
    LIST = "SELECT id, kind, subject, failed_at, error FROM job WHERE failed_at IS NOT NULL AND done_at IS NULL \
            ORDER BY failed_at DESC, id DESC LIMIT $1";
    BURY = "UPDATE job SET failed_at = $1, locked_until = NULL, error = COALESCE(error, $3) WHERE attempts >= $2 \
            AND locked_until <= $1 AND done_at IS NULL AND failed_at IS NULL";
    REVIVE = "UPDATE job SET failed_at = NULL, attempts = 0, run_at = $2, error = NULL \
              WHERE id = $1 AND failed_at IS NOT NULL AND done_at IS NULL";
    DISMISS = "UPDATE job SET done_at = $2 WHERE id = $1 AND failed_at IS NOT NULL AND done_at IS NULL";
}

/// The jobs that stand as failed, latest first.
///
/// # Errors
/// Whatever the database says.
pub fn dead(tx: &mut Tx, limit: usize) -> Result<Vec<Dead>, Error> {
    let rows = tx.query(&LIST, &params![limit])?;
    let read = |row: &Row| {
        Ok(Dead {
            id: row.get("id")?,
            kind: row.get("kind")?,
            subject: row.get("subject")?,
            failed_at: row.get("failed_at")?,
            error: row.get::<Option<String>>("error")?.unwrap_or_default(),
        })
    };
    rows.iter().map(read).collect()
}

/// Gives up jobs whose worker died with them in every try: they would take down the next one too.
pub(crate) fn bury(tx: &mut Tx, now: Timestamp) -> Result<u64, Error> {
    tx.execute(&BURY, &params![now, TRIES, "执行中断，没有留下结果"])
}

/// Lets a failed job be tried again, from now and from the first try. When another of its kind and subject waits
/// meanwhile, that one does the work and this one is dismissed. The caller checks the right and writes the journal.
///
/// # Errors
/// [`Error::Stale`] when it does not stand as failed any more.
pub fn revive(tx: &mut Tx, ctx: &Ctx, id: JobId) -> Result<(), Error> {
    match tx.attempt(|tx| tx.exactly_one(&REVIVE, &params![id, ctx.now])) {
        Err(Error::Unique(_)) => dismiss(tx, ctx, id),
        outcome => outcome,
    }
}

/// Takes a failed job off the health page for good. The caller checks the right and writes the journal.
///
/// # Errors
/// [`Error::Stale`] when it does not stand as failed any more.
pub fn dismiss(tx: &mut Tx, ctx: &Ctx, id: JobId) -> Result<(), Error> {
    tx.exactly_one(&DISMISS, &params![id, ctx.now])
}
