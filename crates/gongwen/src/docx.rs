//! A paper as Office Open XML (ISO/IEC 29500). Faces are named, not shipped: the office's machines have them.

mod body;
mod end;
mod parts;
mod table;
mod xml;

use std::io::{Cursor, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{
    Paper,
    picture::png,
    standard::{BOTTOM_MM, FOOTER_TWIPS, HEIGHT_MM, LEFT_MM, RIGHT_MM, TOP_MM, WIDTH_MM, twips},
};
#[cfg(feature = "pdf")]
pub(crate) use body::{mark_size, split};
#[cfg(feature = "pdf")]
pub(crate) use end::signature_edges;
pub(crate) use table::table;
pub(crate) use xml::escape;

use parts::{MAIN, OFFICE, footer, part, watermark};

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// A part of the archive that the document refers to: relation, name, content type (empty for a picture), bytes.
struct Part {
    id: &'static str,
    kind: &'static str,
    name: &'static str,
    bytes: Vec<u8>,
}

fn parts_of(paper: &Paper) -> Vec<Part> {
    let mut all = Vec::new();
    let mut add = |id, kind, name, text: String| {
        all.push(Part { id, kind, name, bytes: text.into_bytes() });
    };
    add("rId1", "styles", "styles.xml", parts::styles(paper));
    add("rId2", "settings", "settings.xml", parts::settings(paper));
    add("rId3", "fontTable", "fontTable.xml", parts::faces());
    if !paper.watermark.is_empty() {
        add("rId4", "header", "header1.xml", watermark(&paper.watermark, 1));
        add("rId5", "header", "header2.xml", watermark(&paper.watermark, 2));
    }
    if paper.has_page_numbers {
        add("rId6", "footer", "footer1.xml", footer(true));
        add("rId7", "footer", "footer2.xml", footer(false));
    }
    let code = paper.proof.as_ref().filter(|proof| !proof.address.is_empty());
    if let Some(bytes) = code.and_then(|proof| png(&proof.address)) {
        all.push(Part { id: end::PICTURE, kind: "image", name: "media/code.png", bytes });
    }
    all
}

/// The page: A4 and margins of article 5.2.
fn section(paper: &Paper, parts: &[Part]) -> String {
    let has = |id: &str| parts.iter().any(|part| part.id == id);
    let mut refer = String::new();
    for (id, element, kind) in [
        ("rId4", "headerReference", "default"),
        ("rId5", "headerReference", "even"),
        ("rId6", "footerReference", "default"),
        ("rId7", "footerReference", "even"),
    ] {
        if has(id) {
            refer += &format!("<w:{element} w:type=\"{kind}\" r:id=\"{id}\"/>");
        }
    }
    let bottom = if paper.has_page_numbers { BOTTOM_MM } else { 22 };
    format!(
        "<w:sectPr>{refer}<w:pgSz w:w=\"{}\" w:h=\"{}\"/><w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"851\" w:footer=\"{FOOTER_TWIPS}\" w:gutter=\"0\"/></w:sectPr>",
        twips(WIDTH_MM),
        twips(HEIGHT_MM),
        twips(TOP_MM),
        twips(RIGHT_MM),
        twips(bottom),
        twips(LEFT_MM),
    )
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>")
}

fn relations(list: &str) -> String {
    part(&format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{list}</Relationships>"))
}

fn types(parts: &[Part]) -> String {
    let over = |name: &str, kind: &str| format!("<Override PartName=\"/{name}\" ContentType=\"{kind}\"/>");
    let own = parts
        .iter()
        .filter(|part| part.kind != "image")
        .map(|part| over(&format!("word/{}", part.name), &format!("{TYPE}.{}+xml", part.kind)));
    part(&format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>{}{}{}</Types>",
        over("word/document.xml", &format!("{TYPE}.document.main+xml")),
        over("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        own.collect::<String>()
    ))
}

/// The document's title, nothing about who made it or when.
fn core(paper: &Paper) -> String {
    part(&format!(
        "<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>",
        xml::escape(&paper.title.replace('\n', ""))
    ))
}

/// Writes `paper` as DOCX. The same paper gives the same bytes.
///
/// # Errors
/// A fault of the archive; there is none in memory but that it grows too large.
pub fn docx(paper: &Paper) -> Result<Vec<u8>, ZipError> {
    let parts = parts_of(paper);
    let document = part(&format!(
        "<w:document xmlns:w=\"{MAIN}\" xmlns:r=\"{OFFICE}\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>{}{}</w:body></w:document>",
        body::body(paper),
        section(paper, &parts)
    ));
    let own: String =
        parts.iter().map(|part| relation(part.id, &format!("{OFFICE}/{}", part.kind), part.name)).collect();
    let package = relation("rId1", &format!("{OFFICE}/officeDocument"), "word/document.xml")
        + &relation(
            "rId2",
            &format!("{PACKAGE}/relationships/metadata/core-properties"),
            "docProps/core.xml",
        );
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("[Content_Types].xml".to_owned(), types(&parts).into_bytes()),
        ("_rels/.rels".to_owned(), relations(&package).into_bytes()),
        ("docProps/core.xml".to_owned(), core(paper).into_bytes()),
        ("word/document.xml".to_owned(), document.into_bytes()),
        ("word/_rels/document.xml.rels".to_owned(), relations(&own).into_bytes()),
    ];
    files.extend(parts.into_iter().map(|part| (format!("word/{}", part.name), part.bytes)));
    archive(&files)
}

/// Packs files under names, in their order, all of one day.
pub(crate) fn archive(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
