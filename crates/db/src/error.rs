//! What can go wrong at the border, the same words for both engines.

use std::sync::Arc;

/// A fault of the database border.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A unique rule of the schema was hit: `table.column, …` on both engines.
    #[error("already taken: {0}")]
    Unique(String),
    /// A reference or check of the schema was broken.
    #[error("the schema refuses this: {0}")]
    Constraint(String),
    /// The row was changed by somebody else since it was read.
    #[error("the record was changed by somebody else in the meantime")]
    Stale,
    /// A column does not hold what the program wants.
    #[error("column {name}: wanted {wanted}, found {found}")]
    Column {
        /// The column.
        name: &'static str,
        /// What the program wants.
        wanted: &'static str,
        /// What is there.
        found: String,
    },
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
    /// A command panicked; nothing of it was stored.
    #[error("the command panicked: {0}")]
    Panicked(String),
    /// The database is closed or gone.
    #[error("the database is closed")]
    Closed,
    /// The connection broke while committing: whether the change stands is not known and it was not tried again.
    #[error("连接在提交时中断，无法确认是否已保存，请刷新页面核对后再操作")]
    Unknown,
    /// Anything else, with its source.
    #[error("database: {0}")]
    Fault(Arc<dyn std::error::Error + Send + Sync>),
    /// Same, without a source.
    #[error("database: {0}")]
    Other(String),
}

impl Error {
    pub(crate) fn fault(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Fault(Arc::new(source))
    }

    /// True when the unique rule on `key` (`table.column`) was hit.
    pub fn is_unique(&self, key: &str) -> bool {
        matches!(self, Self::Unique(found) if found == key)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, Some(text)) = &error else { return Self::fault(error) };
        if code.code != rusqlite::ErrorCode::ConstraintViolation {
            return Self::fault(error);
        }
        match text.strip_prefix("UNIQUE constraint failed: ") {
            Some(key) => Self::Unique(key.to_owned()),
            None => Self::Constraint(text.clone()),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(report) = error.as_db_error() else { return Self::fault(error) };
        match report.code().code() {
            "23505" => {
                let table = report.table().unwrap_or_default();
                let columns = report
                    .detail()
                    .and_then(|detail| detail.split_once('(')?.1.split_once(')'))
                    .map_or_else(String::new, |(columns, _)| columns.to_owned());
                let key: Vec<_> = columns.split(", ").map(|column| format!("{table}.{column}")).collect();
                Self::Unique(key.join(", "))
            }
            code if code.starts_with("23") => Self::Constraint(report.to_string()),
            _ => Self::fault(error),
        }
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Closed => Self::Closed,
            other => Self::fault(other),
        }
    }
}
