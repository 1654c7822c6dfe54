//! What a command leaves for its end: statements whose answer it does not need, and rows that lock what everybody needs.

use std::any::Any;

use super::{Inner, Tx};
use crate::{Error, Statement, Value, dialect, dialect::Engine, sqlite};

/// Rows that are written when a command has done everything else, because writing them locks what every other command
/// needs too. They are written before any statement that names their table, and before and after [`Tx::attempt`].
pub trait Last: Any + Send {
    /// The table.
    fn table(&self) -> &'static str;

    /// Writes what waits.
    ///
    /// # Errors
    /// Whatever the engine says; then the command fails too.
    fn write(self: Box<Self>, tx: &mut Tx) -> Result<(), Error>;
}

impl Tx<'_> {
    /// What of kind `T` is written at the end of this command, to be added to.
    ///
    /// # Errors
    /// When rows of another kind wait and cannot be written.
    pub fn last<T: Last + Default>(&mut self) -> Result<&mut T, Error> {
        let is_ours = self.last.as_deref().is_some_and(|last| (last as &dyn Any).is::<T>());
        if !is_ours {
            self.write_last()?;
            self.last = Some(Box::<T>::default());
        }
        let last = self.last.as_deref_mut().and_then(|last| (last as &mut dyn Any).downcast_mut());
        last.ok_or_else(|| Error::Other("what is written last was lost".to_owned()))
    }

    pub(crate) fn write_last(&mut self) -> Result<(), Error> {
        match self.last.take() {
            Some(last) if self.failed.is_none() => last.write(self),
            _ => Ok(()),
        }
    }

    /// Writes what waits before a statement that may look at it.
    pub(super) fn write_before(&mut self, text: &str) -> Result<(), Error> {
        if self.last.as_ref().is_some_and(|last| text.contains(last.table())) {
            self.write_last()?;
        }
        if self.words().is_some_and(|words| words.mark() > 0) && text.contains("SEARCH_") {
            self.write_words()?;
        }
        Ok(())
    }

    /// Writes what SQLite's search index was told, so that this transaction finds it.
    pub(super) fn write_words(&mut self) -> Result<(), Error> {
        self.ask(|inner| match inner {
            Inner::Sqlite(connection, Some(words)) => words.write(connection),
            Inner::Sqlite(_, None) | Inner::Postgres(_) => Ok(()),
        })
    }

    /// Runs a change of which nobody needs to know how many rows it touched. PostgreSQL gets it together with the next
    /// statement that has an answer, or with the commit: what it says against it is told there, with this statement's
    /// name, and the whole command fails. What may fail and be told to the user is for [`Tx::execute`].
    ///
    /// # Errors
    /// Whatever the engine says of it, or of one before.
    pub fn put(&mut self, statement: &impl Statement, values: &[Value]) -> Result<(), Error> {
        let text = statement.text();
        self.write_before(&text)?;
        let answer = |inner: &mut Inner| {
            values.iter().try_for_each(Value::check)?;
            match inner {
                Inner::Sqlite(connection, _) => sqlite::execute(connection, &text, values).map(drop),
                Inner::Postgres(session) => {
                    session.put(&statement.name(), &dialect::expand(&text, Engine::Postgres), values)
                }
            }
        };
        self.ask(|inner| answer(inner).map_err(|error: Error| error.at(&statement.name())))
    }

    /// Says that the next statement locks a row that many commands need. On PostgreSQL the commit then lets it go before
    /// the disk has it; the answer still waits for the disk.
    pub fn holds_hot_rows(&mut self) {
        if let Inner::Postgres(session) = &mut self.inner {
            session.hold_hot_rows();
        }
    }

    pub(super) fn flush(&mut self) -> Result<(), Error> {
        self.ask(|inner| match inner {
            Inner::Sqlite(..) => Ok(()),
            Inner::Postgres(session) => session.flush(),
        })
    }

    /// Forgets what waits, because it is undone.
    pub(super) fn forget(&mut self) {
        self.last = None;
        if let Inner::Postgres(session) = &mut self.inner {
            session.forget();
        }
    }
}
