//! What a DOCX says is what the paper says: read from the archive, and by an office suite where there is one.

use std::{
    io::{Cursor, Read},
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    samples,
    signs::{is_all_there, repeated},
};
use gongwen::{Filled, Paper, check, docx, fill, places};
use zip::ZipArchive;

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    zip.by_name(name).expect(name).read_to_string(&mut text).expect("text");
    text
}

/// The words of each paragraph of the document, without markup.
fn paragraphs(bytes: &[u8]) -> Vec<String> {
    let document = part(bytes, "word/document.xml");
    let mut found = vec![String::new()];
    for piece in document.split('<').skip(1) {
        let (tag, words) = piece.split_once('>').expect("a tag ends");
        match tag {
            "/w:p" => found.push(String::new()),
            _ if tag == "w:t" || tag.starts_with("w:t ") => found.last_mut().expect("one").push_str(words),
            _ => assert!(words.trim().is_empty(), "words outside of a text: {words}"),
        }
    }
    let plain = |text: &String| {
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .trim()
            .to_owned()
    };
    found.iter().map(plain).filter(|text| !text.is_empty()).collect()
}

#[test]
fn the_text_of_the_document_is_the_text_of_the_paper() {
    for (name, paper) in samples::all() {
        assert_eq!(check(&paper), [], "{name}");
        let bytes = docx(&paper).unwrap();
        // Side by side with line breaks inside a cell, words are compared run together, in their order.
        assert_eq!(paragraphs(&bytes).concat(), paper.lines().concat(), "{name}");
        assert_eq!(bytes, docx(&paper).unwrap(), "the same paper gives the same bytes");
    }
}

#[test]
fn elements_are_closed_in_order() {
    for (name, paper) in samples::all() {
        let bytes = docx(&paper).unwrap();
        let mut zip = ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        for file in names.iter().filter(|file| !file.ends_with(".png")) {
            let mut text = String::new();
            zip.by_name(file).unwrap().read_to_string(&mut text).unwrap();
            let mut open: Vec<&str> = Vec::new();
            for piece in text.split('<').skip(2) {
                let tag = piece.split('>').next().unwrap();
                if let Some(end) = tag.strip_prefix('/') {
                    assert_eq!(open.pop(), Some(end), "{name} {file}");
                } else if !tag.ends_with('/') && !tag.starts_with('?') {
                    open.push(tag.split(' ').next().unwrap());
                }
            }
            assert!(open.is_empty(), "{name} {file}: {open:?}");
        }
    }
}

#[test]
fn margins_grid_and_head_rows_are_those_of_the_standard() {
    let notice = part(&docx(&samples::notice()).unwrap(), "word/document.xml");
    assert!(notice.contains("<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"));
    assert!(notice.contains("w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\""));
    let styles = part(&docx(&samples::notice()).unwrap(), "word/styles.xml");
    assert!(
        styles.contains("w:line=\"579\" w:lineRule=\"exact\"")
            && styles.contains("<w:spacing w:val=\"-5\"/>")
    );
    let summary = part(&docx(&samples::summary()).unwrap(), "word/document.xml");
    assert_eq!(summary.matches("<w:tblHeader/>").count(), 1);
    assert!(summary.contains("headerReference"), "the watermark");
    assert!(!notice.contains("headerReference"));
    let header = part(&docx(&samples::summary()).unwrap(), "word/header1.xml");
    assert!(header.contains("string=\"草稿\""));
}

#[test]
fn typed_markup_and_controls_stay_words() {
    let evil = "</w:t></w:r><w:r><w:t>甲\u{0}\u{1b}\u{ffff}&<>\"乙";
    let paper = Paper { title: evil.into(), watermark: evil.into(), ..samples::brief() };
    let bytes = docx(&paper).unwrap();
    assert!(
        paragraphs(&bytes).contains(&"</w:t></w:r><w:r><w:t>甲&<>\"乙".to_owned()),
        "{:?}",
        paragraphs(&bytes)
    );
    assert_eq!(check(&paper).len(), 1, "{:?}", check(&paper));
}

fn run(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let done = Command::new(program).args(arguments).output().ok()?;
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    Some(done.stdout)
}

/// Where the papers are written for people to look at: `XIAOBAO_PAPERS`, else a folder of this run.
fn folder() -> PathBuf {
    let own = std::env::var_os("XIAOBAO_PAPERS").map(PathBuf::from);
    let folder = own.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("papers"));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Everything but blanks, page numbers and what wraps.
fn bare(text: &str) -> String {
    let is_page = |line: &&str| {
        let number = line.trim().strip_prefix('—').and_then(|line| line.strip_suffix('—'));
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let kept = text.lines().filter(|line| !is_page(line));
    kept.collect::<String>().chars().filter(|c| !c.is_whitespace()).collect()
}

/// A document of a bureau, made by ourselves, with a report in it.
fn filled() -> Filled {
    let document = docx(&samples::house()).expect("a sample");
    assert_eq!(places(&document).expect("places").names, ["编号", "标题", "正文", "单位", "日期"]);
    let text = "各科室：\n现将9月投诉举报办理情况通报如下。\n一、总体情况\n（一）受理。接收投诉84件，举报12件。\n表1 各所投诉\n| 单位 | 件数 |\n| 中山所 | 50件 |\n| 花园所 | 34件 |\n特此通报。";
    let pairs = [
        ("编号", "消保通〔2026〕3号"),
        ("标题", "关于2026年9月消费投诉举报办理情况的通报"),
        ("正文", text),
        ("单位", "南岗区市场监督管理局"),
        ("日期", "2026年9月30日"),
    ];
    let values = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    fill(&document, &values, "").expect("filled")
}

#[test]
fn an_office_suite_reads_every_document() {
    let (folder, here) = (folder(), |name: &str| Command::new(name).arg("--version").output().is_ok());
    if !here("soffice") || !here("pdftotext") {
        println!("no LibreOffice or no poppler here: the documents were not converted");
        return;
    }
    let home = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let mut arguments = vec![
        home,
        "--headless".into(),
        "--convert-to".into(),
        "pdf".into(),
        "--outdir".into(),
        folder.display().to_string(),
    ];
    let filled = filled();
    let own = [("filled", filled.bytes.clone())];
    let papers = samples::all().into_iter().map(|(name, paper)| (name, docx(&paper).unwrap()));
    for (name, bytes) in papers.chain(own) {
        let path = folder.join(format!("{name}.docx"));
        std::fs::write(&path, bytes).unwrap();
        arguments.push(path.display().to_string());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run("soffice", &arguments).unwrap();
    let read = |name: &str| {
        let pdf = folder.join(format!("{name}.pdf")).display().to_string();
        String::from_utf8(run("pdftotext", &["-layout", &pdf, "-"]).unwrap()).unwrap()
    };
    for (name, paper) in samples::all() {
        is_all_there(name, &bare(&read(name)), &bare(&paper.lines().concat()), &repeated(&paper));
    }
    for name in ["circular", "notice"] {
        let pdf = folder.join(format!("{name}.pdf")).display().to_string();
        stands_at_the_foot(
            name,
            &String::from_utf8(run("pdftotext", &["-bbox", &pdf, "-"]).unwrap()).unwrap(),
        );
    }
    let again = repeated(&samples::house());
    is_all_there("filled", &bare(&read("filled")), &bare(&filled.text.replace('|', "")), &again);
}

/// GB/T 9704 7.4: 版记 stands at the foot of the last page, its last line on the lower edge of 版心, below everything else.
fn stands_at_the_foot(name: &str, words: &str) {
    let edge = (297.0 - 35.0) / 25.4 * 72.0;
    let pages: Vec<&str> = words.split("<page ").skip(1).collect();
    let lower = |line: &str| -> f64 {
        let after = line.split("yMax=\"").nth(1).and_then(|after| after.split('"').next());
        after.and_then(|number| number.parse().ok()).expect("a lower edge")
    };
    let (last, before) = pages.split_last().expect("a page");
    assert!(before.iter().all(|page| !page.contains("抄送：")), "{name}: only on the last page");
    let lines: Vec<&str> =
        last.lines().filter(|line| line.contains("<word ") && lower(line) < edge + 5.0).collect();
    let printed: Vec<f64> =
        lines.iter().filter(|line| line.contains("印发</word>")).map(|line| lower(line)).collect();
    assert!(
        printed.iter().any(|lower| (edge - 12.0..edge + 4.0).contains(lower)),
        "{name}: {printed:?} of {edge}"
    );
    let first = lines.iter().position(|line| line.contains("抄送：")).expect("copies");
    let above = lines[..first].iter().map(|line| lower(line)).fold(0.0, f64::max);
    assert!(above < lower(lines[first]) - 12.0, "{name}: words above end at {above}");
}
