//! A row of an answer, read by column name.

use std::sync::Arc;

use crate::{Error, FromValue, Value};

/// What all rows of an answer share: the statement's name and the column names.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) statement: String,
    pub(crate) columns: Vec<String>,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    shape: Arc<Shape>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(shape: &Arc<Shape>, values: Vec<Value>) -> Self {
        Self { shape: Arc::clone(shape), values }
    }

    /// Reads column `name`.
    ///
    /// # Errors
    /// [`Error::Column`] when there is no such column or it holds another kind of value.
    pub fn get<T: FromValue>(&self, name: &'static str) -> Result<T, Error> {
        let at = self.shape.columns.iter().position(|column| column == name);
        self.read(at, name)
    }

    /// Reads the first column: counts and other single answers.
    ///
    /// # Errors
    /// [`Error::Column`] when it holds another kind of value.
    pub fn first<T: FromValue>(&self) -> Result<T, Error> {
        self.read(Some(0), "(first)")
    }

    fn read<T: FromValue>(&self, at: Option<usize>, name: &'static str) -> Result<T, Error> {
        let value = at.and_then(|at| self.values.get(at));
        value.and_then(T::from_value).ok_or_else(|| Error::Column {
            statement: self.shape.statement.clone(),
            name,
            wanted: T::WANTED,
            found: value.map_or("no such column", Value::kind).to_owned(),
        })
    }

    /// The value of a column whose name is not known at build time.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.shape.columns.iter().position(|column| column == name).and_then(|at| self.values.get(at))
    }

    /// All values, in the order of [`Row::columns`].
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The column names.
    pub fn columns(&self) -> &[String] {
        &self.shape.columns
    }
}
