//! Files written row by row: csv and xlsx, safe to open, with the mark of who took them out.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use rust_xlsxwriter::{Format as Style, Workbook, XlsxError};
use web::{Cell, Problem, Result};

use crate::export::Format;

/// Rows of one sheet; a sheet holds 1 048 576. Longer lists go on in the next sheet.
const SHEET: u32 = 1_000_000;
/// Characters of a cell; a sheet's cell holds 32 767.
const LETTERS: usize = 32_000;
/// Characters of a sheet's footer.
const FOOTER: usize = 200;
/// The column that says from which export a row is.
const MARK: &str = "导出编号";

/// What stands on a file: who took it out, when, under which filter.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// The export's number, on every row.
    pub number: String,
    /// The sentence at the end.
    pub words: String,
}

/// A file on its way.
pub(crate) enum Sheet {
    Csv(Box<csv::Writer<BufWriter<File>>>, Mark),
    Xlsx(Box<Book>, Mark),
}

pub(crate) struct Book {
    book: Workbook,
    path: PathBuf,
    titles: Vec<&'static str>,
    row: u32,
    money: Style,
    head: Style,
}

fn broken(error: &dyn std::fmt::Display) -> Problem {
    Problem::Fault(format!("export file: {error}"))
}

fn wrong(error: &XlsxError) -> Problem {
    broken(error)
}

fn create(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if path.exists() {
        // Whoever reads the old one keeps it.
        fs::remove_file(path)?;
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

impl Sheet {
    /// Begins a file with its header row.
    pub(crate) fn begin(path: &Path, format: Format, titles: Vec<&'static str>, mark: Mark) -> Result<Self> {
        match format {
            Format::Csv => {
                let mut file = BufWriter::new(create(path)?);
                file.write_all("\u{feff}".as_bytes())?;
                let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
                writer.write_record(titles.into_iter().chain([MARK])).map_err(|error| broken(&error))?;
                Ok(Self::Csv(Box::new(writer), mark))
            }
            Format::Xlsx => {
                drop(create(path)?);
                let mut book = Workbook::new();
                book.set_tempdir(path.parent().unwrap_or(Path::new("."))).map_err(|error| wrong(&error))?;
                let head = Style::new().set_bold();
                let money = Style::new().set_num_format("#,##0.00");
                let path = path.to_owned();
                Ok(Self::Xlsx(Box::new(Book { book, path, titles, row: SHEET, money, head }), mark))
            }
        }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, row: &[Cell]) -> Result<()> {
        match self {
            Self::Csv(writer, mark) => {
                let cells = row.iter().map(plain).chain([mark.number.clone()]);
                writer.write_record(cells).map_err(|error| broken(&error))
            }
            Self::Xlsx(book, mark) => book.add(row, mark),
        }
    }

    /// Brings what was added to the file, so that a reader finds it.
    pub(crate) fn flush(&mut self) -> Result<()> {
        match self {
            Self::Csv(writer, _) => Ok(writer.flush()?),
            Self::Xlsx(..) => Ok(()),
        }
    }

    /// Ends the file with its mark; on the disk when this returns.
    pub(crate) fn finish(self, lines: usize) -> Result<()> {
        match self {
            Self::Csv(mut writer, mark) => {
                let last = format!("※ {}，共 {lines} 行", mark.words);
                writer.write_record([last]).map_err(|error| broken(&error))?;
                let file = writer.into_inner().map_err(|error| broken(&error))?;
                let file = file.into_inner().map_err(|error| broken(&error))?;
                Ok(file.sync_all()?)
            }
            Self::Xlsx(mut book, mark) => {
                let last = format!("※ {}，共 {lines} 行", mark.words);
                book.add_text(&last, &mark)?;
                book.book.save(&book.path).map_err(|error| wrong(&error))?;
                Ok(File::open(&book.path)?.sync_all()?)
            }
        }
    }
}

impl Book {
    fn add(&mut self, row: &[Cell], mark: &Mark) -> Result<()> {
        let at = self.next(mark)?;
        let (money, last) = (self.money.clone(), self.book.worksheets_mut().last_mut());
        let sheet = last.ok_or_else(|| broken(&"no sheet"))?;
        for (column, cell) in (0_u16..).zip(row) {
            let written = match cell {
                Cell::Empty => continue,
                Cell::Text(words) => sheet.write_string(at, column, cut(words)),
                #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
                Cell::Number(number) => sheet.write_number(at, column, *number as f64),
                #[expect(clippy::cast_precision_loss, reason = "sums of a bureau are far below 2^53 分")]
                Cell::Money(sum) => {
                    sheet.write_number_with_format(at, column, sum.fen() as f64 / 100.0, &money)
                }
            };
            written.map_err(|error| wrong(&error))?;
        }
        let column = u16::try_from(self.titles.len()).unwrap_or(u16::MAX);
        sheet.write_string(at, column, &mark.number).map_err(|error| wrong(&error))?;
        Ok(())
    }

    fn add_text(&mut self, words: &str, mark: &Mark) -> Result<()> {
        let at = self.next(mark)?;
        let sheet = self.book.worksheets_mut().last_mut().ok_or_else(|| broken(&"no sheet"))?;
        sheet.write_string(at, 0, cut(words)).map_err(|error| wrong(&error))?;
        Ok(())
    }

    /// The place of the next row, on a new sheet when this one is full.
    fn next(&mut self, mark: &Mark) -> Result<u32> {
        if self.row >= SHEET {
            let (titles, head) = (self.titles.clone(), self.head.clone());
            let sheet = self.book.add_worksheet_with_constant_memory().map_err(|error| wrong(&error))?;
            for (column, title) in (0_u16..).zip(titles.into_iter().chain([MARK])) {
                sheet.set_column_width(column, 18).map_err(|error| wrong(&error))?;
                sheet.write_string_with_format(0, column, title, &head).map_err(|error| wrong(&error))?;
            }
            sheet.set_freeze_panes(1, 0).map_err(|error| wrong(&error))?;
            let footer: String = mark.words.replace('&', "&&").chars().take(FOOTER).collect();
            sheet.set_footer(format!("&L{footer}&R&P/&N"));
            self.row = 0;
        }
        self.row += 1;
        Ok(self.row)
    }
}

fn cut(words: &str) -> String {
    if words.chars().count() <= LETTERS {
        return words.to_owned();
    }
    words.chars().take(LETTERS).chain("…（过长，已截断）".chars()).collect()
}

/// A cell of a csv file. Text that a spreadsheet would compute gets an apostrophe in front (SEC_25); `sheets` takes
/// it off again.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(words) => guarded(words),
        Cell::Number(number) => number.to_string(),
        Cell::Money(sum) => sum.to_string(),
    }
}

/// What begins, after blanks, with a sign that makes a formula in some spreadsheet.
pub(crate) fn guarded(words: &str) -> String {
    let first = words.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\n']).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') => format!("'{words}"),
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_25_formulas_become_text_and_numbers_stay_numbers() {
        for bad in ["=1+1", "+86", "-2+3", "@SUM(A1)", "\tx", "\r=1", " =1", "＝1"] {
            assert!(guarded(bad).starts_with('\''), "{bad:?}");
        }
        assert_eq!(guarded("退货=退款"), "退货=退款");
        assert_eq!(plain(&Cell::Number(-5)), "-5");
        assert_eq!(plain(&Cell::Money(kernel::Money::from_fen(-1_050))), "-10.50");
    }
}
