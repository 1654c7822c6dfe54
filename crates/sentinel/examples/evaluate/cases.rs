//! Files.

use std::{fs::File, io::Read as _, path::Path};

/// A csv.gz as rows of cells, the first is the header.
///
/// # Panics
/// When it cannot be read.
pub fn read(path: &Path) -> Vec<Vec<String>> {
    let mut text = String::new();
    let file = File::open(path).expect("the file");
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let cells = |record: csv::StringRecord| record.iter().map(|cell| cell.trim().to_owned()).collect();
    reader.records().map(|record| cells(record.expect("a row"))).collect()
}

/// Day number (a Monday is 0 modulo 7) of year, month and day; days since 1970-01-05.
pub fn day(year: i32, month: i32, day: i32) -> i32 {
    // civil days, Hinnant 2013
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468 - 4
}

/// 2014-03-15… or 03/15/2014….
pub fn date(text: &str) -> Option<i32> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse().ok();
    if text.as_bytes().get(4) == Some(&b'-') {
        return Some(day(part(0..4)?, part(5..7)?, part(8..10)?));
    }
    Some(day(part(6..10)?, part(0..2)?, part(3..5)?))
}
