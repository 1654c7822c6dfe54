//! The embedded engine: one writer thread with group commit, a few reader threads.

mod writer;

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread::JoinHandle,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, ToSql, config::DbConfig, types};
use tokio::sync::oneshot;

use crate::{Config, Error, Row, Tx, Value, row::Shape, tx::guarded};
pub use writer::Counters;
pub(crate) use writer::Tally;
use writer::{Answer, Work};

/// A query.
type Look = Box<dyn FnOnce(&Connection) + Send>;
/// Where the answer of a command or a query arrives.
type Reply<T, E> = oneshot::Receiver<Result<T, E>>;

pub(crate) struct Sqlite {
    pub(crate) path: PathBuf,
    pub(crate) tally: Arc<Tally>,
    writer: Mutex<Option<Sender<Work>>>,
    readers: Mutex<Option<Sender<Look>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    pub(crate) fn open(config: &Config) -> Result<Self, Error> {
        let path = PathBuf::from(&config.place);
        let (writer, work) = mpsc::channel();
        let (reader, looks) = mpsc::channel();
        let looks = Arc::new(Mutex::new(looks));
        let tally = Arc::<Tally>::default();
        create(&path)?;
        let connection = connect(&path, false)?;
        if !config.references {
            connection.execute_batch("PRAGMA foreign_keys = OFF")?;
        }
        let pen = writer::Pen::new(connection, Arc::clone(&tally), config);
        let mut threads = vec![spawn("xiaobao-writer", move || pen.write(&work))?];
        for _ in 0..config.readers.max(1) {
            let connection = connect(&path, true)?;
            let looks = Arc::clone(&looks);
            threads.push(spawn("xiaobao-reader", move || read_loop(&connection, &looks))?);
        }
        let (writer, readers) = (Mutex::new(Some(writer)), Mutex::new(Some(reader)));
        Ok(Self { path, tally, writer, readers, threads: Mutex::new(threads) })
    }

    /// Queues a command; its answer comes after the commit it shares.
    pub(crate) fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<Reply<T, E>, Error>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (send, receive) = oneshot::channel();
        let work: Work = Box::new(move |turn| {
            let outcome = turn.map_err(E::from).and_then(|turn| writer::command(turn, work));
            Box::new(move |committed: Result<(), Error>| {
                let answer = match committed {
                    Ok(()) => outcome,
                    Err(error) => Err(error.into()),
                };
                tell(send, answer);
            }) as Answer
        });
        hand(&self.writer, work)?;
        Ok(receive)
    }

    /// Queues a query.
    pub(crate) fn read<T, E>(
        &self,
        look: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<Reply<T, E>, Error>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (send, receive) = oneshot::channel();
        let look: Look = Box::new(move |connection| tell(send, snapshot(connection, look)));
        hand(&self.readers, look)?;
        Ok(receive)
    }

    /// Lets queued work finish and waits for the threads.
    pub(crate) fn close(&self) {
        drop(lock(&self.writer).take());
        drop(lock(&self.readers).take());
        let threads: Vec<_> = lock(&self.threads).drain(..).collect();
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a database thread panicked");
            }
        }
    }
}

/// Nobody waits any more when the request was dropped; the command stands all the same.
fn tell<T>(send: oneshot::Sender<T>, answer: T) {
    if send.send(answer).is_err() {
        tracing::debug!("nobody waits for the answer");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hand<T>(door: &Mutex<Option<Sender<T>>>, work: T) -> Result<(), Error> {
    lock(door).as_ref().ok_or(Error::Closed)?.send(work).map_err(|_| Error::Closed)
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(Error::fault)
}

fn read_loop(connection: &Connection, looks: &Mutex<Receiver<Look>>) {
    loop {
        let next = lock(looks).recv();
        match next {
            Ok(look) => look(connection),
            Err(_) => return,
        }
    }
}

fn snapshot<T, E: From<Error>>(
    connection: &Connection,
    look: impl FnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    connection.execute_batch("BEGIN DEFERRED").map_err(Error::from)?;
    let outcome = guarded(&mut Tx::sqlite(connection), look);
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK").map_err(Error::from)?;
    }
    outcome
}

/// Makes the file readable by its owner only: it holds personal data.
fn create(path: &Path) -> Result<(), Error> {
    let open = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map(drop)
    };
    open().map_err(|error| Error::fault(error).at(&path.to_string_lossy()))
}

/// Opens a connection with the settings that make it durable and quick.
fn connect(path: &Path, read_only: bool) -> Result<Connection, Error> {
    let access = if read_only { OpenFlags::SQLITE_OPEN_READ_ONLY } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.set_prepared_statement_cache_capacity(400);
    // A misspelt column in double quotes is an error and not a text; a statement cannot change the schema by hand.
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    ] {
        connection.set_db_config(setting, on)?;
    }
    if !read_only {
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(Error::Other(format!("数据库所在磁盘不支持 WAL（{mode}），请换用本机磁盘")));
        }
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;")?;
    }
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; PRAGMA mmap_size = 1073741824;",
    )?;
    Ok(connection)
}

/// A copy of the whole database while it is in use: whole, checked and on the disk before it gets its name.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let place = |error: std::io::Error| Error::fault(error).at(&to.to_string_lossy());
    if to.exists() {
        return Err(Error::Other(format!("{} 已经存在，备份不会覆盖它", to.display())));
    }
    let part = to.with_added_extension("part");
    if part.exists() {
        fs::remove_file(&part).map_err(place)?;
    }
    create(&part)?;
    connect(from, false)?.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    verify(&part)?;
    fs::File::open(&part).and_then(|file| file.sync_all()).map_err(place)?;
    fs::rename(&part, to).map_err(place)?;
    if let Some(folder) = to.parent() {
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(place)?;
    }
    Ok(())
}

fn verify(path: &Path) -> Result<(), Error> {
    let copy = connect(path, true)?;
    let verdict: String = copy.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    let orphans: i64 =
        copy.query_row("SELECT COUNT(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
    match (verdict.as_str(), orphans) {
        ("ok", 0) => Ok(()),
        _ => Err(Error::Other(format!("备份未通过检查：{verdict}，{orphans} 行引用不存在的记录"))),
    }
}

/// Runs a change; the rows it touched.
pub(crate) fn execute(connection: &Connection, text: &str, values: &[Value]) -> Result<u64, Error> {
    let mut prepared = connection.prepare_cached(text)?;
    Ok(prepared.execute(rusqlite::params_from_iter(values))? as u64)
}

/// Hands the rows of an answer on, one by one.
pub(crate) fn rows(
    connection: &Connection,
    (name, text): (&str, &str),
    values: &[Value],
    each: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), Error> {
    let mut prepared = connection.prepare_cached(text)?;
    let columns = prepared.column_names().map(str::to_owned).collect::<Vec<_>>();
    let shape = Arc::new(Shape { statement: name.to_owned(), columns });
    let mut rows = prepared.query(rusqlite::params_from_iter(values))?;
    // A change that returns rows is done and checked before the first of them comes, so stopping early loses nothing.
    while let Some(row) = rows.next()? {
        let values = (0..shape.columns.len()).map(|at| row.get_ref(at).map(from_ref));
        if each(Row::new(&shape, values.collect::<Result<_, _>>()?)).is_break() {
            break;
        }
    }
    Ok(())
}

fn from_ref(value: types::ValueRef<'_>) -> Value {
    match value {
        types::ValueRef::Null => Value::Null,
        types::ValueRef::Integer(it) => Value::Int(it),
        types::ValueRef::Real(it) => Value::Real(it),
        types::ValueRef::Text(it) => Value::Text(String::from_utf8_lossy(it).into_owned()),
        types::ValueRef::Blob(it) => Value::Bytes(it.to_vec()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<types::ToSqlOutput<'_>> {
        use types::{ToSqlOutput::Borrowed, ValueRef};
        Ok(Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Bool(it) => ValueRef::Integer(i64::from(*it)),
            Self::Int(it) => ValueRef::Integer(*it),
            Self::Real(it) => ValueRef::Real(*it),
            Self::Text(it) => ValueRef::Text(it.as_bytes()),
            Self::Bytes(it) => ValueRef::Blob(it),
            Self::Id(it) => ValueRef::Blob(it.as_bytes()),
        }))
    }
}
