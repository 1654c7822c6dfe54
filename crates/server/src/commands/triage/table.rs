//! A csv file in memory, its columns by name.

use std::{fs::File, io::Read, path::Path};

use web::Problem;

/// A table with a head.
pub(super) struct Table {
    head: csv::StringRecord,
    pub rows: Vec<csv::StringRecord>,
}

/// Reads a file.
pub(super) fn open(path: &Path) -> Result<Table, Problem> {
    let file = File::open(path).map_err(|error| unreadable(&path.display().to_string(), &error))?;
    read(file, &path.display().to_string())
}

fn unreadable(name: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::Malformed(format!("读不了 {name}：{error}"))
}

/// Reads a table from anywhere; `name` stands in refusals.
pub(super) fn read(from: impl Read, name: &str) -> Result<Table, Problem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(from);
    let head = reader.headers().map_err(|error| unreadable(name, &error))?;
    let head = head.iter().map(|title| title.trim_start_matches('\u{feff}').trim()).collect();
    let rows = reader.records().collect::<Result<Vec<_>, _>>().map_err(|error| unreadable(name, &error))?;
    Ok(Table { head, rows })
}

impl Table {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Result<usize, Problem> {
        let have = || self.head.iter().collect::<Vec<_>>().join("、");
        let place = self.head.iter().position(|title| title == name);
        place.ok_or_else(|| Problem::Malformed(format!("没有“{name}”这一列；有：{}", have())))
    }

    /// The places of columns.
    pub fn columns(&self, names: &[String]) -> Result<Vec<usize>, Problem> {
        names.iter().map(|name| self.column(name)).collect()
    }
}

/// Texts of several columns as one, each a sentence.
pub(super) fn text(row: &csv::StringRecord, columns: &[usize]) -> String {
    columns.iter().filter_map(|column| row.get(*column)).collect::<Vec<_>>().join("。\n")
}

/// What stands in a column; nothing where the row is short.
pub(super) fn cell(row: &csv::StringRecord, column: Option<usize>) -> &str {
    column.and_then(|column| row.get(column)).unwrap_or_default().trim()
}
