//! The tables as they are, for moving a whole database from one engine to the other.

use std::borrow::Cow;

use crate::{Db, Error, Row, Statement, Tx, Value, dialect};

/// A table of the schema, with its columns in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    name: String,
    columns: Vec<String>,
}

impl Table {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}

/// A statement made from the catalogue, never from what a person typed.
struct Made(String);

impl Statement for Made {
    fn text(&self) -> Cow<'static, str> {
        self.0.clone().into()
    }

    fn name(&self) -> Cow<'static, str> {
        self.0.clone().into()
    }
}

impl Db {
    /// Every table, those that are referred to before those that refer to them. Without the tables of this crate: the
    /// record of migrations belongs to each engine, and the search index is made anew from the records.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn list_tables(&self) -> Result<Vec<Table>, Error> {
        self.read(tables).await
    }
}

fn tables(tx: &mut Tx) -> Result<Vec<Table>, Error> {
    let mut waiting: Vec<Table> = Vec::new();
    for row in tx.query(&dialect::columns(tx.engine()), &[])? {
        let (name, column): (String, String) = (row.get("table_name")?, row.get("column_name")?);
        match waiting.last_mut() {
            Some(table) if table.name == name => table.columns.push(column),
            _ => waiting.push(Table { name, columns: vec![column] }),
        }
    }
    waiting.retain(|table| !table.name.starts_with("search_") && table.name != "schema_migration");
    let rows = tx.query(&dialect::references(tx.engine()), &[])?;
    let references: Vec<(String, String)> =
        rows.iter().map(|row| Ok((row.get("child")?, row.get("parent")?))).collect::<Result<_, Error>>()?;
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let ready = |table: &Table, waiting: &[Table]| {
            let mut parents =
                references.iter().filter(|(child, parent)| *child == table.name && child != parent);
            parents.all(|(_, parent)| waiting.iter().all(|other| other.name != *parent))
        };
        let at = waiting.iter().position(|table| ready(table, &waiting));
        let at = at.ok_or_else(|| Error::Other("the tables refer to each other in a circle".to_owned()))?;
        ordered.push(waiting.remove(at));
    }
    Ok(ordered)
}

impl Tx<'_> {
    /// Hands on every row of a table, in the order of [`Table::columns`].
    ///
    /// # Errors
    /// Whatever the engine or `each` says.
    pub fn dump<E: From<Error>>(
        &mut self,
        table: &Table,
        each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let columns = table.columns.join("\", \"");
        self.for_each(&Made(format!("SELECT \"{columns}\" FROM \"{}\"", table.name)), &[], each)
    }

    /// Stores a row as [`Tx::dump`] gave it, from either engine.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn load(&mut self, table: &Table, values: &[Value]) -> Result<(), Error> {
        let columns = table.columns.join("\", \"");
        let places: Vec<_> = (1..=table.columns.len()).map(|number| format!("${number}")).collect();
        let text = format!("INSERT INTO \"{}\" (\"{columns}\") VALUES ({})", table.name, places.join(", "));
        self.execute(&Made(text), values).map(drop)
    }
}
