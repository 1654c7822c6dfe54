//! Copies of the database, made while it is in use.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use jiff::Timestamp;
use kernel::OFFICE_ZONE;
use tokio_postgres::config::Host;

use crate::{Db, Error, database::Inner, sqlite};

impl Db {
    /// Copies the SQLite database to a file that does not exist yet. The copy is checked (integrity, references) and on
    /// the disk before it gets its name.
    ///
    /// # Errors
    /// When the copy cannot be written or does not pass its checks, or the engine is PostgreSQL.
    pub async fn backup_to(&self, to: &Path) -> Result<(), Error> {
        let Some(from) = self.path().map(Path::to_owned) else {
            return Err(Error::Other("PostgreSQL 请用 pg_dump 或者 pg_basebackup 备份".to_owned()));
        };
        let to = to.to_owned();
        let copied = tokio::task::spawn_blocking(move || sqlite::copy(&from, &to)).await;
        copied.map_err(|_| Error::Closed)?
    }

    /// The copy before a migration: the file, or why there is none.
    pub(crate) async fn back_up_before(
        &self,
        folder: &Path,
        now: Timestamp,
    ) -> Result<Result<PathBuf, String>, Error> {
        std::fs::create_dir_all(folder).map_err(|error| Error::fault(error).at(&folder.to_string_lossy()))?;
        let minute = OFFICE_ZONE.to_datetime(now).strftime("%Y%m%d-%H%M%S");
        let stem = format!("before-migration-{minute}-{}", std::process::id());
        match self.inner() {
            Inner::Sqlite(_) => {
                let to = free(folder, &stem, "db");
                self.backup_to(&to).await?;
                Ok(Ok(to))
            }
            Inner::Postgres(server) => {
                let to = free(folder, &stem, "dump");
                let mut command = pg_dump(&server.config, &to);
                let outcome = tokio::task::spawn_blocking(move || command.output()).await;
                let outcome = outcome.map_err(|_| Error::Closed)?;
                let reason = match outcome {
                    Ok(output) if output.status.success() => return Ok(Ok(to)),
                    Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                    Err(error) => error.to_string(),
                };
                if to.exists() {
                    std::fs::remove_file(&to).map_err(Error::fault)?;
                }
                Ok(Err(format!("升级前未能用 pg_dump 备份，请自行备份 PostgreSQL：{reason}")))
            }
        }
    }
}

/// A name nothing has yet; of several in one second the later ones sort after the first.
fn free(folder: &Path, stem: &str, end: &str) -> PathBuf {
    let first = folder.join(format!("{stem}.{end}"));
    let further = (2..).map(|n| folder.join(format!("{stem}_{n}.{end}")));
    std::iter::once(first).chain(further).find(|path| !path.exists()).unwrap_or_default()
}

/// Everything goes by environment: a password among the arguments could be read by every user of the machine.
fn pg_dump(config: &tokio_postgres::Config, to: &Path) -> Command {
    let mut command = Command::new("pg_dump");
    command.arg("--format=custom").arg("--no-password").arg("--file").arg(to);
    command.envs(environment(config));
    command
}

/// The environment by which the tools of PostgreSQL find the database at a `postgres://` address.
///
/// # Errors
/// [`Error::Fault`] when it is no address.
pub fn address(place: &str) -> Result<Vec<(&'static str, String)>, Error> {
    let config: tokio_postgres::Config = place.parse().map_err(Error::from)?;
    Ok(environment(&config))
}

fn environment(config: &tokio_postgres::Config) -> Vec<(&'static str, String)> {
    let host = config.get_hosts().first().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.to_string_lossy().into_owned(),
    });
    let settings = [
        ("PGHOST", host),
        ("PGPORT", config.get_ports().first().map(u16::to_string)),
        ("PGUSER", config.get_user().map(str::to_owned)),
        ("PGDATABASE", config.get_dbname().map(str::to_owned)),
        ("PGPASSWORD", config.get_password().map(|word| String::from_utf8_lossy(word).into_owned())),
    ];
    settings.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
