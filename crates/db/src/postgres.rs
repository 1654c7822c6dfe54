//! The server engine: a pool of connections, each lent to one command on a blocking thread.

mod ahead;
mod flight;
mod line;
mod pool;
mod replica;
mod session;
mod wire;

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use kernel::Entropy;
use tokio::{runtime::Handle, sync::RwLock};

pub(crate) use self::{
    flight::{Then, Waiting},
    session::Session,
};
use self::{line::waiting, pool::Connections, replica::Replica};
use crate::{Age, Config, Engine, Error, Row, Sql, Tx, Value, dialect, tx::guarded};

/// How often a command is tried again after a dead-lock, a serialisation failure or a lost connection.
const TRIES: u64 = 6;
/// How a query begins: a search is planned for the word that is looked for ([`pool::settings`]).
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = auto";
/// How a command begins: a server that is no longer the leader refuses it.
const COMMAND: &str = "BEGIN READ WRITE";
/// Whether this user may wait for the disk after the commit and not in it ([`Session::commit`]).
const WAITS_AFTER: &str = "SELECT COALESCE(has_function_privilege(to_regprocedure(\
    'pg_catalog.pg_logical_emit_message(boolean,text,text)'), 'EXECUTE'), FALSE)";

/// A server, with the connections to it.
pub(crate) struct Server {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) handle: Handle,
    leader: Arc<Connections>,
    waits_after: bool,
    replica: Option<Replica>,
    /// Held open by every running command; closing waits for all of them.
    door: Arc<RwLock<()>>,
}

impl Server {
    pub(crate) async fn open(config: &Config) -> Result<Self, Error> {
        let server = pool::settings(&config.place, config)?;
        let leader = Arc::new(Connections::new(&server, config)?);
        let replica = if config.replica.is_empty() { None } else { Some(Replica::new(config)?) };
        // Not patient: who starts the program with a wrong address is told at once.
        let opened = leader.pool.get().await.map_err(Error::from);
        let line = opened.map_err(|error| pool::not_opened(&server, &error))?;
        let looked = waiting(move || {
            line.wait(async {
                let encoding: String =
                    line.client.query_one("SHOW server_encoding", &[]).await?.try_get(0)?;
                let waits_after: bool = line.client.query_one(WAITS_AFTER, &[]).await?.try_get(0)?;
                Ok::<_, Error>((encoding, waits_after))
            })
        });
        let (encoding, waits_after) = looked.await?;
        if encoding != "UTF8" {
            return Err(Error::Other(format!("PostgreSQL 数据库编码为 {encoding}，请用 UTF8 编码重新建库")));
        }
        Ok(Self {
            config: server,
            handle: Handle::current(),
            leader,
            waits_after,
            replica,
            door: Arc::default(),
        })
    }

    /// A connection to the leader; its transaction begins with its first statement.
    async fn begin(&self, words: &'static str) -> Result<Session, Error> {
        let door = Arc::clone(&self.door).read_owned().await;
        let line = self.leader.get().await?;
        Ok(Session::new(line, Arc::clone(&self.leader), (words, self.waits_after), door))
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

    /// One statement without a transaction around it; asked again where the connection had died while nobody used it.
    pub(crate) async fn ask(&self, statement: &'static Sql, values: Vec<Value>) -> Result<Vec<Row>, Error> {
        let values: Arc<[Value]> = values.into();
        let mut dead = 0;
        loop {
            let door = Arc::clone(&self.door).read_owned().await;
            let line = self.leader.get().await?;
            let session = Session::begun(line, Arc::clone(&self.leader), door);
            let values = Arc::clone(&values);
            match tokio::task::spawn_blocking(move || alone(session, statement, &values)).await {
                Ok(Err(Error::Away(_))) if dead < self.leader.pool.status().max_size => dead += 1,
                Ok(outcome) => return outcome,
                Err(_) => return Err(Error::Closed),
            }
        }
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
            Some((line, age)) => (Session::begun(line, Arc::clone(&self.leader), door), age),
            None => {
                drop(door);
                (self.begin(SNAPSHOT).await?, Age::Present)
            }
        };
        Ok((look_at(session, look).await?, age))
    }

    /// Commits an empty transaction, so that replicas see that time goes on when nobody works.
    pub(crate) async fn beat(&self) -> Result<(), Error> {
        let line = self.leader.get().await?;
        Ok(waiting(move || line.wait(line.client.batch_execute("SELECT txid_current()"))).await?)
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
            let session = self.begin(COMMAND).await?;
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

/// Asks one statement and gives the connection back; one that broke is thrown away.
fn alone(mut session: Session, statement: &Sql, values: &[Value]) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    let text = dialect::expand(statement.text, Engine::Postgres);
    let outcome = session.rows((statement.name, &text), values, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    });
    if !matches!(outcome, Err(Error::Away(_))) {
        session.give_back();
    }
    outcome.map(|()| rows).map_err(|error| error.at(statement.name))
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
        session.undo();
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
            session.undo();
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
