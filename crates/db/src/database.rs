//! The database as commands and queries see it.

use std::{path::Path, sync::Arc, time::Duration};

use crate::{
    Error, Row, Select, Sql, Statement, Tx, Value,
    dialect::Engine,
    postgres::Server,
    sqlite::{Counters, Sqlite},
};

/// Where the database is and how it is used.
#[derive(Clone, Debug)]
pub struct Config {
    /// `postgres://…`, or the path of the SQLite file.
    pub place: String,
    /// PostgreSQL: `postgres://…` of one or more replicas for queries that may be some seconds old; empty for none.
    pub replica: String,
    /// SQLite: threads that read. By default one per core, from 2 to 8.
    pub readers: usize,
    /// SQLite: at most this many commands share a commit. By default 256.
    pub commit_batch: usize,
    /// SQLite: no command waits longer than this for others to join its commit. By default 5 ms.
    pub commit_within: Duration,
    /// SQLite: whether rows must refer to rows that are there. By default they must; not in a database that a move fills.
    pub references: bool,
    /// PostgreSQL: connections. By default 16.
    pub connections: usize,
    /// PostgreSQL: a statement that runs longer is stopped. By default two minutes.
    pub statement_timeout: Duration,
    /// PostgreSQL: how long commands and queries wait for a leader while there is none. By default 30 seconds.
    pub patience: Duration,
}

/// A replica that may be further behind than this is not asked; the leader is.
pub const REPLICA_LIMIT: Duration = Duration::from_secs(60);

/// How old what a query saw may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Every command answered before is in it.
    Present,
    /// From a replica: commands answered less than this ago may be missing.
    Behind(Duration),
}

impl Config {
    /// The usual settings for `postgres://…` or the path of a SQLite file.
    pub fn at(place: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            replica: String::new(),
            readers: std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8)),
            commit_batch: 256,
            commit_within: Duration::from_millis(5),
            references: true,
            connections: 16,
            statement_timeout: Duration::from_secs(120),
            patience: Duration::from_secs(30),
        }
    }

    fn is_server(&self) -> bool {
        self.place.starts_with("postgres://") || self.place.starts_with("postgresql://")
    }
}

/// A database, open. Clones share it.
///
/// ```
/// # db::sql! { ADD = "INSERT INTO note (word) VALUES ($1)"; COUNT = "SELECT COUNT(*) FROM note"; }
/// # static MIGRATIONS: &[db::Migration] = &[db::Migration {
/// #     number: 1, name: "note", text: db::Text::Same("CREATE TABLE note (word TEXT NOT NULL);"),
/// # }];
/// # #[tokio::main]
/// # async fn main() -> Result<(), db::Error> {
/// # let test = db::testing::TestDatabase::sqlite(MIGRATIONS).await?;
/// # let db = test.db.clone();
/// db.write(|tx| tx.execute(&ADD, &db::params!["甲"])).await?;
/// let notes: i64 = db.read(|tx| tx.scalar(&COUNT, &[])).await?;
/// assert_eq!(notes, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Db(Arc<Inner>);

pub(crate) enum Inner {
    Sqlite(Sqlite),
    Postgres(Box<Server>),
}

impl Db {
    /// Opens `postgres://…`, or the SQLite file at a path (made when missing), with the usual settings.
    ///
    /// # Errors
    /// When the file or the server cannot be opened, or the server's encoding is not UTF-8.
    pub async fn open(place: &str) -> Result<Self, Error> {
        Self::open_with(&Config::at(place)).await
    }

    /// Opens a database.
    ///
    /// # Errors
    /// When the file or the server cannot be opened, or the server's encoding is not UTF-8.
    pub async fn open_with(config: &Config) -> Result<Self, Error> {
        let inner = if config.is_server() {
            Inner::Postgres(Box::new(Server::open(config).await?))
        } else {
            Inner::Sqlite(Sqlite::open(config)?)
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Opens a database to be filled by [`Db::move_on`]: with references that are checked at its end and not row by row.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn open_target(place: &str) -> Result<Self, Error> {
        Self::open_with(&Config { references: false, ..Config::at(place) }).await
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Which engine answers.
    pub fn engine(&self) -> Engine {
        match &*self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// The SQLite file, when it is one.
    pub fn path(&self) -> Option<&Path> {
        match &*self.0 {
            Inner::Sqlite(sqlite) => Some(&sqlite.path),
            Inner::Postgres(_) => None,
        }
    }

    /// Runs a query on a snapshot, off the async threads. It sees every command that was answered before.
    ///
    /// # Errors
    /// What `look` says; [`Error::Panicked`] when it panics; [`Error::Closed`] after [`Db::close`].
    pub async fn read<T, E>(
        &self,
        look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Inner::Sqlite(sqlite) => sqlite.read(look)?.await.map_err(|_| Error::Closed)?,
            Inner::Postgres(server) => server.read(look).await,
        }
    }

    /// The rows of one statement, which is its own snapshot: for what every request asks. PostgreSQL is spared the beginning
    /// and the end of a transaction.
    ///
    /// # Errors
    /// Whatever the engine says; [`Error::Closed`] after [`Db::close`].
    pub async fn ask(&self, statement: &'static Sql, values: Vec<Value>) -> Result<Vec<Row>, Error> {
        match &*self.0 {
            Inner::Sqlite(_) => self.read(move |tx| tx.query(statement, &values)).await,
            Inner::Postgres(server) => server.ask(statement, values).await,
        }
    }

    /// [`Db::read`] for what may be some seconds old (figures, exports, boards): on a replica where one is configured,
    /// answers, and is at most [`REPLICA_LIMIT`] behind; else on the leader. Says how old the snapshot may be.
    ///
    /// # Errors
    /// As [`Db::read`]; [`Error::Busy`] when the replica stopped the query, [`Error::Away`] when it went: the leader may be
    /// asked then.
    pub async fn read_aged<T, E>(
        &self,
        look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<(T, Age), E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Inner::Sqlite(_) => Ok((self.read(look).await?, Age::Present)),
            Inner::Postgres(server) => server.read_aged(look).await,
        }
    }

    /// Lets the replicas see that time goes on: without a commit now and then an idle leader cannot be told from a lost
    /// one, and [`Db::read_aged`] would ask the leader. To be called every few seconds; does nothing without replicas.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn beat(&self) -> Result<(), Error> {
        match &*self.0 {
            Inner::Postgres(server) if server.has_replica() => server.beat().await,
            _ => Ok(()),
        }
    }

    /// Whether a replica is configured.
    pub fn has_replica(&self) -> bool {
        matches!(&*self.0, Inner::Postgres(server) if server.has_replica())
    }

    /// Runs a command in a transaction, off the async threads; returns after the change is durable.
    ///
    /// On PostgreSQL the command may be run again after a dead-lock or a lost connection, so it must do nothing outside
    /// `tx`. It runs to its end even when the future is dropped.
    ///
    /// # Errors
    /// What `work` says; [`Error::Panicked`] when it panics; [`Error::Unknown`] when the connection broke at commit;
    /// [`Error::Closed`] after [`Db::close`].
    pub async fn write<T, E>(
        &self,
        work: impl FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Inner::Sqlite(sqlite) => sqlite.write(work)?.await.map_err(|_| Error::Closed)?,
            Inner::Postgres(server) => server.write(work).await,
        }
    }

    /// [`Db::read`] for the command line. Not for async code: it blocks, and panics there.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<T, E>(
        &self,
        look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Inner::Sqlite(sqlite) => sqlite.read(look)?.blocking_recv().map_err(|_| Error::Closed)?,
            Inner::Postgres(server) => server.handle.block_on(server.read(look)),
        }
    }

    /// [`Db::read_aged`] for threads that may block.
    ///
    /// # Errors
    /// As [`Db::read_aged`].
    pub fn read_aged_blocking<T, E>(
        &self,
        look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<(T, Age), E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Inner::Sqlite(_) => Ok((self.read_blocking(look)?, Age::Present)),
            Inner::Postgres(server) => server.handle.block_on(server.read_aged(look)),
        }
    }

    /// [`Db::write`] for the command line. Not for async code: it blocks, and panics there.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, E>(
        &self,
        work: impl FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.0 {
            Inner::Sqlite(sqlite) => sqlite.write(work)?.blocking_recv().map_err(|_| Error::Closed)?,
            Inner::Postgres(server) => server.handle.block_on(server.write(work)),
        }
    }

    /// Lets the engine look at every statement and list without running any: the failures by name. For the test that
    /// holds the statements of every crate against the schema.
    ///
    /// # Errors
    /// When the database cannot be asked at all.
    pub async fn prepare_all(&self, statements: Vec<Sql>, lists: Vec<Select>) -> Result<Vec<String>, Error> {
        self.write(move |tx| {
            let engine = tx.engine();
            let constants = statements.iter().map(|sql| (Statement::name(sql), Statement::text(sql)));
            let lists = lists.iter().map(|list| (Statement::name(list), Statement::text(list)));
            let failed = constants.chain(lists).filter_map(|(name, text)| {
                let outcome = tx.attempt(|tx| tx.prepare(&text));
                outcome.err().map(|error| format!("{engine:?} {name}: {error}"))
            });
            Ok(failed.collect())
        })
        .await
    }

    /// What the group commit has done so far; `None` on PostgreSQL, which does its own.
    pub fn counters(&self) -> Option<Counters> {
        match &*self.0 {
            Inner::Sqlite(sqlite) => Some(sqlite.tally.counters()),
            Inner::Postgres(_) => None,
        }
    }

    /// Finishes queued commands and closes; later calls answer [`Error::Closed`].
    pub async fn close(&self) {
        if let Inner::Postgres(server) = &*self.0 {
            return server.close().await;
        }
        let inner = Arc::clone(&self.0);
        let end = move || {
            if let Inner::Sqlite(sqlite) = &*inner {
                sqlite.close();
            }
        };
        if tokio::task::spawn_blocking(end).await.is_err() {
            tracing::error!("closing the database panicked");
        }
    }
}
