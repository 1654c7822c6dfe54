//! Forward migrations under a lock; a backup before, a refusal to touch what a newer program made.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use kernel::{hex, sm3};

use crate::{
    Db, Error, Sql, Tx,
    dialect::{self, Engine},
    moving::half_moved,
    params,
};

/// One numbered change of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number; numbers only grow.
    pub number: u32,
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub text: Text,
}

/// The text of a migration.
#[derive(Clone, Copy, Debug)]
pub enum Text {
    /// One text for both engines, in PostgreSQL's words: `UUID`, `BIGINT`, `TEXT`, `BOOLEAN`, `BYTEA`,
    /// `DOUBLE PRECISION`.
    Same(&'static str),
    /// Two texts, where the engines truly differ.
    Twin {
        /// For SQLite.
        sqlite: &'static str,
        /// For PostgreSQL.
        postgres: &'static str,
    },
}

/// Lists migrations by number and name, after [`SEARCH`]; their texts are the files `NAME.sql` of a folder, seen from the
/// file that says it.
///
/// ```ignore
/// db::migrations! {
///     /// Every migration, in order.
///     pub static MIGRATIONS from "../../../migrations/" { 1 "0001_journal", 2 "0002_people", }
/// }
/// ```
#[macro_export]
macro_rules! migrations {
    ($(#[$doc:meta])* $shown:vis static $all:ident from $folder:literal { $($number:literal $name:literal,)* }) => {
        $(#[$doc])*
        $shown static $all: &[$crate::Migration] = &[
            $crate::SEARCH,
            $($crate::Migration {
                number: $number,
                name: $name,
                text: $crate::Text::Same(include_str!(concat!($folder, $name, ".sql"))),
            },)*
        ];
    };
}

/// What a migration run did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The migrations applied now.
    pub applied: Vec<u32>,
    /// The copy made before.
    pub backup: Option<PathBuf>,
    /// What the administrator should know.
    pub warnings: Vec<String>,
}

/// The migration of this crate: the search index.
pub const SEARCH: Migration = Migration {
    number: 0,
    name: "search",
    text: Text::Twin {
        sqlite: include_str!("../migrations/0000_search.sqlite.sql"),
        postgres: include_str!("../migrations/0000_search.postgres.sql"),
    },
};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration \
     (number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL)";
const APPLIED: Sql = Sql {
    name: "db::migrate::APPLIED",
    text: "SELECT number, name, digest FROM schema_migration ORDER BY number",
};
const RECORD: Sql = Sql {
    name: "db::migrate::RECORD",
    text: "INSERT INTO schema_migration (number, name, digest, applied_at) VALUES ($1, $2, $3, $4)",
};
/// Any number will do, as long as every xiaobao takes the same. SQLite needs no words: its writer is alone.
const LOCK: &str =
    "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(12315)";

impl Migration {
    pub(crate) fn text_for(&self, engine: Engine) -> Cow<'static, str> {
        match (self.text, engine) {
            (Text::Same(text), _) => dialect::schema(text, engine).into(),
            (Text::Twin { sqlite, .. }, Engine::Sqlite) => sqlite.into(),
            (Text::Twin { postgres, .. }, Engine::Postgres) => postgres.into(),
        }
    }

    pub(crate) fn digest(&self) -> String {
        let text = match self.text {
            Text::Same(text) => text.to_owned(),
            Text::Twin { sqlite, postgres } => [sqlite, postgres].concat(),
        };
        hex(&sm3(text.as_bytes()))
    }
}

/// A migration found in the database: number, name, digest.
type Found = (u32, String, String);

impl Db {
    /// Brings the schema up to date, all in one transaction. Two programs that start together are safe: the second waits
    /// and finds nothing to do. A database that was in use is copied to the folder `backups` before it is changed; on
    /// PostgreSQL by `pg_dump`, or with a warning in the report when that is not installed.
    ///
    /// # Errors
    /// [`Error::SchemaNewer`], [`Error::MigrationChanged`], [`Error::HalfMoved`], or whatever the engine says; then nothing
    /// was changed.
    pub async fn migrate(
        &self,
        migrations: &'static [Migration],
        backups: Option<&Path>,
        now: jiff::Timestamp,
    ) -> Result<Report, Error> {
        let mut report = Report::default();
        let (found, waiting) = self
            .write(move |tx| {
                if half_moved(tx)? {
                    return Err(Error::HalfMoved);
                }
                let found = applied(tx)?;
                let waiting = waiting(migrations, &found)?.len();
                Ok::<_, Error>((found.len(), waiting))
            })
            .await?;
        if waiting == 0 {
            return Ok(report);
        }
        if let Some(folder) = backups.filter(|_| found > 0) {
            match self.back_up_before(folder, now).await? {
                Ok(copy) => report.backup = Some(copy),
                Err(warning) => report.warnings.push(warning),
            }
        }
        report.applied = self.write(move |tx| apply(tx, migrations, now)).await?;
        Ok(report)
    }

    /// The same for a database that a move has begun to fill, which nobody else may open.
    pub(crate) async fn migrate_target(
        &self,
        migrations: &'static [Migration],
        now: jiff::Timestamp,
    ) -> Result<(), Error> {
        self.write(move |tx| apply(tx, migrations, now)).await.map(drop)
    }
}

fn applied(tx: &mut Tx) -> Result<Vec<Found>, Error> {
    if tx.engine() == Engine::Postgres {
        tx.batch(LOCK)?;
    }
    tx.batch(TABLE)?;
    let rows = tx.query(&APPLIED, &[])?;
    rows.iter().map(|row| Ok((row.get("number")?, row.get("name")?, row.get("digest")?))).collect()
}

/// The migrations still to be applied; refuses a database that this program does not know.
fn waiting<'a>(migrations: &'a [Migration], found: &[Found]) -> Result<Vec<&'a Migration>, Error> {
    if !migrations.is_sorted_by(|one, next| one.number < next.number) {
        return Err(Error::Other("the migrations are not numbered upwards".to_owned()));
    }
    let known = migrations.last().map_or(0, |migration| migration.number);
    for (number, name, digest) in found {
        match migrations.iter().find(|migration| migration.number == *number) {
            Some(migration) if migration.digest() == *digest => {}
            None if *number > known => return Err(Error::SchemaNewer { found: *number, known }),
            _ => return Err(Error::MigrationChanged { number: *number, name: name.clone() }),
        }
    }
    Ok(migrations
        .iter()
        .filter(|migration| found.iter().all(|(number, ..)| *number != migration.number))
        .collect())
}

fn apply(tx: &mut Tx, migrations: &[Migration], now: jiff::Timestamp) -> Result<Vec<u32>, Error> {
    let found = applied(tx)?;
    let mut done = Vec::new();
    for migration in waiting(migrations, &found)? {
        let (number, name) = (migration.number, migration.name);
        let text = migration.text_for(tx.engine());
        tx.batch(&text).map_err(|error| error.at(&format!("migration {number} {name}")))?;
        tx.execute(&RECORD, &params![number, name, migration.digest(), now])?;
        tracing::info!(number, name, "migration applied");
        done.push(number);
    }
    Ok(done)
}
