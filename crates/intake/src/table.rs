//! A table file, row by row by header name: CSV (UTF-8) or the first sheet of an XLSX.

use std::{collections::BTreeMap, fs, path::Path};

use calamine::{Data, Reader as _, Xlsx, open_workbook};

/// Bytes a file may have, before anything of it is read (SEC_26).
const LIMIT: u64 = 200 * 1024 * 1024;

/// Why a file cannot be read. The sentence is for the person who chose it.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file is not there, too large, or not a table.
    #[error("{0}")]
    File(String),
}

/// A row: header name → cell, trimmed; with its line number in the file.
pub type Line = (usize, BTreeMap<String, String>);

/// Reads the whole table.
///
/// # Errors
/// When the file cannot be opened or is no table.
pub fn read(path: &Path) -> Result<Vec<Line>, TableError> {
    let file =
        |error: &dyn std::fmt::Display| TableError::File(format!("无法读取 {}：{error}", path.display()));
    let size = fs::metadata(path).map_err(|error| file(&error))?.len();
    if size > LIMIT {
        return Err(TableError::File("文件超过 200 MB，请分开导入".to_owned()));
    }
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        let mut book: Xlsx<_> = open_workbook(path).map_err(|error: calamine::XlsxError| file(&error))?;
        let sheet =
            book.worksheet_range_at(0).ok_or_else(|| file(&"没有工作表"))?.map_err(|error| file(&error))?;
        let mut rows = sheet.rows();
        let headers: Vec<String> = rows.next().unwrap_or_default().iter().map(cell).collect();
        return Ok(rows
            .enumerate()
            .map(|(at, row)| (at + 2, named(&headers, row.iter().map(cell))))
            .collect());
    }
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(|error| file(&error))?;
    let headers: Vec<String> = reader
        .headers()
        .map_err(|error| file(&error))?
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    let mut lines = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| file(&error))?;
        lines.push((at + 2, named(&headers, record.iter().map(str::to_owned))));
    }
    Ok(lines)
}

fn named(headers: &[String], cells: impl Iterator<Item = String>) -> BTreeMap<String, String> {
    headers.iter().cloned().zip(cells.map(|cell| cell.trim().to_owned())).collect()
}

fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(at) => at.as_datetime_parts(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        other => other.to_string(),
    }
}

trait Parts {
    fn as_datetime_parts(&self) -> String;
}

impl Parts for calamine::ExcelDateTime {
    /// `2019-02-28 11:25:05`, as the CSV files write it.
    fn as_datetime_parts(&self) -> String {
        let (year, month, day, hour, minute, second, _) = self.to_ymd_hms_milli();
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}
