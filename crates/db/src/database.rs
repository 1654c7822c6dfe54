//! The database as commands and queries see it.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use rusqlite::Connection;
use tokio::{runtime::Handle, sync::oneshot};

use crate::{
    Error, Tx,
    dialect::Engine,
    postgres::{self, Session},
    sqlite::{Answer, Sqlite},
};

/// How often a command is tried again after a dead-lock, a serialisation failure or a lost connection.
const TRIES: u32 = 5;

/// A database, open. Clones share it.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

enum Inner {
    Sqlite { engine: Sqlite, path: PathBuf },
    Postgres { pool: deadpool_postgres::Pool, url: String },
}

/// What the group commit has done: many commands, few commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// Commands run.
    pub commands: u64,
    /// Commits, each with one fsync.
    pub commits: u64,
}

impl Db {
    /// Opens `postgres://…`, or the SQLite file at a path (made when missing).
    ///
    /// # Errors
    /// When the file or the server cannot be opened, or the server's encoding is not UTF-8.
    pub async fn open(place: &str) -> Result<Self, Error> {
        if place.starts_with("postgres://") || place.starts_with("postgresql://") {
            let pool = postgres::open(place, 16).await?;
            return Ok(Self(Arc::new(Inner::Postgres { pool, url: place.to_owned() })));
        }
        let path = PathBuf::from(place);
        let readers = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8));
        let engine = Sqlite::open(&path, readers)?;
        Ok(Self(Arc::new(Inner::Sqlite { engine, path })))
    }

    /// Which engine answers.
    pub fn engine(&self) -> Engine {
        match &*self.0 {
            Inner::Sqlite { .. } => Engine::Sqlite,
            Inner::Postgres { .. } => Engine::Postgres,
        }
    }

    /// The SQLite file, when it is one.
    pub fn path(&self) -> Option<&Path> {
        match &*self.0 {
            Inner::Sqlite { path, .. } => Some(path),
            Inner::Postgres { .. } => None,
        }
    }

    pub(crate) fn url(&self) -> &str {
        match &*self.0 {
            Inner::Sqlite { .. } => "",
            Inner::Postgres { url, .. } => url,
        }
    }

    /// Runs a query on a snapshot, off the async threads.
    ///
    /// # Errors
    /// What `look` says; [`Error::Panicked`] when it panics; [`Error::Closed`] after [`Db::close`].
    pub async fn read<T, E>(&self, look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Inner::Sqlite { engine, .. } => {
                let (send, receive) = oneshot::channel();
                engine.read(Box::new(move |connection| {
                    // Nobody waits any more when the request was dropped.
                    if send.send(snapshot(connection, look)).is_err() { tracing::debug!("nobody waits for the answer"); }
                }))?;
                receive.await.map_err(|_| Error::Closed)?
            }
            Inner::Postgres { pool, .. } => {
                let mut session = Session::new(pool.get().await.map_err(Error::from)?, Handle::current());
                let work = move || {
                    session.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
                    let outcome = guarded(|| look(&mut Tx::postgres(&mut session)));
                    finish(session, "COMMIT");
                    outcome
                };
                tokio::task::spawn_blocking(work).await.map_err(|_| Error::Closed)?
            }
        }
    }

    /// Runs a command in a transaction, off the async threads; returns after the change is durable.
    ///
    /// The command may be run again after a dead-lock or a lost connection, so it must not do anything outside `tx`.
    ///
    /// # Errors
    /// What `work` says; [`Error::Panicked`] when it panics; [`Error::Unknown`] when the connection broke at commit.
    pub async fn write<T, E>(&self, mut work: impl FnMut(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Inner::Sqlite { engine, .. } => {
                let (send, receive) = oneshot::channel();
                engine.write(Box::new(move |connection| {
                    let outcome = connection.map_err(E::from).and_then(|connection| savepoint(connection, work));
                    Box::new(move |committed: Result<(), Error>| {
                        let outcome = outcome.and_then(|value| committed.map(|()| value).map_err(E::from));
                        if send.send(outcome).is_err() { tracing::debug!("nobody waits for the answer"); }
                    }) as Answer
                }))?;
                receive.await.map_err(|_| Error::Closed)?
            }
            Inner::Postgres { pool, .. } => {
                for attempt in 1.. {
                    let session = Session::new(pool.get().await.map_err(Error::from)?, Handle::current());
                    let task = move || {
                        let (outcome, again) = transaction(session, &mut work);
                        (outcome, again, work)
                    };
                    let (outcome, again, back) = tokio::task::spawn_blocking(task).await.map_err(|_| Error::Closed)?;
                    if !again || attempt == TRIES {
                        return outcome;
                    }
                    work = back;
                    tokio::time::sleep(std::time::Duration::from_millis(u64::from(attempt * attempt) * 5)).await;
                }
                Err(Error::Closed.into())
            }
        }
    }

    /// What the group commit has done so far; `None` on PostgreSQL, which does its own.
    pub fn counters(&self) -> Option<Counters> {
        match &*self.0 {
            Inner::Sqlite { engine, .. } => Some(Counters {
                commands: engine.commands.load(Ordering::Relaxed),
                commits: engine.commits.load(Ordering::Relaxed),
            }),
            Inner::Postgres { .. } => None,
        }
    }

    /// Finishes queued work and closes; later calls answer [`Error::Closed`].
    pub async fn close(&self) {
        let inner = Arc::clone(&self.0);
        let end = move || match &*inner {
            Inner::Sqlite { engine, .. } => engine.close(),
            Inner::Postgres { pool, .. } => pool.close(),
        };
        if tokio::task::spawn_blocking(end).await.is_err() {
            tracing::error!("closing the database panicked");
        }
    }
}

fn guarded<T, E: From<Error>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|cause| Err(Error::Panicked(words(&*cause)).into()))
}

fn words(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn snapshot<T, E: From<Error>>(
    connection: &Connection,
    look: impl FnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    connection.execute_batch("BEGIN DEFERRED").map_err(Error::from)?;
    let outcome = guarded(|| look(&mut Tx::sqlite(connection)));
    connection.execute_batch("COMMIT").map_err(Error::from)?;
    outcome
}

fn savepoint<T, E: From<Error>>(
    connection: &Connection,
    mut work: impl FnMut(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    connection.execute_batch("SAVEPOINT command").map_err(Error::from)?;
    let outcome = guarded(|| work(&mut Tx::sqlite(connection)));
    let end = if outcome.is_ok() { "RELEASE command" } else { "ROLLBACK TO command; RELEASE command" };
    connection.execute_batch(end).map_err(Error::from)?;
    outcome
}

fn transaction<T, E: From<Error>>(
    mut session: Session,
    work: &mut impl FnMut(&mut Tx) -> Result<T, E>,
) -> (Result<T, E>, bool) {
    if let Err(error) = session.batch("BEGIN") {
        let again = session.retryable;
        session.discard();
        return (Err(error.into()), again);
    }
    let outcome = guarded(|| work(&mut Tx::postgres(&mut session)));
    let again = session.retryable && outcome.is_err();
    match outcome {
        Err(error) => {
            finish(session, "ROLLBACK");
            (Err(error), again)
        }
        Ok(value) => {
            let committed = session.batch("COMMIT");
            let (lost, again) = (session.is_closed(), session.retryable && !session.is_closed());
            match committed {
                Ok(()) => (Ok(value), false),
                Err(_) if lost => (Err(Error::Unknown.into()), false),
                Err(error) => (Err(error.into()), again),
            }
        }
    }
}

fn finish(mut session: Session, end: &str) {
    if session.batch(end).is_err() {
        session.discard();
    }
}
