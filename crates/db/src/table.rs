//! The tables as they are, for moving a whole database from one engine to the other.

use std::borrow::Cow;

use crate::{Db, Error, Row, Statement, Tx, Value, dialect};

/// A table of the schema, with its columns in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
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

    /// The columns of its primary key; empty when it has none.
    pub fn key(&self) -> &[String] {
        &self.key
    }
}

impl Table {
    fn new((name, columns): (String, Vec<(i64, String)>)) -> Self {
        let mut key: Vec<_> = columns.iter().filter(|(at, _)| *at > 0).cloned().collect();
        key.sort();
        let key = key.into_iter().map(|(_, column)| column).collect();
        Self { name, columns: columns.into_iter().map(|(_, column)| column).collect(), key }
    }

    /// `"a", "b"`, as a statement names them.
    fn quoted(columns: &[String]) -> String {
        format!("\"{}\"", columns.join("\", \""))
    }
}

/// A statement made from the catalogue, never from what a person typed.
pub(crate) struct Made(pub(crate) String);

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

pub(crate) fn tables(tx: &mut Tx) -> Result<Vec<Table>, Error> {
    let mut found: Vec<(String, Vec<(i64, String)>)> = Vec::new();
    for row in tx.query(&dialect::columns(tx.engine()), &[])? {
        let (name, column): (String, String) = (row.get("table_name")?, row.get("column_name")?);
        let column = (row.get("key_at")?, column);
        match found.last_mut() {
            Some((table, columns)) if *table == name => columns.push(column),
            _ => found.push((name, vec![column])),
        }
    }
    let mut waiting: Vec<Table> = found.into_iter().map(Table::new).collect();
    waiting.retain(|table| !["search_", "schema_"].iter().any(|own| table.name.starts_with(own)));
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

/// Rows of one statement when a table is loaded: many, then few, then the rest one by one, so that few texts are made.
const TOGETHER: [usize; 3] = [400, 20, 1];
/// Parameters of one statement: SQLite takes 32 766, PostgreSQL 65 535.
const PARAMETERS: usize = 30_000;
/// Rows of one page when a table is read: each page is a statement of its own, so none runs into a time limit.
pub(crate) const PAGE: usize = 2_000;

impl Tx<'_> {
    /// Hands on every row of a table, in the order of [`Table::columns`]; in the order of its key, the same on both
    /// engines, where it has one.
    ///
    /// # Errors
    /// Whatever the engine or `each` says.
    pub fn dump<E: From<Error>>(
        &mut self,
        table: &Table,
        mut each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let head = format!("SELECT {} FROM \"{}\"", Table::quoted(&table.columns), table.name);
        if table.key.is_empty() {
            let order = table.columns.iter().map(|column| format!("\"{column}\" NULLS FIRST"));
            let order = order.collect::<Vec<_>>().join(", ");
            return self.for_each(&Made(format!("{head} ORDER BY {order}")), &[], each);
        }
        let key = Table::quoted(&table.key);
        let marks: Vec<_> = (1..=table.key.len()).map(|number| format!("${number}")).collect();
        let places: Vec<_> =
            table.key.iter().filter_map(|key| table.columns.iter().position(|it| it == key)).collect();
        let first = Made(format!("{head} ORDER BY {key} LIMIT {PAGE}"));
        let next = Made(format!("{head} WHERE ({key}) > ({}) ORDER BY {key} LIMIT {PAGE}", marks.join(", ")));
        let mut last: Option<Vec<Value>> = None;
        loop {
            let rows = match &last {
                None => self.query(&first, &[])?,
                Some(last) => self.query(&next, last)?,
            };
            let more = rows.len() == PAGE;
            let end = rows.last().filter(|_| more).map(Row::values);
            last = end.map(|values| places.iter().filter_map(|at| values.get(*at).cloned()).collect());
            rows.into_iter().try_for_each(&mut each)?;
            if last.is_none() {
                return Ok(());
            }
        }
    }

    /// Takes every row of a table away: what migrations put into a database made for a move.
    pub(crate) fn clear(&mut self, table: &Table) -> Result<(), Error> {
        self.execute(&Made(format!("DELETE FROM \"{}\"", table.name)), &[]).map(drop)
    }

    /// Stores rows as [`Tx::dump`] gave them, from either engine.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn load(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<(), Error> {
        let width = table.columns.len().max(1);
        let mut rest = rows;
        for together in TOGETHER {
            let together = together.min(PARAMETERS / width).max(1);
            while rest.len() >= together {
                let (batch, after) = rest.split_at(together);
                self.execute(&Made(insert(table, together)), &batch.concat())?;
                rest = after;
            }
        }
        Ok(())
    }
}

/// The statement that stores `rows` rows.
fn insert(table: &Table, rows: usize) -> String {
    let width = table.columns.len();
    let row = |row: usize| {
        let places: Vec<_> = (1..=width).map(|number| format!("${}", row * width + number)).collect();
        format!("({})", places.join(", "))
    };
    let rows = (0..rows).map(row).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO \"{}\" ({}) VALUES {rows}", table.name, Table::quoted(&table.columns))
}
