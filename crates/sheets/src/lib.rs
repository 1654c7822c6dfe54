#![doc = include_str!("../README.md")]

mod encoding;
mod rows;
mod workbook;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, Read as _},
    path::Path,
};

use kernel::{RunningDigest, hex};

pub use encoding::{Encoding, words_of};
pub use rows::{Rows, rows};

/// Bytes a csv file may have, before anything of it is read: it is read row by row.
const LIMIT: u64 = 1024 * 1024 * 1024;
/// Bytes a workbook may have.
const WORKBOOK_LIMIT: u64 = 200 * 1024 * 1024;
/// Columns of a table.
const COLUMNS: usize = 300;
/// Rows of a table; a sheet holds no more.
const ROWS: usize = 1_048_576;
/// Bytes of a row.
const ROW: usize = 1024 * 1024;

/// Why a file cannot be read. The sentence is for the person who chose it.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file is not there, too large, or not a table.
    #[error("{0}")]
    File(String),
}

/// A row: header name → cell, trimmed; with its line number in the file.
pub type Line = (usize, BTreeMap<String, String>);

/// What a table is, without its rows.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The header names in their order.
    pub headers: Vec<String>,
    /// Rows below the header.
    pub rows: usize,
    /// How it is written.
    pub encoding: Encoding,
}

fn refuse(words: impl Into<String>) -> TableError {
    TableError::File(words.into())
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> TableError {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    refuse(format!("无法读取 {name}：{error}"))
}

fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}

/// Reads the whole table.
///
/// # Errors
/// When the file cannot be opened, is no table, or holds more than a table may.
pub fn read(path: &Path) -> Result<Vec<Line>, TableError> {
    read_with_headers(path).map(|(_, lines)| lines)
}

/// The same with the header names in their order.
///
/// # Errors
/// As [`read`].
pub fn read_with_headers(path: &Path) -> Result<(Vec<String>, Vec<Line>), TableError> {
    let mut lines = Vec::new();
    let survey = walk(path, &mut |line| {
        lines.push(line);
        Ok(())
    })?;
    Ok((survey.headers, lines))
}

/// Reads the whole table and keeps none of its rows: afterwards it is known that every line can be read, and how many
/// there are.
///
/// # Errors
/// As [`read`].
pub fn survey(path: &Path) -> Result<Survey, TableError> {
    walk(path, &mut |_| Ok(()))
}

/// Hands every row on.
fn walk(path: &Path, each: &mut dyn FnMut(Line) -> Result<(), TableError>) -> Result<Survey, TableError> {
    let size = fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
    let limit = if is_workbook(path) { WORKBOOK_LIMIT } else { LIMIT };
    if size > limit {
        return Err(refuse(format!("文件超过 {} MB，请分开导入", limit / 1024 / 1024)));
    }
    let mut lines = Lines { headers: None, rows: 0, each };
    let encoding = if is_workbook(path) {
        workbook::read(path, &mut lines)?;
        Encoding::Workbook
    } else {
        text(path, &mut lines)?
    };
    Ok(Survey { headers: lines.headers.unwrap_or_default(), rows: lines.rows, encoding })
}

/// SM3 over the file's bytes, lower-case hexadecimal.
///
/// # Errors
/// When the file cannot be read.
pub fn digest(path: &Path) -> Result<String, TableError> {
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let (mut digest, mut piece) = (RunningDigest::default(), vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut piece).map_err(|error| unreadable(path, &error))?;
        match piece.get(..read) {
            Some(bytes) if read > 0 => digest.add(bytes),
            _ => return Ok(hex(&digest.finish())),
        }
    }
}

/// The rows of a table as they come.
struct Lines<'a> {
    headers: Option<Vec<String>>,
    rows: usize,
    each: &'a mut dyn FnMut(Line) -> Result<(), TableError>,
}

impl Lines<'_> {
    fn add(&mut self, number: usize, cells: &[String]) -> Result<(), TableError> {
        if cells.len() > COLUMNS {
            return Err(refuse(format!(
                "第 {number} 行有 {} 列，最多 {COLUMNS} 列，请检查文件",
                cells.len()
            )));
        }
        if cells.iter().map(String::len).sum::<usize>() > ROW {
            return Err(refuse(format!("第 {number} 行超过 1 MB，不像正常的表格，请检查文件")));
        }
        if self.rows >= ROWS {
            return Err(refuse(format!("超过 {ROWS} 行，请分开导入")));
        }
        let Some(headers) = &self.headers else {
            let names = cells.iter().map(|name| seen(name.trim_start_matches('\u{feff}').trim()));
            self.headers = Some(names.collect());
            return Ok(());
        };
        let first = cells.first().map_or("", |cell| cell.trim());
        // The mark at the end of our own exports, and lines without anything.
        if first.starts_with('※') || cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        let cells = cells.iter().map(|cell| seen(plain(cell)));
        self.rows += 1;
        (self.each)((number, headers.iter().cloned().zip(cells).collect()))
    }
}

/// A cell without the blanks around it, and without the apostrophe that our exports put before what a spreadsheet would
/// compute (SEC_25).
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    let dangerous = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start().starts_with(dangerous) => rest,
        _ => cell,
    }
}

/// Without NUL, which no engine stores, and without what turns the direction of writing (SEC_51).
fn seen(cell: &str) -> String {
    cell.replace(|sign: char| sign == '\0' || kernel::mask::turns(sign), "")
}

fn text(path: &Path, lines: &mut Lines) -> Result<Encoding, TableError> {
    let open = || File::open(path).map(BufReader::new);
    let encoding = encoding::detect(|| open().map_err(|error| unreadable(path, &error)))?;
    let file = open().map_err(|error| unreadable(path, &error))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(io::BufReader::new(encoding::Decoding::of(file, encoding)));
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| unreadable(path, &error))?;
        lines.add(at + 1, &record.iter().map(str::to_owned).collect::<Vec<_>>())?;
    }
    Ok(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_of_an_export_comes_off_and_its_mark_is_no_row() {
        assert_eq!((plain("'=1+1"), plain("'平安'"), plain(" 甲 ")), ("=1+1", "'平安'", "甲"));
        let mut kept = Vec::new();
        let mut each = |line: Line| {
            kept.push(line);
            Ok(())
        };
        let mut lines = Lines { headers: None, rows: 0, each: &mut each };
        for (at, cells) in
            [["\u{feff}甲", "乙"], ["1", "'+86"], ["", " "], ["※ DC-2026-00001", ""]].iter().enumerate()
        {
            lines.add(at + 1, &cells.map(str::to_owned)).unwrap();
        }
        assert_eq!(lines.rows, 1);
        let [(number, row)] = &kept[..] else { panic!("{kept:?}") };
        assert_eq!((*number, row["甲"].as_str(), row["乙"].as_str()), (2, "1", "+86"));
    }

    /// Found by fuzzing: a NUL in a cell was a fault of the database.
    #[test]
    fn names_and_cells_hold_no_nul() {
        let mut kept = Vec::new();
        let mut each = |line: Line| {
            kept.push(line);
            Ok(())
        };
        let mut lines = Lines { headers: None, rows: 0, each: &mut each };
        lines.add(1, &["登记\0编号".to_owned()]).unwrap();
        lines.add(2, &["12\0\u{202e}3".to_owned()]).unwrap();
        assert_eq!(lines.headers.as_deref(), Some(&["登记编号".to_owned()][..]));
        assert_eq!(kept[0].1["登记编号"], "123");
    }

    #[test]
    fn sec_26_what_is_too_wide_or_too_long_is_refused() {
        let mut each = |_| Ok(());
        let mut lines = Lines { headers: None, rows: 0, each: &mut each };
        assert!(lines.add(1, &vec![String::new(); COLUMNS + 1]).is_err());
        assert!(lines.add(1, &["长".repeat(ROW)]).is_err());
    }
}
