//! A csv file of one's own shape in memory: columns by name, for commands that read and store nothing.

use std::{fs, io::Read, path::Path};

use jiff::{
    civil::{Date, DateTime},
    fmt::strtime,
};
use web::Problem;

/// A table with a head.
pub(super) struct Table {
    head: csv::StringRecord,
    pub rows: Vec<csv::StringRecord>,
}

/// Reads a file, in UTF-8 or as Excel in China writes it.
pub(super) fn open(path: &Path) -> Result<Table, Problem> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| unreadable(&name, &error))?;
    let (text, _) = sheets::words_of(&bytes).map_err(|error| unreadable(&name, &error))?;
    read(text.as_bytes(), &name)
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
        let place = self.head.iter().position(|title| title == name.trim());
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

/// The day of a cell in the forms that files have it.
pub(super) fn date(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    if let Ok(time) = text.parse::<DateTime>() {
        return Some(time.date());
    }
    let formats = [
        "%m/%d/%Y %I:%M:%S %p",
        "%m/%d/%Y %H:%M",
        "%m/%d/%Y",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
        "%Y/%m/%d",
    ];
    let parsed = formats.iter().find_map(|format| strtime::parse(format, text).ok()?.to_date().ok());
    parsed.or_else(|| text.get(..10)?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_files_we_meet_are_read() {
        let day = jiff::civil::date(2018, 4, 12);
        for text in [
            "2018-04-12",
            "2018-04-12 11:11:26",
            "2018-04-12T11:11",
            "04/12/2018 11:11:26 AM",
            "04/12/2018",
            "2018/4/12",
        ] {
            assert_eq!(date(text), Some(day), "{text}");
        }
        assert_eq!(date("昨天"), None);
    }
}
