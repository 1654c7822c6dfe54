//! The importer: whatever a file holds it is refused with a sentence or read row by row, every row is accounted for, and the
//! same file again brings nothing new.

use std::{
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    sync::Once,
};

use intake::import::{Map, Order, Sheet, run};
use web::Problem;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{feed::Feed, office::desk};

const HEADERS: [&str; 13] = [
    "登记编号",
    "12345工单编号",
    "类型",
    "接收方式",
    "企业名称",
    "企业地址",
    "诉求内容",
    "问题类别",
    "事发地",
    "登记时间",
    "办结时间",
    "姓名",
    "电话",
];

/// The product catches what the library that reads workbooks breaks down on; the fuzzer's own hook would end the process before.
/// Which places those were stands on standard error.
fn tolerate() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let strict = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let theirs =
                |place: &str| ["/calamine-", "/quick-xml-", "/zip-"].iter().any(|name| place.contains(name));
            match info.location().filter(|place| theirs(place.file())) {
                Some(place) => eprintln!("caught: {place}"),
                None => strict(info),
            }
        }));
    });
}

/// Rows that one process brings in; beyond them it only tries, so that hours do not fill a disk.
const MOST_STORED: usize = 20_000;

/// The first byte says what the bytes after it are: a text, a workbook, a sheet of one, or cells of a good table.
pub fn hold(data: &[u8]) {
    tolerate();
    let mut feed = Feed::new(data);
    match feed.below(6) {
        0 => drop(table("csv", feed.rest())),
        1 => drop(table("xlsx", feed.rest())),
        2 => drop(table("xlsx", &workbook(feed.rest(), b""))),
        3 => {
            let text = feed.rest();
            let at = text.iter().position(|byte| *byte == 0x1f).unwrap_or(text.len());
            table("xlsx", &workbook(&text[..at], text.get(at + 1..).unwrap_or_default()));
        }
        4 => encodings(&feed.text()),
        _ => brought_in(&feed.text()),
    }
}

/// A file of this process with this ending, written anew.
fn file(ending: &str, bytes: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("xiaobao-hostile-{}.{ending}", std::process::id()));
    std::fs::write(&path, bytes).expect("a file for a moment");
    path
}

/// Read whole, surveyed and read row by row: all three agree, also about what cannot be read.
fn table(ending: &str, bytes: &[u8]) -> Option<Vec<sheets::Line>> {
    let path = file(ending, bytes);
    let (survey, whole) = (sheets::survey(&path), sheets::read_with_headers(&path));
    let rows: Result<Vec<_>, _> = sheets::rows(&path).expect("a thread").collect();
    if let Ok(sheet) = checked(&path, Map::national(), true) {
        assert!(survey.is_ok());
        assert_eq!(Some(sheet.read), whole.as_ref().ok().map(|(_, rows)| rows.len()));
    }
    std::fs::remove_file(&path).expect("the file was there");
    match (survey, whole, rows) {
        (Ok(survey), Ok((headers, whole)), Ok(rows)) => {
            assert_eq!((survey.rows, &survey.headers), (whole.len(), &headers));
            assert!(rows == whole && rows.is_sorted_by(|one, next| one.0 < next.0));
            let dirty = |cell: &String| cell.chars().any(kernel::mask::turns);
            assert!(!rows.iter().any(|(_, row)| row.values().any(dirty)));
            Some(rows)
        }
        (Err(survey), Err(whole), Err(rows)) => {
            assert!(survey.to_string() == whole.to_string() && whole.to_string() == rows.to_string());
            None
        }
        other => panic!("they do not agree: {:?} {:?} {:?}", other.0, other.1, other.2),
    }
}

fn order(map: Map, dry_run: bool) -> Order {
    let unit = desk().office.officer("desk").unit;
    Order { map, unit, dry_run }
}

fn checked(path: &Path, map: Map, dry_run: bool) -> Result<Sheet, String> {
    let (ctx, order) = (desk().office.ctx("desk"), order(map, dry_run));
    match desk().runtime.block_on(run(&desk().office.app.db, &ctx, path, &order)) {
        Ok(sheet) => {
            assert!(sheet.balances(), "{}", sheet.words());
            Ok(sheet)
        }
        Err(Problem::Malformed(words)) => Err(words),
        Err(other) => panic!("neither read nor refused: {other:?}"),
    }
}

/// A table of the text's cells: `\u{1e}` ends a row, `\u{1f}` a cell.
fn cells(text: &str) -> Vec<Vec<String>> {
    let row = |row: &str| row.split('\u{1f}').take(HEADERS.len()).map(str::to_owned).collect();
    text.split('\u{1e}').take(60).map(row).collect()
}

fn csv(rows: &[Vec<String>]) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n";
    HEADERS.join(",") + "\r\n" + &rows.iter().map(line).collect::<String>()
}

/// The same table in UTF-8, with its mark, and in GB18030 holds the same rows.
fn encodings(text: &str) {
    let text = csv(&cells(&text.replace('\0', "")));
    let plain = table("csv", text.as_bytes()).expect("a table in UTF-8");
    assert_eq!(
        table("csv", &[b"\xef\xbb\xbf", text.as_bytes()].concat()).as_ref(),
        Some(&plain),
        "with the mark"
    );
    let (bytes, _, strange) = encoding_rs::GB18030.encode(&text);
    let back = encoding_rs::GB18030.decode_without_bom_handling(&bytes).0;
    // GB 18030-2022 moved some characters of private use, which come back as others; and bytes of one encoding can be
    // words of the other.
    if !strange
        && back == text.as_str()
        && let Ok((read, sheets::Encoding::Gb18030)) = sheets::words_of(&bytes)
    {
        assert_eq!(read, text);
        assert_eq!(table("csv", &bytes), Some(plain), "in GB18030");
    }
}

/// Checked, brought in, and brought in again.
fn brought_in(text: &str) {
    use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
    static SOURCE: AtomicU32 = AtomicU32::new(0);
    static STORED: AtomicUsize = AtomicUsize::new(0);
    let rows = cells(text);
    let path = file("csv", csv(&rows).as_bytes());
    let mut map = Map::national();
    // Numbers are unique within a source: what one run brings in is not known to the next.
    let source = SOURCE.fetch_add(1, Ordering::Relaxed);
    let linked = text.len() % 2 == 1;
    map.source = format!("甲{source}");
    map.other_source = if linked { format!("乙{source}") } else { String::new() };
    let trial = checked(&path, map.clone(), true).expect("a table with our headers");
    if STORED.fetch_add(trial.new, Ordering::Relaxed) > MOST_STORED {
        std::fs::remove_file(&path).expect("the file was there");
        return;
    }
    let first = checked(&path, map.clone(), false).expect("a table with our headers");
    let again = checked(&path, map, false).expect("a table with our headers");
    std::fs::remove_file(&path).expect("the file was there");
    assert_eq!((trial.read, first.read), (again.read, again.read));
    // A row that the real run joins to the matter another row of the file names is judged by itself in a trial.
    assert!(
        first.bad.iter().all(|row| trial.bad.contains(row)),
        "what a check says is what happens: {:?} and then {:?}",
        trial.bad,
        first.bad
    );
    assert!(
        linked || trial.bad == first.bad,
        "what a check says is what happens: {:?} and then {:?}",
        trial.bad,
        first.bad
    );
    assert!(linked || (trial.new, trial.same, &trial.changed) == (first.new, first.same, &first.changed));
    assert_eq!(again.new, 0, "{} and again {}", first.words(), again.words());
    // A row that was wrong the first time may stand under the number of one that was right.
    assert!(again.bad.iter().all(|row| first.bad.contains(row)), "{:?} and again {:?}", first.bad, again.bad);
}

/// A few matters to look for, once.
pub(crate) fn some_matters() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let row = |number: usize| {
            let trader = ["甲食品有限公司", "乙超市", "丙网店"][number % 3];
            let cells = [
                &format!("N{number}"),
                "",
                "投诉",
                "",
                trader,
                "测试街1号",
                "退货退款",
                "",
                "",
                "2026-09-1 10:00",
            ];
            cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()
        };
        let rows: Vec<_> = (0..30).map(row).collect();
        let path = file("csv", csv(&rows).as_bytes());
        let sheet = checked(&path, Map::national(), false).expect("a table with our headers");
        assert_eq!(sheet.new, 30, "{sheet:?}");
    });
}

/// A workbook of one sheet whose parts are these bytes.
fn workbook(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let types = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let top = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let links = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, part) in [
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", top.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ] {
        if name.ends_with("sharedStrings.xml") && part.is_empty() {
            continue;
        }
        archive.start_file(name, options).expect("a part");
        archive.write_all(part).expect("a part");
    }
    archive.finish().expect("a workbook").into_inner()
}
