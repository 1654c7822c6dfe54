//! The first sheet of an XLSX, cell by cell.

use std::{
    fs::File,
    io::{self, BufReader, Read as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use calamine::{Data, DataRef, Reader as _, Xlsx, open_workbook};

use crate::{COLUMNS, Lines, TableError, refuse, unreadable};

/// Bytes a workbook may unpack to: its texts are held in memory while it is read.
const UNPACKED: u64 = 600 * 1024 * 1024;
/// Parts of a workbook.
const PARTS: usize = 2_000;

/// Reads a workbook after its parts were counted.
pub(crate) fn read(path: &Path, lines: &mut Lines) -> Result<(), TableError> {
    unpacks(path, UNPACKED)?;
    caught(path, || workbook(path, lines))
}

/// A fault of whoever reads workbooks for us is a fault of the file to the person who chose it: the thread that reads rows must
/// not end as if the table did.
fn caught(path: &Path, read: impl FnOnce() -> Result<(), TableError>) -> Result<(), TableError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(unreadable(path, &"工作簿的内容不合规范，请用表格软件另存为 xlsx 或者 CSV 再导入"))
    })
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

/// Cell by cell: a sheet with one cell in each far corner is not spread out in memory.
fn workbook(path: &Path, lines: &mut Lines) -> Result<(), TableError> {
    let wrong = |error: calamine::XlsxError| unreadable(path, &error);
    let mut book: Xlsx<_> = open_workbook(path).map_err(wrong)?;
    let name = book.sheet_names().into_iter().next().ok_or_else(|| unreadable(path, &"没有工作表"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(wrong)?;
    let (mut at, mut row): (u32, Vec<String>) = (0, Vec::new());
    while let Some(found) = cells.next_cell().map_err(wrong)? {
        let ((line, column), column_at) = (found.get_position(), found.get_position().1 as usize);
        // A sheet names the row of each cell; one that goes back would tell a row twice, or another one's cells.
        if line < at {
            let (line, at) = (line + 1, at + 1);
            return Err(unreadable(
                path,
                &format!("第 {at} 行里写着第 {line} 行的单元格，请用表格软件另存为 xlsx 或者 CSV 再导入"),
            ));
        }
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
    use std::{fs, io::Write as _};

    use super::*;

    #[test]
    fn a_reader_that_breaks_down_is_a_file_that_cannot_be_read() {
        let said = caught(Path::new("a.xlsx"), || panic!("index out of bounds")).unwrap_err().to_string();
        assert!(said.starts_with("无法读取 a.xlsx：工作簿的内容不合规范"), "{said}");
    }

    /// Found by feeding the importer damaged sheets.
    #[test]
    fn a_cell_of_an_earlier_row_is_no_second_row() {
        const BOOK: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const LINK: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let path = std::env::temp_dir().join(format!("xiaobao-back-{}.xlsx", std::process::id()));
        let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
        let cell = |at: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{at}</t></is></c>"#);
        let rows = format!(
            r#"<row r="1">{}</row><row r="2">{}{}{}</row>"#,
            cell("A1"),
            cell("A2"),
            cell("B1"),
            cell("C2")
        );
        for (name, text) in [
            (
                "_rels/.rels",
                format!(
                    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{LINK}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    r#"<workbook xmlns="{BOOK}" xmlns:r="{LINK}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!(r#"<worksheet xmlns="{BOOK}"><sheetData>{rows}</sheetData></worksheet>"#),
            ),
        ] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
        let refused = crate::read_with_headers(&path).unwrap_err().to_string();
        fs::remove_file(&path).unwrap();
        assert!(refused.contains("第 2 行里写着第 1 行的单元格"), "{refused}");
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
