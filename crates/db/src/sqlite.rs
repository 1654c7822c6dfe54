//! The embedded engine: one writer thread with group commit, a few reader threads.
//!
//! Commands that wait at the same time share one `COMMIT`, so one fsync serves them all (DESIGN D3). Each runs in its own
//! `SAVEPOINT`: a refusal or a panic undoes that command alone. An answer leaves only after the shared commit.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags, ToSql, types};

use crate::{Error, Value};

/// Told when the batch a command ran in has been committed, or why not.
pub(crate) type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;
/// A command: runs inside the shared transaction and leaves its answer.
pub(crate) type Work = Box<dyn FnOnce(Result<&Connection, Error>) -> Answer + Send>;
/// A query.
pub(crate) type Look = Box<dyn FnOnce(&Connection) + Send>;

/// At most this many commands share a commit…
const BATCH: usize = 256;
/// …and none waits longer than this for others to join.
const PATIENCE: Duration = Duration::from_millis(5);

pub(crate) struct Sqlite {
    writer: Mutex<Option<Sender<Work>>>,
    readers: Mutex<Option<Sender<Look>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    pub(crate) commits: Arc<AtomicU64>,
    pub(crate) commands: Arc<AtomicU64>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, readers: usize) -> Result<Self, Error> {
        let (writer, work) = mpsc::channel();
        let (reader, looks) = mpsc::channel();
        let looks = Arc::new(Mutex::new(looks));
        let (commits, commands) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let connection = connect(path, false)?;
        let counters = (Arc::clone(&commits), Arc::clone(&commands));
        let mut threads = vec![spawn("xiaobao-writer", move || write_loop(&connection, &work, &counters))?];
        for _ in 0..readers.max(1) {
            let connection = connect(path, true)?;
            let looks = Arc::clone(&looks);
            threads.push(spawn("xiaobao-reader", move || read_loop(&connection, &looks))?);
        }
        let (writer, readers) = (Mutex::new(Some(writer)), Mutex::new(Some(reader)));
        Ok(Self { writer, readers, threads: Mutex::new(threads), commits, commands })
    }

    pub(crate) fn write(&self, work: Work) -> Result<(), Error> {
        send(&self.writer, work)
    }

    pub(crate) fn read(&self, look: Look) -> Result<(), Error> {
        send(&self.readers, look)
    }

    /// Lets queued work finish and waits for the threads.
    pub(crate) fn close(&self) {
        for end in [lock(&self.writer).take().map(drop), lock(&self.readers).take().map(drop)] {
            end.unwrap_or_default();
        }
        for thread in lock(&self.threads).drain(..) {
            thread.join().unwrap_or_default();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn send<T>(door: &Mutex<Option<Sender<T>>>, work: T) -> Result<(), Error> {
    let door = lock(door);
    door.as_ref().ok_or(Error::Closed)?.send(work).map_err(|_| Error::Closed)
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(Error::fault)
}

fn write_loop(connection: &Connection, work: &Receiver<Work>, (commits, commands): &(Arc<AtomicU64>, Arc<AtomicU64>)) {
    while let Ok(first) = work.recv() {
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            tracing::error!(%error, "cannot begin a transaction");
            first(Err(error.into()))(Ok(()));
            continue;
        }
        let began = Instant::now();
        let mut answers = vec![first(Ok(connection))];
        while answers.len() < BATCH && began.elapsed() < PATIENCE {
            match work.try_recv() {
                Ok(next) => answers.push(next(Ok(connection))),
                Err(_) => break,
            }
        }
        let committed = connection.execute_batch("COMMIT").map_err(Error::from);
        if let Err(error) = &committed {
            tracing::error!(%error, "commit failed");
            if let Err(error) = connection.execute_batch("ROLLBACK") {
                tracing::error!(%error, "rollback after a failed commit");
            }
        }
        commits.fetch_add(1, Ordering::Relaxed);
        commands.fetch_add(answers.len() as u64, Ordering::Relaxed);
        for answer in answers {
            answer(committed.clone());
        }
    }
    if let Err(error) = connection.execute_batch("PRAGMA optimize") {
        tracing::warn!(%error, "optimize at close");
    }
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

/// Opens a connection with the settings that make it durable and quick.
pub(crate) fn connect(path: &Path, read_only: bool) -> Result<Connection, Error> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX
    };
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.set_prepared_statement_cache_capacity(400);
    if !read_only {
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    }
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; PRAGMA mmap_size = 1073741824;",
    )?;
    Ok(connection)
}

/// A copy of the whole database while it is in use, checked by opening it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<PathBuf, Error> {
    let source = connect(from, false)?;
    source.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    let verdict: String = connect(to, true)?.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(to.to_owned()) } else { Err(Error::Other(format!("backup is damaged: {verdict}"))) }
}

pub(crate) fn from_ref(value: types::ValueRef<'_>) -> Value {
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
