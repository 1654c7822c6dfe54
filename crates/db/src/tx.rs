//! A transaction, lent to a command or a query.

pub(crate) mod last;
mod search;

use std::{
    any::Any,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use last::Last;

use crate::{
    Cursor, Error, FromValue, Page, Row, Select, Statement, Value, dialect, dialect::Engine,
    postgres::Session, sqlite, sqlite::Words,
};

/// One transaction. Commands get it by [`crate::Db::write`], queries by [`crate::Db::read`]; it ends when they return.
///
/// After a statement has failed the transaction is spent, on both engines alike: nothing more can be asked, and it is
/// undone even if the command says `Ok`. What may fail and be survived goes into [`Tx::attempt`].
pub struct Tx<'a> {
    inner: Inner<'a>,
    failed: Option<Error>,
    /// What is written at its end, in this order.
    last: Vec<Box<dyn Last>>,
}

enum Inner<'a> {
    /// With what its search index is to learn, when it may write.
    Sqlite(&'a rusqlite::Connection, Option<&'a Words>),
    Postgres(&'a mut Session),
}

/// Runs a command or a query: a panic becomes an error, and so does an `Ok` after a failed statement.
pub(crate) fn guarded<T, E: From<Error>>(
    tx: &mut Tx,
    work: impl FnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    let whole = |tx: &mut Tx| {
        let value = work(tx)?;
        tx.write_last()?;
        Ok(value)
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| whole(tx)))
        .unwrap_or_else(|cause| Err(Error::Panicked(words(&*cause)).into()));
    match &tx.failed {
        Some(error) if outcome.is_ok() => Err(error.clone().into()),
        _ => outcome,
    }
}

fn words(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_default()
}

impl<'a> Tx<'a> {
    pub(crate) const fn sqlite(connection: &'a rusqlite::Connection, words: Option<&'a Words>) -> Self {
        Self { inner: Inner::Sqlite(connection, words), failed: None, last: Vec::new() }
    }

    pub(crate) const fn postgres(session: &'a mut Session) -> Self {
        Self { inner: Inner::Postgres(session), failed: None, last: Vec::new() }
    }

    /// True when a statement has failed and nobody attempted it.
    pub(crate) const fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Which engine answers.
    pub const fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(..) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Asks the engine, unless the transaction is spent; remembers a failure.
    fn ask<T>(&mut self, ask: impl FnOnce(&mut Inner<'a>) -> Result<T, Error>) -> Result<T, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let answer = ask(&mut self.inner);
        self.failed = answer.as_ref().err().cloned();
        answer
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
    pub fn select(&mut self, list: &Select) -> Result<Vec<Row>, Error> {
        self.query(list, &list.values())
    }

    /// One page of a list made with [`Select::pages`].
    ///
    /// # Errors
    /// [`Error::Cursor`] when the cursor was made for another list; whatever the engine or `read` says.
    pub fn page<T, E: From<Error>>(
        &mut self,
        list: &Select,
        read: impl FnMut(&Row) -> Result<T, E>,
    ) -> Result<Page<T>, E> {
        let (keys, size) = list.page().ok_or_else(|| Error::Other("the list has no pages".to_owned()))?;
        if !list.cursor_fits() {
            return Err(Error::Cursor.into());
        }
        let mut rows = self.select(list).map_err(|error| match error {
            Error::Parameter(_) => Error::Cursor,
            other => other,
        })?;
        let more = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| more);
        let next = last.map(|row| cursor(row, &keys)).transpose()?;
        Ok(Page { rows: rows.iter().map(read).collect::<Result<_, _>>()?, next })
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
            None => Err(Error::Column {
                statement: statement.name().into_owned(),
                name: "(first)",
                wanted: T::WANTED,
                found: "no row".to_owned(),
            }),
        }
    }

    /// Hands each row on as it comes, without holding them all: for exports.
    ///
    /// # Errors
    /// Whatever the engine or `each` says; after an error of `each` no more rows are read.
    pub fn for_each<E: From<Error>>(
        &mut self,
        statement: &impl Statement,
        values: &[Value],
        mut each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut stopped = None;
        self.rows(statement, values, &mut |row| match each(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                stopped = Some(error);
                ControlFlow::Break(())
            }
        })?;
        stopped.map_or(Ok(()), Err)
    }

    fn rows(
        &mut self,
        statement: &impl Statement,
        values: &[Value],
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let (name, text) = (statement.name(), statement.text());
        self.write_before(&text)?;
        let mut answer = |inner: &mut Inner| {
            values.iter().try_for_each(Value::check)?;
            match inner {
                Inner::Sqlite(connection, _) => sqlite::rows(connection, (&name, &text), values, each),
                Inner::Postgres(session) => {
                    session.rows((&name, &dialect::expand(&text, Engine::Postgres)), values, each)
                }
            }
        };
        self.ask(|inner| answer(inner).map_err(|error| error.at(&name)))
    }

    /// Runs a change; the number of rows it touched.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn execute(&mut self, statement: &impl Statement, values: &[Value]) -> Result<u64, Error> {
        let text = statement.text();
        self.write_before(&text)?;
        let answer = |inner: &mut Inner| {
            values.iter().try_for_each(Value::check)?;
            match inner {
                Inner::Sqlite(connection, _) => sqlite::execute(connection, &text, values),
                Inner::Postgres(session) => {
                    session.execute(&dialect::expand(&text, Engine::Postgres), values)
                }
            }
        };
        self.ask(|inner| answer(inner).map_err(|error: Error| error.at(&statement.name())))
    }

    /// Runs a change that must touch exactly one row: the check of `version` in its `WHERE`.
    ///
    /// # Errors
    /// [`Error::Stale`] when it touched none; a fault when it touched several.
    pub fn exactly_one(&mut self, statement: &impl Statement, values: &[Value]) -> Result<(), Error> {
        match self.execute(statement, values)? {
            1 => Ok(()),
            0 => Err(Error::Stale),
            more => {
                let error = Error::Other(format!("{}: touched {more} rows instead of one", statement.name()));
                self.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Runs something that may fail and be survived: on an error everything it did is undone and the transaction goes on.
    ///
    /// ```
    /// # db::sql! { REMEMBER = "INSERT INTO seen (key) VALUES ($1)"; }
    /// fn first_time(tx: &mut db::Tx, key: &str) -> Result<bool, db::Error> {
    ///     match tx.attempt(|tx| tx.execute(&REMEMBER, &db::params![key])) {
    ///         Ok(_) => Ok(true),
    ///         Err(error) if error.is_unique("seen.key") => Ok(false),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// What `work` says, or the failure it did not pass on.
    pub fn attempt<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_last()?;
        self.batch("SAVEPOINT attempt")?;
        let told = self.words().map(Words::mark);
        let outcome = work(self).and_then(|value| {
            self.write_last()?;
            self.flush()?;
            Ok(value)
        });
        let failed = self.failed.take();
        if outcome.is_err() || failed.is_some() {
            self.forget();
            self.batch("ROLLBACK TO SAVEPOINT attempt")?;
            self.words().zip(told).into_iter().for_each(|(words, told)| words.back_to(told));
        }
        self.batch("RELEASE SAVEPOINT attempt")?;
        match failed {
            Some(error) if outcome.is_ok() => Err(error.into()),
            _ => outcome,
        }
    }

    /// Runs several statements without parameters.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), Error> {
        self.ask(|inner| match inner {
            Inner::Sqlite(connection, _) => Ok(connection.execute_batch(text)?),
            Inner::Postgres(session) => session.batch(text),
        })
    }

    /// Lets the engine look at a statement without running it.
    pub(crate) fn prepare(&mut self, text: &str) -> Result<(), Error> {
        let text = dialect::expand(text, self.engine());
        self.ask(|inner| match inner {
            Inner::Sqlite(connection, _) => Ok(connection.prepare(&text).map(drop)?),
            Inner::Postgres(session) => session.check(&text),
        })
    }

    const fn words(&self) -> Option<&'a Words> {
        match self.inner {
            Inner::Sqlite(_, words) => words,
            Inner::Postgres(_) => None,
        }
    }
}

fn cursor(row: &Row, keys: &[&'static str]) -> Result<Cursor, Error> {
    let value = |name: &&'static str| match row.value(name) {
        Some(value) if *value != Value::Null => Ok(value.clone()),
        found => Err(Error::Column {
            statement: "page".to_owned(),
            name,
            wanted: "a key of the page",
            found: found.map_or("no such column", Value::kind).to_owned(),
        }),
    };
    Ok(Cursor::of(keys.iter().map(value).collect::<Result<Vec<_>, _>>()?))
}
