#![doc = include_str!("../README.md")]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, Read as _},
    path::Path,
};

use calamine::{Data, DataRef, Reader as _, Xlsx, open_workbook};
use kernel::{RunningDigest, hex};

/// Bytes a file may have, before anything of it is read.
const LIMIT: u64 = 200 * 1024 * 1024;
/// Bytes a workbook may unpack to: it is held in memory while it is read.
const UNPACKED: u64 = 600 * 1024 * 1024;
/// Parts of a workbook.
const PARTS: usize = 2_000;
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

fn refuse(words: impl Into<String>) -> TableError {
    TableError::File(words.into())
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> TableError {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    refuse(format!("无法读取 {name}：{error}"))
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
    let size = fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
    if size > LIMIT {
        return Err(refuse("文件超过 200 MB，请分开导入"));
    }
    let mut lines = Lines::default();
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        unpacks(path, UNPACKED)?;
        workbook(path, &mut lines)?;
    } else {
        text(path, &mut lines)?;
    }
    Ok((lines.headers.unwrap_or_default(), lines.lines))
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

/// Unpacks every part of a workbook into nothing and counts: what a part says of its own size is not believed.
fn unpacks(path: &Path, limit: u64) -> Result<(), TableError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file))
        .map_err(|_| refuse("这不是 xlsx 文件，请另存为 xlsx 或者 CSV 再导入"))?;
    if archive.len() > PARTS {
        return Err(refuse("xlsx 文件里的部件过多，不像正常的表格，已拒绝"));
    }
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| unreadable(path, &error))?;
        let read =
            io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|error| unreadable(path, &error))?;
        left = left.checked_sub(read).ok_or_else(|| {
            refuse(format!(
                "xlsx 文件展开后超过 {} MB，不像正常的表格，已拒绝；请分开导入",
                limit / 1024 / 1024
            ))
        })?;
    }
    Ok(())
}

/// The rows of a table as they come.
#[derive(Default)]
struct Lines {
    headers: Option<Vec<String>>,
    lines: Vec<Line>,
}

impl Lines {
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
        if self.lines.len() >= ROWS {
            return Err(refuse(format!("超过 {ROWS} 行，请分开导入")));
        }
        let Some(headers) = &self.headers else {
            let names = cells.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned());
            self.headers = Some(names.collect());
            return Ok(());
        };
        let first = cells.first().map_or("", |cell| cell.trim());
        // The mark at the end of our own exports, and lines without anything.
        if first.starts_with('※') || cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        let cells = cells.iter().map(|cell| plain(cell).replace(kernel::mask::turns, ""));
        self.lines.push((number, headers.iter().cloned().zip(cells).collect()));
        Ok(())
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

fn text(path: &Path, lines: &mut Lines) -> Result<(), TableError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(BufReader::new(file));
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| match error.kind() {
            csv::ErrorKind::Utf8 { .. } => {
                refuse("文件不是 UTF-8 编码，请在表格软件里另存为“CSV UTF-8”或者 xlsx 再导入")
            }
            _ => unreadable(path, &error),
        })?;
        lines.add(at + 1, &record.iter().map(str::to_owned).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Cell by cell: a sheet with one cell in each far corner is not spread out in memory.
fn workbook(path: &Path, lines: &mut Lines) -> Result<(), TableError> {
    let wrong = |error: calamine::XlsxError| unreadable(path, &error);
    let mut book: Xlsx<_> = open_workbook(path).map_err(wrong)?;
    let name = book.sheet_names().into_iter().next().ok_or_else(|| unreadable(path, &"没有工作表"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(wrong)?;
    let (mut at, mut row): (u32, Vec<String>) = (0, Vec::new());
    while let Some(found) = cells.next_cell().map_err(wrong)? {
        let ((line, column), column_at) = (found.get_position(), found.get_position().1 as usize);
        if line != at {
            lines.add(at as usize + 1, &std::mem::take(&mut row))?;
            at = line;
        }
        if column_at >= COLUMNS {
            let words =
                format!("第 {} 行写到了第 {} 列，最多 {COLUMNS} 列，请检查文件", line + 1, column + 1);
            if matches!(found.get_value(), DataRef::Empty) {
                continue;
            }
            return Err(refuse(words));
        }
        row.resize((column_at + 1).max(row.len()), String::new());
        if let Some(place) = row.get_mut(column_at) {
            *place = cell(&Data::from(found.get_value().clone()));
        }
    }
    lines.add(at as usize + 1, &row)
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_guard_of_an_export_comes_off_and_its_mark_is_no_row() {
        assert_eq!((plain("'=1+1"), plain("'平安'"), plain(" 甲 ")), ("=1+1", "'平安'", "甲"));
        let mut lines = Lines::default();
        for (at, cells) in
            [["\u{feff}甲", "乙"], ["1", "'+86"], ["", " "], ["※ DC-2026-00001", ""]].iter().enumerate()
        {
            lines.add(at + 1, &cells.map(str::to_owned)).unwrap();
        }
        let (number, row) = &lines.lines[0];
        assert_eq!((lines.lines.len(), *number, row["甲"].as_str(), row["乙"].as_str()), (1, 2, "1", "+86"));
    }

    #[test]
    fn sec_26_what_is_too_wide_or_too_long_is_refused() {
        let mut lines = Lines::default();
        assert!(lines.add(1, &vec![String::new(); COLUMNS + 1]).is_err());
        assert!(lines.add(1, &["长".repeat(ROW)]).is_err());
    }

    #[test]
    fn sec_26_a_bomb_is_refused_before_it_is_parsed() {
        let path = std::env::temp_dir().join(format!("xiaobao-bomb-{}.xlsx", std::process::id()));
        let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        let zeros = vec![0_u8; 4 * 1024 * 1024];
        archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
        for _ in 0..3 {
            archive.write_all(&zeros).unwrap();
        }
        archive.finish().unwrap();
        let small = fs::metadata(&path).unwrap().len();
        let refused = unpacks(&path, 8 * 1024 * 1024).unwrap_err().to_string();
        assert!(unpacks(&path, UNPACKED).is_ok());
        fs::remove_file(&path).unwrap();
        assert!(small < 100 * 1024 && refused.contains("展开后超过"), "{small} {refused}");
    }
}
