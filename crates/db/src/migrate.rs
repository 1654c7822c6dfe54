//! Forward migrations under a lock; a backup before, a refusal to touch what a newer program made.

use std::path::{Path, PathBuf};

use kernel::{hex, sm3};

use crate::{
    Db, Error, Sql, Statement, Tx,
    dialect::{self, Engine},
    params, sqlite,
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
    /// One text for both engines, in PostgreSQL's words.
    Same(&'static str),
    /// Two texts, where the engines truly differ.
    Twin {
        /// For SQLite.
        sqlite: &'static str,
        /// For PostgreSQL.
        postgres: &'static str,
    },
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
        sqlite: include_str!("../migrations/search.sqlite.sql"),
        postgres: include_str!("../migrations/search.postgres.sql"),
    },
};

struct Raw(String);

impl Statement for Raw {
    fn text(&self) -> std::borrow::Cow<'static, str> {
        self.0.clone().into()
    }
}

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
/// Any number will do, as long as every xiaobao takes the same.
const LOCK: Sql = Sql { name: "db::migrate::LOCK", text: "SELECT CAST(pg_advisory_xact_lock(12315) AS TEXT)" };

impl Migration {
    fn text_for(&self, engine: Engine) -> String {
        match (self.text, engine) {
            (Text::Same(text), _) => dialect::schema(text, engine),
            (Text::Twin { sqlite, .. }, Engine::Sqlite) => sqlite.to_owned(),
            (Text::Twin { postgres, .. }, Engine::Postgres) => postgres.to_owned(),
        }
    }

    fn digest(&self) -> String {
        let text = match self.text {
            Text::Same(text) => text.to_owned(),
            Text::Twin { sqlite, postgres } => [sqlite, postgres].concat(),
        };
        hex(&sm3(text.as_bytes()))
    }
}

impl Db {
    /// Brings the schema up to date. Two programs that start together are safe: the second waits and finds nothing to do.
    /// A database that holds data is copied to `backups` before it is changed.
    ///
    /// # Errors
    /// [`Error::SchemaNewer`], [`Error::MigrationChanged`], or whatever the engine says; then nothing was changed.
    pub async fn migrate(
        &self,
        migrations: &'static [Migration],
        backups: Option<&Path>,
        now: jiff::Timestamp,
    ) -> Result<Report, Error> {
        let mut report = Report::default();
        let found = self.write(|tx| applied(tx)).await?;
        if !found.is_empty() && found.len() < migrations.len() {
            self.back_up_before(backups, now, &mut report).await?;
        }
        report.applied = self.write(move |tx| apply(tx, migrations, now)).await?;
        Ok(report)
    }

    async fn back_up_before(
        &self,
        backups: Option<&Path>,
        now: jiff::Timestamp,
        report: &mut Report,
    ) -> Result<(), Error> {
        let Some(folder) = backups else { return Ok(()) };
        std::fs::create_dir_all(folder).map_err(Error::fault)?;
        let stem = format!("before-migration-{}-{}", now.as_millisecond(), std::process::id());
        if let Some(from) = self.path().map(Path::to_owned) {
            let to = folder.join(format!("{stem}.db"));
            let copied = tokio::task::spawn_blocking(move || sqlite::copy(&from, &to)).await;
            report.backup = Some(copied.map_err(|_| Error::Closed)??);
            return Ok(());
        }
        let to = folder.join(format!("{stem}.dump"));
        let dump = std::process::Command::new("pg_dump").arg("-Fc").arg("-f").arg(&to).arg(self.url()).status();
        match dump {
            Ok(status) if status.success() => report.backup = Some(to),
            Ok(_) | Err(_) => report.warnings.push("未能用 pg_dump 在升级前备份，请自行备份 PostgreSQL".to_owned()),
        }
        Ok(())
    }

    /// A checked copy of the SQLite database while it is in use.
    ///
    /// # Errors
    /// When the copy cannot be written or does not pass its integrity check, or the engine is PostgreSQL.
    pub async fn copy_to(&self, to: &Path) -> Result<(), Error> {
        let from = self.path().ok_or_else(|| Error::Other("PostgreSQL 请用 pg_dump 备份".to_owned()))?.to_owned();
        let to = to.to_owned();
        tokio::task::spawn_blocking(move || sqlite::copy(&from, &to)).await.map_err(|_| Error::Closed)??;
        Ok(())
    }
}

fn applied(tx: &mut Tx) -> Result<Vec<(u32, String, String)>, Error> {
    if tx.engine() == Engine::Postgres {
        tx.query(&LOCK, &[])?;
    }
    tx.execute(&Raw(TABLE.to_owned()), &[])?;
    let rows = tx.query(&APPLIED, &[])?;
    rows.iter().map(|row| Ok((row.get("number")?, row.get("name")?, row.get("digest")?))).collect()
}

fn apply(tx: &mut Tx, migrations: &[Migration], now: jiff::Timestamp) -> Result<Vec<u32>, Error> {
    let found = applied(tx)?;
    let known = migrations.iter().map(|migration| migration.number).max().unwrap_or(0);
    if let Some((number, ..)) = found.iter().find(|(number, ..)| *number > known) {
        return Err(Error::SchemaNewer { found: *number, known });
    }
    let mut done = Vec::new();
    for migration in migrations {
        let earlier = found.iter().find(|(number, ..)| *number == migration.number);
        match earlier {
            Some((_, _, digest)) if *digest == migration.digest() => {}
            Some((number, name, _)) => {
                return Err(Error::MigrationChanged { number: *number, name: name.clone() });
            }
            None => {
                for statement in statements(&migration.text_for(tx.engine())) {
                    tx.execute(&Raw(statement), &[])?;
                }
                let row = params![migration.number, migration.name, migration.digest(), now];
                tx.execute(&RECORD, &row)?;
                done.push(migration.number);
            }
        }
    }
    Ok(done)
}

/// The statements of a migration: comments dropped, split at semicolons at line ends.
fn statements(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
    let text = lines.collect::<Vec<_>>().join("\n");
    text.split(";\n").map(|part| part.trim().trim_end_matches(';').to_owned()).filter(|part| !part.is_empty()).collect()
}
