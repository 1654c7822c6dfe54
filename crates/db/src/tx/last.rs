//! What a command leaves for its end: statements whose answer it does not need, and rows that lock what everybody needs.

use std::any::Any;

use super::{Inner, Tx};
use crate::{
    Error, Statement, Value, dialect,
    dialect::Engine,
    postgres::{Then, Waiting},
    sqlite,
};

/// What is written when a command has done everything else: because writing it locks what every other command needs too, or
/// because what the command changes step by step is cheaper written once. It is written before any statement that it
/// concerns, and before and after [`Tx::attempt`].
pub trait Last: Any + Send {
    /// Whether a statement may see, or change, what waits.
    fn concerns(&self, text: &str) -> bool;

    /// The place among all that waits: smaller is written earlier.
    fn rank(&self) -> u8 {
        0
    }

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
    /// None that a caller can mend.
    pub fn last<T: Last + Default>(&mut self) -> Result<&mut T, Error> {
        let ours = |last: &dyn Last| (last as &dyn Any).is::<T>();
        let place = self.last.iter().position(|last| ours(last.as_ref())).unwrap_or_else(|| {
            let new = Box::<T>::default();
            let place = self.last.partition_point(|last| last.rank() <= new.rank());
            self.last.insert(place, new);
            place
        });
        let last = self.last.get_mut(place).and_then(|last| (last.as_mut() as &mut dyn Any).downcast_mut());
        last.ok_or_else(|| Error::Other("what is written last was lost".to_owned()))
    }

    pub(crate) fn write_last(&mut self) -> Result<(), Error> {
        while self.failed.is_none() && !self.last.is_empty() {
            self.last.remove(0).write(self)?;
        }
        Ok(())
    }

    /// Writes what waits before a statement that may look at it.
    pub(super) fn write_before(&mut self, text: &str) -> Result<(), Error> {
        while let Some(place) = self.last.iter().position(|last| last.concerns(text)) {
            self.last.remove(place).write(self)?;
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
        self.send(statement, values, Then::Forget)
    }

    /// [`Tx::exactly_one`] for a command that goes on without the answer: PostgreSQL tells with the next statement that has
    /// one, and before the commit, that the row was not there or of another version.
    ///
    /// # Errors
    /// [`Error::Stale`] when it touched none or several, here or from a later statement; as [`Tx::put`].
    pub fn put_one(&mut self, statement: &impl Statement, values: &[Value]) -> Result<(), Error> {
        self.send(statement, values, Then::One)
    }

    /// Says that the command will ask this later, with the same values: PostgreSQL is asked together with the next statement
    /// that has an answer, and [`Tx::query`] then has it without a wait. The answer is of that moment, so this is for rows that
    /// nobody else changes meanwhile, because what they belong to is locked; what this command changes of its tables afterwards
    /// makes it be asked anew. Does nothing on SQLite, which is asked without a wait, nor where something that is
    /// written last concerns it.
    ///
    /// # Errors
    /// Whatever the engine says of a statement before.
    pub fn ahead(&mut self, statement: &impl Statement, values: &[Value]) -> Result<(), Error> {
        let text = statement.text();
        let waits = self.last.iter().any(|last| last.concerns(&text));
        if waits || self.engine() == Engine::Sqlite {
            Ok(())
        } else {
            self.send(statement, values, Then::Keep)
        }
    }

    fn send(&mut self, statement: &impl Statement, values: &[Value], then: Then) -> Result<(), Error> {
        let text = statement.text();
        self.write_before(&text)?;
        let answer = |inner: &mut Inner| {
            values.iter().try_for_each(Value::check)?;
            match inner {
                Inner::Sqlite(connection, _) => match sqlite::execute(connection, &text, values)? {
                    touched if then == Then::One && touched != 1 => Err(Error::Stale),
                    _ => Ok(()),
                },
                Inner::Postgres(session) => session.put(Waiting {
                    name: statement.name().into_owned(),
                    text: dialect::expand(&text, Engine::Postgres).into_owned(),
                    values: values.to_vec(),
                    then,
                }),
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
        self.last.clear();
        if let Inner::Postgres(session) = &mut self.inner {
            session.forget();
        }
    }
}
