//! Databases for tests: a fresh one per test, on each engine, gone afterwards.

use std::path::{Path, PathBuf};

use kernel::{Entropy, hex, sm3};
use tokio_postgres::{Client, NoTls};

use crate::{Db, Engine, Error, Migration};

/// The variable that names a PostgreSQL server on which databases may be made: `postgres://user@host:port/postgres`.
pub const SERVER: &str = "XIAOBAO_TEST_POSTGRES";

/// A database that lives as long as a test.
pub struct TestDatabase {
    /// The database, migrated.
    pub db: Db,
    folder: PathBuf,
    /// On a server: its address and the database's name.
    place: Option<(String, String)>,
}

impl TestDatabase {
    /// Tells the same story on each engine, each time in a fresh database.
    ///
    /// ```
    /// # db::sql! { COUNT = "SELECT COUNT(*) FROM search_document"; }
    /// # #[tokio::main]
    /// # async fn main() {
    /// static MIGRATIONS: &[db::Migration] = &[db::SEARCH];
    /// db::testing::TestDatabase::each(MIGRATIONS, async |db| {
    ///     let documents = db.read(|tx| tx.scalar::<i64>(&COUNT, &[])).await;
    ///     assert_eq!(documents.unwrap(), 0);
    /// })
    /// .await;
    /// # }
    /// ```
    ///
    /// # Panics
    /// When a database cannot be made.
    #[expect(clippy::expect_used, reason = "a test without its database must stop")]
    pub async fn each(migrations: &'static [Migration], story: impl AsyncFn(Db)) {
        let sqlite = Self::sqlite(migrations).await.expect("a fresh SQLite file");
        story(sqlite.db.clone()).await;
        drop(sqlite);
        if let Some(postgres) = Self::postgres(migrations).await.expect("a fresh PostgreSQL database") {
            story(postgres.db.clone()).await;
        }
    }

    /// A fresh SQLite file, migrated.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn sqlite(migrations: &'static [Migration]) -> Result<Self, Error> {
        let folder = fresh_folder()?;
        let db = Db::open(&folder.join("test.db").to_string_lossy()).await?;
        db.migrate(migrations, None, jiff::Timestamp::UNIX_EPOCH).await?;
        Ok(Self { db, folder, place: None })
    }

    /// A fresh PostgreSQL database, migrated; `None` when [`SERVER`] names no server. The migrations run once per set: the
    /// outcome is kept on the server as a template.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn postgres(migrations: &'static [Migration]) -> Result<Option<Self>, Error> {
        let Ok(server) = std::env::var(SERVER) else {
            println!("PostgreSQL: not run ({SERVER} is not set)");
            return Ok(None);
        };
        Self::on(&server, migrations).await.map(Some)
    }

    /// A fresh database on the PostgreSQL server at `server`, migrated, as [`TestDatabase::postgres`] makes one.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn on(server: &str, migrations: &'static [Migration]) -> Result<Self, Error> {
        let admin = connect(server).await?;
        let template = template(&admin, server, migrations).await?;
        let name = format!("xiaobao_test_{}", hex(&Entropy::machine().bytes::<8>()));
        admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        let db = Db::open(&with_database(server, &name)).await?;
        Ok(Self { db, folder: fresh_folder()?, place: Some((server.to_owned(), name)) })
    }

    /// What [`Db::open`] takes to open it once more: a path or an address.
    pub fn place(&self) -> String {
        match &self.place {
            Some((server, name)) => with_database(server, name),
            None => self.folder.join("test.db").to_string_lossy().into_owned(),
        }
    }

    /// A folder beside the database, for attachments and the like.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("test folder stays: {error}");
        }
        if let Some((server, name)) = self.place.take() {
            // A thread of its own: this one may be inside a runtime, where nothing may wait.
            let gone = std::thread::spawn(move || remove(&server, &name)).join();
            if !matches!(gone, Ok(Ok(()))) {
                eprintln!("test database stays: {gone:?}");
            }
        }
    }
}

fn remove(server: &str, name: &str) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::fault)?;
    runtime.block_on(async {
        let admin = connect(server).await?;
        Ok(admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?)
    })
}

async fn connect(server: &str) -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// The name of a database in which exactly these migrations were run; made by the first test that needs it.
async fn template(admin: &Client, server: &str, migrations: &'static [Migration]) -> Result<String, Error> {
    let texts = migrations.iter().map(|migration| {
        let Migration { number, name, .. } = migration;
        format!("{number} {name} {} {}\n", migration.digest(), migration.text_for(Engine::Postgres))
    });
    let name = format!("xiaobao_template_{:.16}", hex(&sm3(texts.collect::<String>().as_bytes())));
    admin.batch_execute("SELECT pg_advisory_lock(12316)").await?;
    let made = admin.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await?;
    if made.is_none() {
        let draft = format!("{name}_draft");
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await?;
        admin.batch_execute(&format!("CREATE DATABASE {draft} TEMPLATE template0 ENCODING 'UTF8'")).await?;
        let db = Db::open(&with_database(server, &draft)).await?;
        db.migrate(migrations, None, jiff::Timestamp::UNIX_EPOCH).await?;
        db.close().await;
        // The server waits for the last sessions to leave.
        admin.batch_execute(&format!("ALTER DATABASE {draft} RENAME TO {name}")).await?;
        admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await?;
    }
    admin.batch_execute("SELECT pg_advisory_unlock(12316)").await?;
    Ok(name)
}

/// `postgres://user@host/one?x=y` with another database.
fn with_database(server: &str, name: &str) -> String {
    let (base, options) = server.split_once('?').map_or((server, None), |(base, rest)| (base, Some(rest)));
    let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
    let host = rest.split('/').next().unwrap_or(rest);
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{scheme}://{host}/{name}{options}")
}

fn fresh_folder() -> Result<PathBuf, Error> {
    let name = format!("xiaobao-test-{}", hex(&Entropy::machine().bytes::<8>()));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).map_err(Error::fault)?;
    Ok(folder)
}
