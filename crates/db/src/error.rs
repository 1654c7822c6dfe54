//! What can go wrong at the border, the same words for both engines.

use std::{error::Error as StdError, fmt, sync::Arc};

use tokio_postgres::error::{DbError, Severity};

/// A fault of the database border. Carries no value of a row or a parameter: those may be personal.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A unique rule of the schema was hit: `table.column` or `table.first, table.second` on both engines; the
    /// index's name when it stands on an expression.
    #[error("already taken: {0}")]
    Unique(String),
    /// A row refers to one that is not there, or is still referred to.
    #[error("a reference is broken: {0}")]
    ForeignKey(String),
    /// A `CHECK` of the schema was broken; the words are the engine's.
    #[error("the schema refuses this: {0}")]
    Check(String),
    /// A column that must have a value got none: `table.column`.
    #[error("a value is missing: {0}")]
    Required(String),
    /// The row was changed by somebody else since it was read.
    #[error("the record was changed by somebody else in the meantime")]
    Stale,
    /// A column does not hold what the program wants.
    #[error("{statement}: column {name}: wanted {wanted}, found {found}")]
    Column {
        /// The statement that was read.
        statement: String,
        /// The column.
        name: &'static str,
        /// What the program wants.
        wanted: &'static str,
        /// What kind of value is there.
        found: String,
    },
    /// A parameter is of a kind that the statement cannot take.
    #[error("parameter: {0}")]
    Parameter(String),
    /// The place in a list that a page asked for is not one this program gave out.
    #[error("翻页位置无效，请从第一页重新查看")]
    Cursor,
    /// Others hold what this command needs; it was tried as often as makes sense.
    #[error("系统正忙，请稍后再试（{0}）")]
    Busy(String),
    /// The server cannot be reached, or went away before the commit; nothing of the command was stored.
    #[error("连接不上数据库服务器，没有保存任何内容（{0}）")]
    Away(String),
    /// The server could not be opened when the program started: what is wrong and what to look at.
    #[error("{0}")]
    NotOpened(String),
    /// The database was made by a newer program.
    #[error("数据库版本 {found} 高于本程序支持的 {known}，请使用新版程序打开")]
    SchemaNewer {
        /// Highest migration in the database.
        found: u32,
        /// Highest migration this program knows.
        known: u32,
    },
    /// A migration that was applied differs from the one this program carries.
    #[error("数据库迁移 {number}（{name}）与本程序的内容不一致，请确认程序版本")]
    MigrationChanged {
        /// Its number.
        number: u32,
        /// Its name.
        name: String,
    },
    /// A move into this database has begun and not ended.
    #[error(
        "这个数据库的搬迁还没有完成，不能使用：请再运行一次 xiaobao move，它从中断的地方接着搬；原来的数据库没有变动，可以继续使用"
    )]
    HalfMoved,
    /// A command panicked; nothing of it was stored.
    #[error("the command panicked: {0}")]
    Panicked(String),
    /// The database is closed or gone.
    #[error("the database is closed")]
    Closed,
    /// The connection broke, or the sync of the disk failed, while committing: whether the change stands is not known and it was not tried again.
    #[error("提交时连接中断或者磁盘出错，无法确认是否已保存，请刷新页面核对后再操作")]
    Unknown,
    /// The disk is full, read-only or failing; nothing of the command was stored.
    #[error("磁盘已满或者不能读写，没有保存任何内容（{0}）")]
    Disk(String),
    /// Anything else, with its source.
    #[error("database: {0}")]
    Fault(Arc<dyn StdError + Send + Sync>),
    /// Same, without a source.
    #[error("database: {0}")]
    Other(String),
}

impl Error {
    pub(crate) fn fault(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Fault(Arc::new(source))
    }

    /// The same fault, saying where it happened.
    pub(crate) fn at(self, place: &str) -> Self {
        match self {
            Self::Fault(source) => Self::Fault(Arc::new(Placed { place: place.to_owned(), source })),
            Self::Other(text) => Self::Other(format!("{place}: {text}")),
            Self::Disk(text) => Self::Disk(format!("{place}: {text}")),
            Self::Parameter(text) => Self::Parameter(format!("{place}: {text}")),
            other => other,
        }
    }

    /// True when the unique rule on `key` (`table.column`) was hit.
    pub fn is_unique(&self, key: &str) -> bool {
        matches!(self, Self::Unique(found) if found == key)
    }
}

/// A fault and the statement in which it happened. Prints the whole chain of causes on one line.
#[derive(Debug)]
struct Placed {
    place: String,
    source: Arc<dyn StdError + Send + Sync>,
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.source)?;
        let mut cause = self.source.source();
        while let Some(next) = cause {
            write!(f, ": {next}")?;
            cause = next.source();
        }
        Ok(())
    }
}

impl StdError for Placed {}

/// What the server said, without the `DETAIL` in which it repeats the values of the row.
#[derive(Debug)]
struct Said {
    code: String,
    message: String,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl StdError for Said {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        let (code, text) = match &error {
            rusqlite::Error::SqliteFailure(code, text) => (code, text.clone().unwrap_or_default()),
            rusqlite::Error::InvalidParameterCount(..) => return Self::Parameter(error.to_string()),
            _ => return Self::fault(error),
        };
        let tail = || text.split_once(": ").map_or(text.as_str(), |(_, tail)| tail).to_owned();
        match (code.code, code.extended_code) {
            (
                ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                // Also what a disk that has begun to fail makes SQLite say.
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen,
                _,
            ) => Self::Disk(text),
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Busy(text),
            (
                _,
                ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_ROWID,
            ) => {
                let key = tail();
                let index = key.strip_prefix("index '").and_then(|name| name.strip_suffix('\''));
                Self::Unique(index.map_or_else(|| key.clone(), str::to_owned))
            }
            (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Self::ForeignKey(text),
            (_, ffi::SQLITE_CONSTRAINT_NOTNULL) => Self::Required(tail()),
            (ErrorCode::ConstraintViolation, _) => Self::Check(tail()),
            _ => Self::fault(error),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(report) = error.as_db_error() {
            return Self::from_report(report);
        }
        // Before `COMMIT` was sent: nothing is stored, and the server may be back in a moment.
        if is_lost(&error) {
            return Self::Away(error.to_string());
        }
        let mismatch = StdError::source(&error).and_then(|cause| cause.downcast_ref::<Mismatch>());
        match mismatch {
            Some(mismatch) => Self::Parameter(format!("{error}: {mismatch}")),
            None => Self::fault(error),
        }
    }
}

impl Error {
    fn from_report(report: &DbError) -> Self {
        let table = report.table().unwrap_or_default();
        let constraint = report.constraint().unwrap_or_default();
        match report.code().code() {
            "23505" => {
                // `Key (a, b)=(1, 2) already exists.` whatever the server's language; an expression has brackets.
                let key = report.detail().and_then(|detail| detail.split_once('(')?.1.split_once(")=("));
                match key {
                    Some((columns, _)) if !columns.contains('(') => {
                        let columns: Vec<_> =
                            columns.split(", ").map(|name| format!("{table}.{name}")).collect();
                        Self::Unique(columns.join(", "))
                    }
                    _ => Self::Unique(constraint.to_owned()),
                }
            }
            "23503" => Self::ForeignKey(format!("{table}: {constraint}")),
            "23502" => Self::Required(format!("{table}.{}", report.column().unwrap_or_default())),
            code if code.starts_with("23") => Self::Check(constraint.to_owned()),
            // Serialisation failure, dead-lock, lock not available, statement timeout.
            code @ ("40001" | "40P01" | "55P03" | "57014") => {
                Self::Busy(format!("{} {code}", report.message()))
            }
            // The server is told to stop, crashed, or is starting.
            code @ ("57P01" | "57P02" | "57P03") => Self::Away(format!("{} {code}", report.message())),
            // It has no connection left.
            "53300" => Self::Busy(format!("{} 53300", report.message())),
            // Disk full, input/output error.
            code @ ("53100" | "58030") => Self::Disk(format!("{} {code}", report.message())),
            code => Self::fault(Said { code: code.to_owned(), message: report.message().to_owned() }),
        }
    }
}

/// True when the connection is gone with this error: nothing more can be asked over it.
pub(crate) fn is_lost(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        Some(report) => matches!(report.parsed_severity(), Some(Severity::Fatal | Severity::Panic)),
        None => {
            error.is_closed() || StdError::source(error).is_some_and(<dyn StdError>::is::<std::io::Error>)
        }
    }
}

/// A parameter that the statement cannot take.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) given: &'static str,
    pub(crate) wanted: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "given {}, wanted {}", self.given, self.wanted)
    }
}

impl StdError for Mismatch {}
