//! A transaction, lent to a command or a query.

use std::{borrow::Cow, sync::Arc};

use uuid::Uuid;

use crate::{
    Error, FromValue, Row, Statement, Value, dialect, dialect::Engine, params, postgres::Session,
};

/// One transaction. Commands get it by [`crate::Db::write`], queries by [`crate::Db::read`]; it ends when they return.
pub struct Tx<'a>(Inner<'a>);

enum Inner<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut Session),
}

impl<'a> Tx<'a> {
    pub(crate) const fn sqlite(connection: &'a rusqlite::Connection) -> Self {
        Self(Inner::Sqlite(connection))
    }

    pub(crate) const fn postgres(session: &'a mut Session) -> Self {
        Self(Inner::Postgres(session))
    }

    /// Which engine answers.
    pub const fn engine(&self) -> Engine {
        match self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows of the answer.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn query(&mut self, statement: &impl Statement, values: &[Value]) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        self.for_each::<Error>(statement, values, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The rows of a list put together with filters.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn select(&mut self, list: &crate::Select) -> Result<Vec<Row>, Error> {
        self.query(list, &list.values())
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn one(&mut self, statement: &impl Statement, values: &[Value]) -> Result<Option<Row>, Error> {
        Ok(self.query(statement, values)?.into_iter().next())
    }

    /// The first column of the first row.
    ///
    /// # Errors
    /// [`Error::Column`] when there is no row or the value is of another kind.
    pub fn scalar<T: FromValue>(&mut self, statement: &impl Statement, values: &[Value]) -> Result<T, Error> {
        match self.one(statement, values)? {
            Some(row) => row.first(),
            None => Err(Error::Column { name: "(first)", wanted: T::WANTED, found: "no row".to_owned() }),
        }
    }

    /// Hands each row on as it comes, without holding them all.
    ///
    /// # Errors
    /// Whatever the engine or `each` says.
    pub fn for_each<E: From<Error>>(
        &mut self,
        statement: &impl Statement,
        values: &[Value],
        mut each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let text = dialect::expand(statement.text(), self.engine());
        match &mut self.0 {
            Inner::Sqlite(connection) => sqlite_rows(connection, &text, values, &mut each),
            Inner::Postgres(session) => session.rows(&text, values, &mut each),
        }
    }

    /// Runs a change; the number of rows it touched.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn execute(&mut self, statement: &impl Statement, values: &[Value]) -> Result<u64, Error> {
        let text = dialect::expand(statement.text(), self.engine());
        match &mut self.0 {
            Inner::Sqlite(connection) => {
                let mut prepared = connection.prepare_cached(&text)?;
                Ok(prepared.execute(rusqlite::params_from_iter(values))? as u64)
            }
            Inner::Postgres(session) => session.execute(&text, values),
        }
    }

    /// Runs a change that must touch exactly one row: the check of `version` in its `WHERE`.
    ///
    /// # Errors
    /// [`Error::Stale`] when it touched none.
    pub fn exactly_one(&mut self, statement: &impl Statement, values: &[Value]) -> Result<(), Error> {
        match self.execute(statement, values)? {
            1 => Ok(()),
            _ => Err(Error::Stale),
        }
    }

    /// Puts a document's tokens into the search index, in place of what was there.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn search_put(&mut self, doc: Uuid, tokens: &[String]) -> Result<(), Error> {
        let text = dialect::document(self.engine(), tokens);
        match self.engine() {
            Engine::Postgres => self.execute(&PUT_POSTGRES, &params![doc, text])?,
            Engine::Sqlite => {
                let docid: i64 = self.scalar(&PUT_SQLITE, &params![doc])?;
                self.execute(&INDEX_SQLITE, &params![docid, text])?
            }
        };
        Ok(())
    }

    /// Whether the engine accepts every statement, without running any: the failures by name.
    pub fn unprepared(&mut self, statements: &[(String, String)]) -> Vec<String> {
        let engine = self.engine();
        let failed = statements.iter().filter_map(|(name, text)| {
            let text = dialect::expand(Cow::Owned(text.clone()), engine);
            let outcome = match &mut self.0 {
                Inner::Sqlite(connection) => connection.prepare(&text).map(drop).map_err(Error::from),
                Inner::Postgres(session) => session.prepare(&text).map(drop),
            };
            outcome.err().map(|error| format!("{engine:?} {name}: {error:?}"))
        });
        failed.collect()
    }
}

const PUT_POSTGRES: crate::Sql = crate::Sql {
    name: "db::tx::PUT_POSTGRES",
    text: "INSERT INTO search_document (doc, tokens) VALUES ($1, CAST(CAST($2 AS TEXT) AS tsvector)) \
           ON CONFLICT (doc) DO UPDATE SET tokens = excluded.tokens",
};
const PUT_SQLITE: crate::Sql = crate::Sql {
    name: "db::tx::PUT_SQLITE",
    text: "INSERT INTO search_document (doc) VALUES ($1) ON CONFLICT (doc) DO UPDATE SET doc = excluded.doc RETURNING docid",
};
const INDEX_SQLITE: crate::Sql = crate::Sql {
    name: "db::tx::INDEX_SQLITE",
    text: "INSERT OR REPLACE INTO search_index (rowid, tokens) VALUES ($1, $2)",
};

fn sqlite_rows<E: From<Error>>(
    connection: &rusqlite::Connection,
    text: &str,
    values: &[Value],
    each: &mut impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let mut prepared = connection.prepare_cached(text).map_err(Error::from)?;
    let columns: Arc<[String]> = prepared.column_names().map(str::to_owned).collect();
    let mut rows = prepared.query(rusqlite::params_from_iter(values)).map_err(Error::from)?;
    while let Some(row) = rows.next().map_err(Error::from)? {
        let values = (0..columns.len()).map(|at| row.get_ref(at).map(crate::sqlite::from_ref));
        let values = values.collect::<Result<_, _>>().map_err(Error::from)?;
        each(Row::new(&columns, values))?;
    }
    Ok(())
}
