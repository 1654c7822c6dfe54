//! How far a move is, kept in the target.

use super::Marks;
use crate::{Engine, Error, Sql, Tx, params};

/// Rows of a table that are in the target, and the digest of the source over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) rows: u64,
    pub(crate) digest: String,
}

/// The mark of the target as a whole: its schema is made, it is empty, its references are off.
const READY: &str = "";

const TABLES: &str = "CREATE TABLE schema_move (name TEXT PRIMARY KEY, row_count BIGINT NOT NULL, digest TEXT NOT NULL); \
     CREATE TABLE schema_move_reference (child TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (child, name))";
const THERE_SQLITE: Sql = Sql {
    name: "db::moving::THERE_SQLITE",
    text: "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_move'",
};
const THERE_POSTGRES: Sql = Sql {
    name: "db::moving::THERE_POSTGRES",
    text: "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_move'",
};
pub(super) const DOCUMENTS_THERE: Sql =
    Sql { name: "db::moving::DOCUMENTS_THERE", text: "SELECT COUNT(*) FROM search_document" };
const ALL: Sql = Sql { name: "db::moving::ALL", text: "SELECT name, row_count, digest FROM schema_move" };
const SET: Sql = Sql {
    name: "db::moving::SET",
    text: "INSERT INTO schema_move (name, row_count, digest) VALUES ($1, $2, $3) \
           ON CONFLICT (name) DO UPDATE SET row_count = excluded.row_count, digest = excluded.digest",
};
const DROP: Sql = Sql { name: "db::moving::DROP", text: "DELETE FROM schema_move WHERE name = $1" };
const KEEP: Sql = Sql {
    name: "db::moving::KEEP",
    text: "INSERT INTO schema_move_reference (child, name, definition) VALUES ($1, $2, $3)",
};
const KEPT: Sql = Sql {
    name: "db::moving::KEPT",
    text: "SELECT child, name, definition FROM schema_move_reference ORDER BY child, name",
};
const MIGRATIONS: Sql = Sql {
    name: "db::moving::MIGRATIONS",
    text: "SELECT number, digest FROM schema_migration ORDER BY number",
};

/// Whether a move into this database has begun and not ended.
pub(crate) fn half_moved(tx: &mut Tx) -> Result<bool, Error> {
    let there = match tx.engine() {
        Engine::Sqlite => THERE_SQLITE,
        Engine::Postgres => THERE_POSTGRES,
    };
    Ok(tx.scalar::<i64>(&there, &[])? > 0)
}

pub(super) fn make(tx: &mut Tx) -> Result<(), Error> {
    tx.batch(TABLES)
}

pub(super) fn take_away(tx: &mut Tx) -> Result<(), Error> {
    tx.batch("DROP TABLE schema_move_reference; DROP TABLE schema_move")
}

/// What the schema of a database is, by number and digest of its migrations.
pub(super) fn migrations(tx: &mut Tx) -> Result<Vec<(i64, String)>, Error> {
    let rows = tx.query(&MIGRATIONS, &[])?;
    rows.iter().map(|row| Ok((row.get("number")?, row.get("digest")?))).collect()
}

pub(super) fn all(tx: &mut Tx) -> Result<Marks, Error> {
    let rows = tx.query(&ALL, &[])?;
    let mark = |row: &crate::Row| {
        let rows: i64 = row.get("row_count")?;
        let mark = Mark { rows: u64::try_from(rows).unwrap_or_default(), digest: row.get("digest")? };
        Ok((row.get("name")?, mark))
    };
    rows.iter().map(mark).collect()
}

pub(super) fn set(tx: &mut Tx, name: &str, mark: &Mark) -> Result<(), Error> {
    let rows = i64::try_from(mark.rows).unwrap_or(i64::MAX);
    tx.execute(&SET, &params![name, rows, mark.digest]).map(drop)
}

pub(super) fn unset(tx: &mut Tx, name: &str) -> Result<(), Error> {
    tx.execute(&DROP, &params![name]).map(drop)
}

pub(super) fn is_ready(tx: &mut Tx) -> Result<bool, Error> {
    Ok(all(tx)?.contains_key(READY))
}

pub(super) fn ready(tx: &mut Tx) -> Result<(), Error> {
    set(tx, READY, &Mark { rows: 0, digest: String::new() })
}

pub(super) fn keep_reference(tx: &mut Tx, child: &str, name: &str, definition: &str) -> Result<(), Error> {
    tx.execute(&KEEP, &params![child, name, definition]).map(drop)
}

pub(super) fn references(tx: &mut Tx) -> Result<Vec<(String, String, String)>, Error> {
    let rows = tx.query(&KEPT, &[])?;
    rows.iter().map(|row| Ok((row.get("child")?, row.get("name")?, row.get("definition")?))).collect()
}
