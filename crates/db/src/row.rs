//! A row of an answer, read by column name.

use std::sync::Arc;

use crate::{Error, FromValue, Value};

/// One row. Column names are shared by all rows of an answer.
#[derive(Clone, Debug)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(columns: &Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns: Arc::clone(columns), values }
    }

    /// Reads column `name`.
    ///
    /// # Errors
    /// [`Error::Column`] when there is no such column or it holds another kind of value.
    pub fn get<T: FromValue>(&self, name: &'static str) -> Result<T, Error> {
        let at = self.columns.iter().position(|column| column == name);
        let value = at.and_then(|at| self.values.get(at));
        value
            .and_then(T::from_value)
            .ok_or_else(|| Error::Column { name, wanted: T::WANTED, found: format!("{value:.60?}") })
    }

    /// Reads the first column: counts and other single answers.
    ///
    /// # Errors
    /// [`Error::Column`] when it holds another kind of value.
    pub fn first<T: FromValue>(&self) -> Result<T, Error> {
        let value = self.values.first();
        value.and_then(T::from_value).ok_or_else(|| Error::Column {
            name: "(first)",
            wanted: T::WANTED,
            found: format!("{value:.60?}"),
        })
    }

    /// All values, in the order of [`Row::columns`].
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The column names.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}
