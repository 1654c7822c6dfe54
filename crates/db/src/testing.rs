//! Databases for tests: a fresh one per test, on each engine.

use std::path::PathBuf;

use crate::{Db, Error, Migration};

/// A database that lives as long as a test.
pub struct TestDatabase {
    /// The database, migrated.
    pub db: Db,
    folder: PathBuf,
}

impl TestDatabase {
    /// A fresh SQLite file, migrated.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn sqlite(migrations: &'static [Migration]) -> Result<Self, Error> {
        let folder = fresh_folder()?;
        let db = Db::open(&folder.join("test.db").to_string_lossy()).await?;
        db.migrate(migrations, None, jiff::Timestamp::UNIX_EPOCH).await?;
        Ok(Self { db, folder })
    }

    /// A fresh PostgreSQL database, migrated; `None` when `XIAOBAO_TEST_POSTGRES` names no server.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn postgres(migrations: &'static [Migration]) -> Result<Option<Self>, Error> {
        let Ok(server) = std::env::var("XIAOBAO_TEST_POSTGRES") else {
            println!("PostgreSQL: not run (XIAOBAO_TEST_POSTGRES is not set)");
            return Ok(None);
        };
        let name = format!("xiaobao_test_{}", uuid::Uuid::from_bytes(kernel::Entropy::machine().bytes()).simple());
        let (client, connection) =
            tokio_postgres::connect(&server, tokio_postgres::NoTls).await.map_err(Error::from)?;
        tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")).await?;
        let (base, _) = server.rsplit_once('/').unwrap_or((&server, ""));
        let db = Db::open(&format!("{base}/{name}")).await?;
        db.migrate(migrations, None, jiff::Timestamp::UNIX_EPOCH).await?;
        Ok(Some(Self { db, folder: fresh_folder()? }))
    }

    /// A folder beside the database, for attachments and the like.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("test folder stays: {error}");
        }
    }
}

fn fresh_folder() -> Result<PathBuf, Error> {
    let name = format!("xiaobao-test-{}", kernel::hex(&kernel::Entropy::machine().bytes::<8>()));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).map_err(Error::fault)?;
    Ok(folder)
}
