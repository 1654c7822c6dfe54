//! Documents of office suites, filled and refused.

use super::*;
use std::io::{Cursor, Read};
use zip::ZipArchive;

fn document(body: &str) -> Vec<u8> {
    let xml =
        format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    archive(&[
        ("word/document.xml".to_owned(), xml.into_bytes()),
        ("word/styles.xml".to_owned(), b"{{x}}".to_vec()),
    ])
    .unwrap()
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn body(filled: &Filled) -> String {
    let mut zip = ZipArchive::new(Cursor::new(&filled.bytes)).unwrap();
    let mut text = String::new();
    zip.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn places_cut_over_runs_are_filled_and_what_was_typed_stays_words() {
    let split = "<w:p><w:r><w:t>关于{</w:t></w:r><w:r><w:b/><w:t>{标</w:t></w:r><w:r><w:t>题}}的函，{{ 日期 }}</w:t></w:r></w:p>";
    let filled = fill(
        &document(split),
        &values(&[("标题", "<甲>&{{日期}}"), ("日期", "2026年9月30日"), ("署名", "某局")]),
        "",
    )
    .unwrap();
    let text = body(&filled);
    assert!(text.contains("<w:t>关于&lt;甲&gt;&amp;{{日期}}</w:t></w:r><w:r><w:b/><w:t></w:t></w:r><w:r><w:t>的函，2026年9月30日</w:t>"), "{text}");
    assert_eq!(filled.unused, ["署名"]);
}

#[test]
fn a_value_of_several_lines_alone_becomes_paragraphs_of_the_same_look() {
    let alone = "<w:p><w:pPr><w:ind/></w:pPr><w:r><w:t>{{正文}}</w:t></w:r></w:p><w:p><w:r><w:t>完：{{正文}}</w:t></w:r></w:p>";
    let text = body(&fill(&document(alone), &values(&[("正文", "一、甲\n乙。")]), "").unwrap());
    assert_eq!(text.matches("<w:pPr><w:ind/></w:pPr>").count(), 2, "{text}");
    assert!(text.contains("完：一、甲</w:t><w:br/><w:t xml:space=\"preserve\">乙。"), "{text}");
}

#[test]
fn every_place_without_a_value_is_told_and_a_document_that_is_none_refused() {
    let two = document("<w:p><w:r><w:t>{{甲}}和{{乙}}，{{丙}}</w:t></w:r></w:p>");
    let refused = fill(&two, &values(&[("乙", "1")]), "").unwrap_err();
    assert_eq!(refused, Unfilled::Unknown(vec!["丙".into(), "甲".into()]));
    assert!(refused.to_string().contains("{{丙}}、{{甲}}"), "{refused}");
    assert!(matches!(fill(b"%PDF", &values(&[]), ""), Err(Unfilled::NoDocument(_))));
    let empty = archive(&[("a.txt".to_owned(), Vec::new())]).unwrap();
    assert!(matches!(fill(&empty, &values(&[]), ""), Err(Unfilled::NoDocument(_))));
    let program = archive(&[
        ("word/document.xml".to_owned(), Vec::new()),
        ("word/vbaProject.bin".to_owned(), Vec::new()),
    ])
    .unwrap();
    assert!(fill(&program, &values(&[]), "").unwrap_err().to_string().contains("宏"));
    // A bomb is given up, not unpacked.
    let bomb = archive(&[("word/document.xml".to_owned(), vec![b' '; (MOST_BYTES + 2) as usize])]).unwrap();
    assert!(fill(&bomb, &values(&[]), "").unwrap_err().to_string().contains("50 MB"));
}

#[test]
fn a_paragraph_in_a_text_box_is_its_own() {
    let nested = "<w:p><w:r><w:t>{{甲}}</w:t><w:txbxContent><w:p><w:r><w:t>盒{{乙}}</w:t></w:r></w:p></w:txbxContent></w:r></w:p>";
    let text = body(&fill(&document(nested), &values(&[("甲", "1\n2"), ("乙", "3")]), "").unwrap());
    assert!(
        text.contains("<w:t>1</w:t><w:br/>") && text.contains("盒3") && text.matches("盒").count() == 1,
        "{text}"
    );
}

/// What is read of the filled document is what was said to be read, with every value at its place.
#[test]
fn the_text_of_a_filled_document_is_what_a_reader_reads() {
    let body = "<w:p><w:r><w:t>关于{{标题</w:t></w:r><w:r><w:t>}}的函</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>｛｛正文｝｝</w:t></w:r></w:p>\
                <w:p><w:r><w:t>共&#56;份</w:t></w:r></w:p>";
    let values = values(&[("标题", "甲&乙"), ("正文", "一、甲\n接收84件。"), ("编号", "")]);
    let found = places(&document(body)).unwrap();
    assert_eq!(
        (found.names.as_slice(), found.alone.as_slice()),
        (&["标题".to_owned(), "正文".into()][..], &["正文".to_owned()][..])
    );
    let filled = fill(&document(body), &values, "").unwrap();
    assert_eq!(filled.text, "关于甲&乙的函\n一、甲\n接收84件。\n共8份\n");
    assert_eq!(filled.text, places(&filled.bytes).unwrap().text);
    assert_eq!(filled.unused, ["编号"]);
    for piece in &filled.pieces {
        assert!(filled.text[piece.at..].starts_with(values[&piece.name].as_str()), "{piece:?}");
    }
}

#[test]
fn headings_get_their_faces_rows_a_table_and_a_draft_its_notice() {
    let run = "<w:p><w:r><w:rPr><w:rStyle w:val=\"a\"/><w:rFonts w:eastAsia=\"仿宋\"/><w:sz w:val=\"32\"/></w:rPr><w:t>{{正文}}</w:t></w:r></w:p>";
    let text = "一、总体\n（一）受理。接收84件。\n表1 各所\n| 单位 | 件数 |\n|---|---|\n| 甲所 | 84件 |";
    let text = body(&fill(&document(run), &values(&[("正文", text)]), "草稿").unwrap());
    for part in [
        "<w:body><w:p><w:pPr><w:jc w:val=\"right\"/>",
        "<w:rStyle w:val=\"a\"/><w:rFonts w:hint=\"eastAsia\" w:eastAsia=\"黑体\"/><w:sz w:val=\"32\"/></w:rPr><w:t xml:space=\"preserve\">一、总体",
        "w:eastAsia=\"楷体_GB2312\"/><w:sz w:val=\"32\"/></w:rPr><w:t xml:space=\"preserve\">（一）受理。</w:t>",
        "<w:rFonts w:eastAsia=\"仿宋\"/><w:sz w:val=\"32\"/></w:rPr><w:t xml:space=\"preserve\">接收84件。</w:t>",
        "</w:tbl><w:p/></w:body>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains('|') && text.contains("甲所"), "{text}");
}

#[test]
fn what_cannot_be_filled_or_read_is_refused_with_what_to_mend() {
    let words = |body: &str| places(&document(body)).unwrap_err().to_string();
    assert!(words("<w:p><w:drawing><a:t>{{标题}}</a:t></w:drawing></w:p>").contains("{{标题}}"));
    assert!(words("<w:p><w:t>{{标</w:t><w:tab/><w:t>题}}</w:t></w:p>").contains("制表符"));
    assert!(words(&"<w:p><w:t>{{甲}}</w:t></w:p>".repeat(201)).contains("太多"));
    let comments = archive(&[
        ("word/document.xml".to_owned(), b"<w:document><w:body/></w:document>".to_vec()),
        ("word/comments.xml".to_owned(), "<w:comments><w:p><w:t>请核</w:t></w:p></w:comments>".into()),
    ]);
    assert!(places(&comments.unwrap()).unwrap_err().to_string().contains("批注"));
    let large = format!("<w:p><w:r><w:t>{{{{正文}}}}</w:t><w:x a=\"{}\"/></w:r></w:p>", "x".repeat(6 << 20));
    let refused = fill(&document(&large), &values(&[("正文", "甲\n乙")]), "").unwrap_err();
    assert!(refused.to_string().contains("太大"), "{refused}");
}
