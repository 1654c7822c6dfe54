//! The server engine: a pool of connections, each lent to one command on a blocking thread.

mod pool;
mod replica;
mod wire;

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use deadpool_postgres::Object;
use futures_util::TryStreamExt;
use kernel::Entropy;
use tokio::{
    runtime::Handle,
    sync::{OwnedRwLockReadGuard, RwLock},
};
use tokio_postgres::{Statement, error::SqlState};

use self::{
    pool::{Connections, is_demoted},
    replica::Replica,
};
use crate::{Age, Config, Error, Row, Tx, Value, error::is_lost, row::Shape, tx::guarded};

/// How often a command is tried again after a dead-lock, a serialisation failure or a lost connection.
const TRIES: u64 = 6;
/// How a query begins.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A server, with the connections to it.
pub(crate) struct Server {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) handle: Handle,
    leader: Connections,
    replica: Option<Replica>,
    /// Held open by every running command; closing waits for all of them.
    door: Arc<RwLock<()>>,
}

impl Server {
    pub(crate) async fn open(config: &Config) -> Result<Self, Error> {
        let server = pool::settings(&config.place, config)?;
        let leader = Connections::new(&server, config)?;
        let replica = if config.replica.is_empty() { None } else { Some(Replica::new(config)?) };
        // Not patient: who starts the program with a wrong address is told at once.
        let encoding: String =
            leader.pool.get().await?.query_one("SHOW server_encoding", &[]).await?.try_get(0)?;
        if encoding != "UTF8" {
            return Err(Error::Other(format!("PostgreSQL 数据库编码为 {encoding}，请用 UTF8 编码重新建库")));
        }
        Ok(Self { config: server, handle: Handle::current(), leader, replica, door: Arc::default() })
    }

    /// A connection with a transaction begun. Connections that died while nobody used them (the server was started
    /// again), or whose server is no longer the leader, are thrown away here, before any command has run.
    async fn begin(&self, words: &str) -> Result<Session, Error> {
        let door = Arc::clone(&self.door).read_owned().await;
        let mut dead = 0;
        loop {
            let client = self.leader.get().await?;
            match client.batch_execute(words).await {
                Ok(()) => return Ok(Session::new(client, door)),
                Err(error)
                    if (is_lost(&error) || is_demoted(&error))
                        && dead <= self.leader.pool.status().max_size =>
                {
                    drop(Object::take(client));
                    dead += 1;
                }
                Err(error) => {
                    drop(Object::take(client));
                    return Err(error.into());
                }
            }
        }
    }

    pub(crate) async fn read<T, E>(
        &self,
        look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let session = self.begin(SNAPSHOT).await?;
        look_at(session, look).await
    }

    /// A query on a replica where one answers, else on the leader.
    pub(crate) async fn read_aged<T, E>(
        &self,
        look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<(T, Age), E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let door = Arc::clone(&self.door).read_owned().await;
        let found = match &self.replica {
            Some(replica) => replica.begin(SNAPSHOT).await,
            None => None,
        };
        let (session, age) = match found {
            Some((client, age)) => (Session::new(client, door), age),
            None => {
                drop(door);
                (self.begin(SNAPSHOT).await?, Age::Present)
            }
        };
        Ok((look_at(session, look).await?, age))
    }

    /// Commits an empty transaction, so that replicas see that time goes on when nobody works.
    pub(crate) async fn beat(&self) -> Result<(), Error> {
        let client = self.leader.get().await?;
        client.batch_execute("SELECT txid_current()").await?;
        Ok(())
    }

    pub(crate) fn has_replica(&self) -> bool {
        self.replica.is_some()
    }

    /// The one place where a command is tried again: a dead-lock, a serialisation failure, a connection lost before
    /// `COMMIT` was sent. After that it is never run twice.
    pub(crate) async fn write<T, E>(
        &self,
        mut work: impl FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let mut attempt = 1;
        loop {
            let session = self.begin("BEGIN READ WRITE").await?;
            let task = move || {
                let (outcome, again) = transaction(session, &mut work);
                (outcome, again, work)
            };
            let (outcome, again, back) =
                tokio::task::spawn_blocking(task).await.map_err(|_| Error::Closed)?;
            if !again || attempt == TRIES {
                return outcome;
            }
            work = back;
            let pause = attempt * attempt * 4 + Entropy::machine().below(attempt * 8);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            attempt += 1;
        }
    }

    /// Waits for running commands, then closes the connections.
    pub(crate) async fn close(&self) {
        let _everybody_left = self.door.write().await;
        self.leader.pool.close();
        if let Some(replica) = &self.replica {
            replica.close();
        }
    }
}

/// Runs a query in its snapshot, on a blocking thread.
async fn look_at<T, E>(
    mut session: Session,
    look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let work = move || {
        let outcome = guarded(&mut Tx::postgres(&mut session), look);
        session.end("ROLLBACK");
        outcome
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Closed)?
}

/// Runs a command and commits; also says whether it may be run again.
fn transaction<T, E: From<Error>>(
    mut session: Session,
    work: &mut impl FnMut(&mut Tx) -> Result<T, E>,
) -> (Result<T, E>, bool) {
    let mut tx = Tx::postgres(&mut session);
    let outcome = guarded(&mut tx, work);
    let failed = tx.has_failed();
    match outcome {
        Err(error) => {
            let again = failed && session.retryable;
            session.end("ROLLBACK");
            (Err(error), again)
        }
        Ok(value) => match session.commit() {
            Ok(()) => (Ok(value), false),
            Err(error) => {
                let again = session.retryable && !matches!(error, Error::Unknown);
                (Err(error.into()), again)
            }
        },
    }
}

/// A connection lent to one command, in a transaction. Dropped before its end, it is thrown away and not given back.
pub(crate) struct Session {
    client: Option<Object>,
    handle: Handle,
    /// True when what failed may be tried again.
    retryable: bool,
    _door: OwnedRwLockReadGuard<()>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

impl Session {
    fn new(client: Object, door: OwnedRwLockReadGuard<()>) -> Self {
        Self { client: Some(client), handle: Handle::current(), retryable: false, _door: door }
    }

    fn client(&self) -> Result<&Object, Error> {
        self.client.as_ref().ok_or(Error::Closed)
    }

    pub(crate) fn batch(&mut self, text: &str) -> Result<(), Error> {
        let outcome = self.handle.block_on(self.client()?.batch_execute(text));
        self.judge(outcome)
    }

    /// Ends the transaction and gives the connection back.
    fn end(&mut self, words: &str) {
        if self.batch(words).is_ok() {
            drop(self.client.take());
        }
    }

    /// Commits. Once `COMMIT` is on its way, only an ordinary error of the server says that nothing was stored.
    fn commit(&mut self) -> Result<(), Error> {
        self.retryable = false;
        match self.handle.block_on(self.client()?.batch_execute("COMMIT")) {
            Ok(()) => {
                drop(self.client.take());
                Ok(())
            }
            Err(error) if error.as_db_error().is_some() && !is_lost(&error) => self.judge(Err(error)),
            Err(error) => {
                tracing::error!(%error, "the connection broke while committing");
                Err(Error::Unknown)
            }
        }
    }

    fn prepare(&mut self, text: &str) -> Result<Statement, Error> {
        let outcome = self.handle.block_on(self.client()?.prepare_cached(text));
        self.judge(outcome)
    }

    /// Prepares without keeping.
    pub(crate) fn check(&mut self, text: &str) -> Result<(), Error> {
        let outcome = self.handle.block_on(self.client()?.prepare(text)).map(drop);
        self.judge(outcome)
    }

    pub(crate) fn execute(&mut self, text: &str, values: &[Value]) -> Result<u64, Error> {
        let statement = self.prepare(text)?;
        let outcome = self.handle.block_on(self.client()?.execute_raw(&statement, values));
        self.judge(outcome)
    }

    pub(crate) fn rows(
        &mut self,
        (name, text): (&str, &str),
        values: &[Value],
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let statement = self.prepare(text)?;
        let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let shape = Arc::new(Shape { statement: name.to_owned(), columns });
        let stream = self.handle.block_on(self.client()?.query_raw(&statement, values));
        let mut stream = Box::pin(self.judge(stream)?);
        let mut stopped = false;
        loop {
            // Read to the end even when nobody listens any more: a late error would leave the transaction spent without
            // our knowing, and the server answers the COMMIT of such a one with a silent rollback.
            let next = self.handle.block_on(stream.try_next());
            let Some(row) = self.judge(next)? else { return Ok(()) };
            if !stopped {
                let values = (0..shape.columns.len()).map(|at| row.try_get::<_, wire::Column>(at));
                let values = values.map(|column| column.map(|column| column.0)).collect::<Result<_, _>>()?;
                stopped = each(Row::new(&shape, values)).is_break();
            }
        }
    }

    fn judge<T>(&mut self, outcome: Result<T, tokio_postgres::Error>) -> Result<T, Error> {
        outcome.map_err(|error| {
            // A cached plan that a migration has made wrong is refused as "not supported": the next connection plans anew.
            let again = [
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::T_R_DEADLOCK_DETECTED,
                SqlState::FEATURE_NOT_SUPPORTED,
            ];
            self.retryable |= is_lost(&error) || error.code().is_some_and(|code| again.contains(code));
            // Trying again helps, and nothing was stored: COMMIT is judged elsewhere.
            if is_lost(&error) {
                Error::Busy(format!("数据库连接中断：{error}"))
            } else {
                error.into()
            }
        })
    }
}
