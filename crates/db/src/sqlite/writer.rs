//! The one writer and its group commit.
//!
//! Commands that wait at the same time share one `COMMIT`, so one fsync serves them all (DESIGN D3). Each after the first runs in its own
//! `SAVEPOINT`: a refusal or a panic undoes that command alone. An answer leaves only after the shared commit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::Receiver,
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::Words;
use crate::{Config, Error, Tx, tx::guarded};

/// Told when the batch a command ran in has been committed, or why not.
pub(crate) type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;
/// A command: runs inside the shared transaction and leaves its answer.
pub(crate) type Work = Box<dyn FnOnce(Result<Turn, Error>) -> Answer + Send>;

/// A command's turn in the shared transaction.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    connection: &'a Connection,
    words: &'a Words,
    /// Nothing of anybody else is in the transaction yet.
    first: bool,
}

/// What the group commit has done: many commands, few commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// Commands run.
    pub commands: u64,
    /// Commits, each with one fsync.
    pub commits: u64,
}

/// Counts what the writer does.
#[derive(Default)]
pub(crate) struct Tally {
    commands: AtomicU64,
    commits: AtomicU64,
}

impl Tally {
    pub(crate) fn counters(&self) -> Counters {
        Counters {
            commands: self.commands.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
        }
    }
}

/// The writer: it alone changes the file.
pub(crate) struct Pen {
    connection: Connection,
    words: Words,
    tally: Arc<Tally>,
    batch: usize,
    patience: Duration,
}

impl Pen {
    pub(crate) fn new(connection: Connection, tally: Arc<Tally>, config: &Config) -> Self {
        Self {
            connection,
            words: Words::default(),
            tally,
            batch: config.commit_batch.max(1),
            patience: config.commit_within,
        }
    }

    /// Works until every sender is gone and the queue is empty.
    pub(crate) fn write(&self, queue: &Receiver<Work>) {
        while let Ok(first) = queue.recv() {
            if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
                tracing::error!(%error, "cannot begin a transaction");
                first(Err(error.into()))(Ok(()));
                continue;
            }
            let answers = self.batch(first, queue);
            let committed = self.commit();
            self.tally.commits.fetch_add(1, Ordering::Relaxed);
            self.tally.commands.fetch_add(answers.len() as u64, Ordering::Relaxed);
            for answer in answers {
                answer(committed.clone());
            }
        }
        if let Err(error) = self.connection.execute_batch("PRAGMA analysis_limit = 1000; PRAGMA optimize") {
            tracing::warn!(%error, "optimize at close");
        }
    }

    /// Runs commands until the queue is empty, the batch is full, the first has waited long enough, or SQLite has given
    /// the shared transaction up.
    fn batch(&self, first: Work, queue: &Receiver<Work>) -> Vec<Answer> {
        let began = Instant::now();
        let turn = |first: bool| Ok(Turn { connection: &self.connection, words: &self.words, first });
        let mut answers = vec![first(turn(true))];
        while answers.len() < self.batch
            && began.elapsed() < self.patience
            && !self.connection.is_autocommit()
        {
            match queue.try_recv() {
                Ok(next) => answers.push(next(turn(false))),
                Err(_) => break,
            }
        }
        answers
    }

    /// A full disk or a failing one makes SQLite undo the whole transaction, not only the statement: then every command
    /// of the batch is lost and every one must hear it.
    fn commit(&self) -> Result<(), Error> {
        let committed = if self.connection.is_autocommit() {
            self.words.back_to(0);
            Err(Error::Disk("本批操作全部撤销".to_owned()))
        } else {
            let indexed = self.words.finish(&self.connection);
            indexed.and_then(|()| self.connection.execute_batch("COMMIT").map_err(uncommitted))
        };
        if let Err(error) = &committed {
            tracing::error!(%error, "commit failed");
            if !self.connection.is_autocommit() {
                self.connection.execute_batch("ROLLBACK").unwrap_or_else(|error| {
                    tracing::error!(%error, "rollback after a failed commit");
                });
            }
        }
        committed
    }
}

/// What a failed `COMMIT` means. When only the sync failed, all of it lies in the log: if the machine stops before the next commit
/// writes over it, it is found there and stands.
fn uncommitted(error: rusqlite::Error) -> Error {
    match error.sqlite_error() {
        Some(told) if told.extended_code == rusqlite::ffi::SQLITE_IOERR_FSYNC => Error::Unknown,
        _ => error.into(),
    }
}

/// Runs one command so that it can be undone alone.
pub(crate) fn command<T, E: From<Error>>(
    turn: Turn,
    work: impl FnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    if turn.first { alone(turn, work) } else { savepoint(turn, work) }
}

/// The first command needs no savepoint: the transaction is its own until it has ended. Inside a savepoint SQLite keeps the old
/// content of every page, and walks all of that at the end of each statement: a long command, an import or a move, spent
/// two thirds of its time there.
fn alone<T, E: From<Error>>(
    Turn { connection, words, .. }: Turn,
    work: impl FnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    let outcome = guarded(&mut Tx::sqlite(connection, Some(words)), work);
    if outcome.is_err() {
        words.back_to(0);
    }
    if outcome.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK").map_err(Error::from)?;
        connection.execute_batch("BEGIN IMMEDIATE").map_err(Error::from)?;
    }
    outcome
}

/// Runs a command after others.
fn savepoint<T, E: From<Error>>(
    Turn { connection, words, .. }: Turn,
    work: impl FnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    connection.execute_batch("SAVEPOINT command").map_err(Error::from)?;
    let told = words.mark();
    let outcome = guarded(&mut Tx::sqlite(connection, Some(words)), work);
    if outcome.is_err() {
        words.back_to(told);
    }
    if connection.is_autocommit() {
        return outcome;
    }
    let end = if outcome.is_ok() { "RELEASE command" } else { "ROLLBACK TO command; RELEASE command" };
    if let Err(error) = connection.execute_batch(end) {
        // Neither kept nor undone: the whole batch goes rather than half a command.
        connection.execute_batch("ROLLBACK").map_err(Error::from)?;
        return Err(Error::from(error).into());
    }
    outcome
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn only_a_failed_sync_leaves_it_unknown_whether_a_commit_stands() {
        let failed = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        assert!(matches!(uncommitted(failed(ffi::SQLITE_IOERR_FSYNC)), Error::Unknown));
        for code in [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_FULL, ffi::SQLITE_CORRUPT] {
            assert!(matches!(uncommitted(failed(code)), Error::Disk(_)), "{code}");
        }
    }
}
