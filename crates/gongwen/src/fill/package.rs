//! The archive of an uploaded document: unpacked within bounds, and refused where it holds more than words and pictures.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read},
};

use zip::ZipArchive;

use super::{Unfilled, markup::plain};

/// Files in an archive, and bytes they may unpack to: what is larger is no paper.
const MOST_FILES: usize = 2_000;
pub(super) const MOST_BYTES: u64 = 50 << 20;

const NONE: &str = "这不是 Word 文档（.docx），请另存为 .docx 再上传";
/// How the old format begins, and a document with a password.
const OLD: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];

/// Folders and files that a paper has no use for, with what to mend.
const FOREIGN: &[(&str, &str)] = &[
    ("vbaproject.bin", "文档带有宏，不能使用，请另存为不带宏的 .docx"),
    ("word/activex/", "文档里有 ActiveX 控件，请删去控件后再上传"),
    (
        "word/embeddings/",
        "文档里嵌有别的文件（例如 Excel 表、图表数据），请改成 Word 自己的表格或者图片后再上传",
    ),
    ("word/charts/", "文档里有图表，其中的数字无法核对，请改成图片或者删去后再上传"),
    ("word/diagrams/", "文档里有 SmartArt 图形，其中的文字无法核对，请改成图片或者删去后再上传"),
];

/// Kinds of relations to what lies outside of the document, with what to mend.
const OUTSIDE: &[(&str, &str)] = &[
    (
        "attachedTemplate",
        "文档链接着外部的 Word 模板，请在“开发工具—文档模板”中改为 Normal 并取消自动更新，保存后再上传",
    ),
    ("hyperlink", "文档里有超链接，请全选后按 Ctrl+Shift+F9 取消超链接，保存后再上传"),
    ("image", "文档里有链接到外部的图片，请改为插入图片（不要链接），保存后再上传"),
    ("", "文档引用了文档以外的内容，请在“文件—信息—编辑指向文件的链接”中断开链接，保存后再上传"),
];

/// Where names of words, drawings and formulas come from, with the prefix that office suites give them: under another they would
/// be read by an office suite and not by us.
const NAMESPACES: &[(&str, &str)] = &[
    ("wordprocessingml/2006/main\"", "w"),
    ("drawingml/2006/main\"", "a"),
    ("officeDocument/2006/math\"", "m"),
];
const START: &str = "http://schemas.openxmlformats.org/";

fn refused(words: &str) -> Unfilled {
    Unfilled::NoDocument(words.to_owned())
}

/// The files of an archive, none too large, none of a kind that is not taken.
pub(super) fn unpacked(document: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Unfilled> {
    if document.starts_with(OLD) {
        return Err(refused("这是旧格式的 .doc，或者设了打开密码，请取消密码并另存为 .docx 再上传"));
    }
    let mut zip = ZipArchive::new(Cursor::new(document)).map_err(|_| refused(NONE))?;
    if zip.len() > MOST_FILES {
        return Err(refused("文档里的文件太多，不像是公文"));
    }
    let (mut files, mut left, mut names) = (Vec::new(), MOST_BYTES, BTreeSet::new());
    for at in 0..zip.len() {
        let file = zip.by_index(at).map_err(|_| refused(NONE))?;
        let (name, mut bytes) = (file.name().map_err(|_| refused(NONE))?.into_owned(), Vec::new());
        file.take(left + 1).read_to_end(&mut bytes).map_err(|_| refused(NONE))?;
        left = left
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| refused("文档展开后超过 50 MB，请压缩其中的图片"))?;
        let lower = name.to_lowercase();
        if let Some((_, words)) = FOREIGN.iter().find(|(part, _)| lower.contains(part)) {
            return Err(refused(words));
        }
        let strays = name.split(['/', '\\']).any(|part| part == "..") || name.starts_with(['/', '\\']);
        if strays || !names.insert(lower) {
            return Err(refused("文档里的文件名不合规矩，请用 Word 或者 WPS 另存一次再上传"));
        }
        if !name.ends_with('/') {
            files.push((name, bytes));
        }
    }
    if !files.iter().any(|(name, _)| name == "word/document.xml") {
        return Err(refused(NONE));
    }
    files.iter().try_for_each(|(name, bytes)| sound(name, bytes))?;
    Ok(files)
}

/// Whether a part of the archive is XML as an office suite writes it, and refers to nothing outside.
fn sound(name: &str, bytes: &[u8]) -> Result<(), Unfilled> {
    let is_relations = name.ends_with(".rels");
    if !is_relations && !name.to_lowercase().ends_with(".xml") {
        return Ok(());
    }
    let xml = std::str::from_utf8(bytes)
        .map_err(|_| refused("文档的文字不是 UTF-8，请用 Word 或者 WPS 另存一次"))?;
    if xml.contains("<!DOCTYPE") || xml.contains("<!ENTITY") {
        return Err(refused(
            "文档里有实体定义（DTD），可能有害，不能使用；请用 Word 或者 WPS 新建文档重新做一份",
        ));
    }
    if xml.contains("purl.oclc.org/ooxml") {
        return Err(refused("文档是 Strict Open XML 格式，请另存为普通的 Word 文档（.docx）再上传"));
    }
    if xml.contains("<!") {
        return Err(refused("文档的写法不合常规，请用 Word 或者 WPS 另存一次再上传"));
    }
    let hides = NAMESPACES.iter().any(|(space, prefix)| {
        xml.match_indices(space).any(|(at, _)| !xml[..at].ends_with(&format!("xmlns:{prefix}=\"{START}")))
    });
    if hides {
        return Err(refused("文档的写法不合常规，请用 Word 或者 WPS 另存一次再上传"));
    }
    if name == "[Content_Types].xml" && xml.to_lowercase().contains("macroenabled") {
        return Err(refused(FOREIGN[0].1));
    }
    if is_relations { related(name, xml) } else { Ok(()) }
}

/// Whether the relations of a part stay within the document.
fn related(name: &str, xml: &str) -> Result<(), Unfilled> {
    for tag in xml.split('<').filter(|tag| tag.starts_with("Relationship ")) {
        let tag = plain(tag);
        let squeezed: String =
            tag.chars().filter(|c| !c.is_whitespace() && *c != '\'' && *c != '"').collect();
        if squeezed.to_lowercase().contains("targetmode=external") {
            let found = OUTSIDE.iter().find(|(kind, _)| squeezed.contains(&format!("/{kind}")));
            return Err(refused(found.map_or("", |(_, words)| words)));
        }
        if squeezed.contains("/aFChunk") || squeezed.contains("/subDocument") {
            return Err(refused("文档里嵌有别的文档，请把内容粘贴进来后再上传"));
        }
        let is_main =
            name == "_rels/.rels" && squeezed.contains("/officeDocument/relationships/officeDocument");
        if is_main && !squeezed.contains("word/document.xml") {
            return Err(refused("文档的写法不合常规，请用 Word 或者 WPS 另存一次再上传"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docx::archive;

    fn said(files: &[(&str, &str)]) -> String {
        let files: Vec<(String, Vec<u8>)> = [("word/document.xml", "<w:document></w:document>")]
            .iter()
            .chain(files)
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect();
        unpacked(&archive(&files).unwrap()).map_or_else(|refused| refused.to_string(), |_| String::new())
    }

    #[test]
    fn what_is_no_plain_paper_is_refused_with_what_to_mend() {
        let rels = "word/_rels/document.xml.rels";
        let relation = |kind: &str, rest: &str| {
            format!(
                "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/relationships/{kind}\" {rest}/></Relationships>"
            )
        };
        assert_eq!(said(&[(rels, &relation("styles", "Target=\"styles.xml\""))]), "");
        for (kind, words) in [
            ("attachedTemplate", "文档模板"),
            ("hyperlink", "超链接"),
            ("image", "图片"),
            ("oleObject", "断开链接"),
        ] {
            for mode in ["TargetMode=\"External\"", "TargetMode = 'External'", "TargetMode=\"&#69;xternal\""]
            {
                let refused = said(&[(rels, &relation(kind, &format!("Target=\"http://a/b\" {mode}")))]);
                assert!(refused.contains(words), "{kind} {mode}: {refused}");
            }
        }
        for (name, text, words) in [
            ("word/vbaProject.bin", "", "宏"),
            ("word/embeddings/oleObject1.bin", "", "嵌有别的文件"),
            ("word/charts/chart1.xml", "", "图表"),
            ("word/activeX/activeX1.xml", "", "控件"),
            ("[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml", "宏"),
            ("word/styles.xml", "<!DOCTYPE a [<!ENTITY b \"b\">]>", "实体"),
            ("word/styles.xml", "<!-- a -->", "另存一次"),
            (
                "word/x.xml",
                "<x:p xmlns:x=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"/>",
                "另存一次",
            ),
            (
                "word/x.xml",
                "<x xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"/>",
                "",
            ),
            ("word/x.xml", "<x:p xmlns:x=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"/>", "Strict"),
            ("word/../../x.xml", "", "另存一次"),
            ("WORD/document.xml", "", "另存一次"),
        ] {
            let refused = said(&[(name, text)]);
            assert!(refused.contains(words), "{name}: {refused}");
        }
        let elsewhere = relation("x", "Target=\"word/other.xml\"")
            .replace("http://x/relationships/x", "http://x/officeDocument/relationships/officeDocument");
        assert!(said(&[("_rels/.rels", &elsewhere)]).contains("另存一次"));
        assert!(said(&[(rels, &relation("aFChunk", "Target=\"a.html\""))]).contains("粘贴"));
        assert!(unpacked(&[0xd0, 0xcf, 0x11, 0xe0, 1, 2]).unwrap_err().to_string().contains("密码"));
    }
}
