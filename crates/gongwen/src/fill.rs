//! The bureau's own document: places such as `{{标题}}` in a DOCX that somebody made in an office suite, filled.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::{Cursor, Read},
};

use zip::ZipArchive;

use crate::docx::{archive, escape};

/// Files in an archive, and bytes they may unpack to: what is larger is no paper.
const MOST_FILES: usize = 2_000;
const MOST_BYTES: u64 = 50 << 20;

/// Why a document was not filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfilled {
    /// It is no DOCX, is too large, or bears a program.
    NoDocument(&'static str),
    /// Places for which there is nothing.
    Unknown(Vec<String>),
}

impl fmt::Display for Unfilled {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDocument(words) => write!(to, "{words}"),
            Self::Unknown(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("{{{{{name}}}}}")).collect();
                write!(to, "文档中的占位 {} 没有对应的内容，请改正后重新上传", names.join("、"))
            }
        }
    }
}

/// A filled document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The DOCX.
    pub bytes: Vec<u8>,
    /// Names of values that the document has no place for.
    pub unused: Vec<String>,
}

/// A tag with its brackets, or what stands between tags.
#[derive(Clone, Debug)]
enum Token {
    Tag(String),
    Text(String),
}

/// Words between `<w:t>` and `</w:t>` of one paragraph.
#[derive(Clone, Debug, Default)]
struct Paragraph {
    /// From its opening tag to its closing one.
    span: (usize, usize),
    /// The tokens of its own words.
    texts: Vec<usize>,
    /// Whether other paragraphs stand within: those of a text box.
    holds_others: bool,
}

fn tokens(xml: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            found.push(Token::Text(rest[..at].to_owned()));
        }
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        found.push(Token::Tag(rest[at..end].to_owned()));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        found.push(Token::Text(rest.to_owned()));
    }
    found
}

fn is_tag(tag: &str, name: &str) -> bool {
    let rest = tag.strip_prefix(name).unwrap_or("?");
    rest.starts_with(['>', ' ']) && !tag.ends_with("/>")
}

fn paragraphs(tokens: &[Token]) -> Vec<Paragraph> {
    let (mut open, mut found): (Vec<Paragraph>, Vec<Paragraph>) = (Vec::new(), Vec::new());
    let mut is_text = false;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Tag(tag) if is_tag(tag, "<w:p") => {
                open.iter_mut().for_each(|outer| outer.holds_others = true);
                open.push(Paragraph { span: (at, at), ..Paragraph::default() });
            }
            Token::Tag(tag) if tag == "</w:p>" => {
                found.extend(open.pop().map(|own| Paragraph { span: (own.span.0, at), ..own }));
            }
            Token::Tag(tag) if is_tag(tag, "<w:t") => is_text = true,
            Token::Tag(tag) if tag == "</w:t>" => is_text = false,
            Token::Text(_) if is_text => {
                if let Some(own) = open.last_mut() {
                    own.texts.push(at);
                }
            }
            _ => {}
        }
    }
    found
}

fn plain(xml: &str) -> String {
    xml.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

fn words(tokens: &[Token], at: usize) -> &str {
    match &tokens[at] {
        Token::Text(text) | Token::Tag(text) => text,
    }
}

/// The first place in `text`: where it begins, where it ends, its name.
fn place(text: &str) -> Option<(usize, usize, String)> {
    let from = text.find("{{")?;
    let inner = &text[from + 2..];
    let end = inner.find("}}")?;
    Some((from, from + end + 4, plain(&inner[..end]).trim().to_owned()))
}

struct Filling<'a> {
    values: &'a BTreeMap<String, String>,
    used: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

impl Filling<'_> {
    fn part(&mut self, xml: &str) -> String {
        let mut tokens = tokens(xml);
        let mut copies = Vec::new();
        for paragraph in paragraphs(&tokens) {
            if let Some(lines) = self.whole(&tokens, &paragraph) {
                copies.push((paragraph, lines));
            } else {
                self.paragraph(&mut tokens, &paragraph);
            }
        }
        // From the end, so that places before stay where they are.
        copies.sort_by_key(|(paragraph, _)| std::cmp::Reverse(paragraph.span.0));
        for (paragraph, lines) in copies {
            repeat(&mut tokens, &paragraph, &lines);
        }
        (0..tokens.len()).map(|at| words(&tokens, at)).collect()
    }

    /// The lines of a value that stands alone in its paragraph: each becomes a paragraph.
    fn whole(&mut self, tokens: &[Token], paragraph: &Paragraph) -> Option<Vec<String>> {
        let text: String = paragraph.texts.iter().map(|at| words(tokens, *at)).collect();
        let text = text.trim();
        let (from, to, name) = place(text)?;
        if (from, to) != (0, text.len()) || paragraph.holds_others {
            return None;
        }
        let lines: Vec<String> = self.values.get(&name)?.lines().map(str::to_owned).collect();
        if lines.len() < 2 {
            return None;
        }
        self.used.insert(name);
        Some(lines)
    }

    /// Fills the places of a paragraph, also where an office suite has cut them over several runs.
    fn paragraph(&mut self, tokens: &mut [Token], paragraph: &Paragraph) {
        let mut done = 0;
        loop {
            let pieces: Vec<&str> = paragraph.texts.iter().map(|at| words(tokens, *at)).collect();
            let text = pieces.concat();
            let Some((from, to, name)) = text.get(done..).and_then(place) else { return };
            let (from, to) = (done + from, done + to);
            let Some(value) = self.values.get(&name) else {
                self.unknown.insert(name);
                done = to;
                continue;
            };
            self.used.insert(name);
            let value = escape(value).replace('\n', "</w:t><w:br/><w:t xml:space=\"preserve\">");
            let (mut begin, mut changed) = (0, Vec::new());
            for piece in &pieces {
                let end = begin + piece.len();
                // What of the piece lies within the place goes; the first such piece takes the value.
                let (cut, until) = (from.clamp(begin, end) - begin, to.clamp(begin, end) - begin);
                let takes = (begin..end).contains(&from);
                let own = if takes { value.as_str() } else { "" };
                changed.push(format!("{}{own}{}", &piece[..cut], &piece[until..]));
                begin = end;
            }
            done = from + value.len();
            for (at, text) in paragraph.texts.iter().zip(changed) {
                tokens[*at] = Token::Text(text);
            }
        }
    }
}

/// Puts a paragraph once for each line: the words into its first text, the other texts empty.
fn repeat(tokens: &mut Vec<Token>, paragraph: &Paragraph, lines: &[String]) {
    let (from, to) = paragraph.span;
    let own: Vec<Token> = tokens[from..=to].to_vec();
    let mut all = Vec::with_capacity(own.len() * lines.len());
    for line in lines {
        let mut copy = own.clone();
        for (number, at) in paragraph.texts.iter().enumerate() {
            copy[at - from] = Token::Text(if number == 0 { escape(line) } else { String::new() });
        }
        all.extend(copy);
    }
    tokens.splice(from..=to, all);
}

/// The files of an archive, none too large.
fn unpacked(document: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Unfilled> {
    let none = || Unfilled::NoDocument("这不是 Word 文档（.docx），请另存为 .docx 再上传");
    let mut zip = ZipArchive::new(Cursor::new(document)).map_err(|_| none())?;
    if zip.len() > MOST_FILES {
        return Err(Unfilled::NoDocument("文档里的文件太多，不像是公文"));
    }
    let (mut files, mut left) = (Vec::new(), MOST_BYTES);
    for at in 0..zip.len() {
        let file = zip.by_index(at).map_err(|_| none())?;
        let (name, mut bytes) = (file.name().map_err(|_| none())?.into_owned(), Vec::new());
        file.take(left + 1).read_to_end(&mut bytes).map_err(|_| none())?;
        left = left
            .checked_sub(bytes.len() as u64)
            .ok_or(Unfilled::NoDocument("文档展开后超过 50 MB，请压缩其中的图片"))?;
        if name.ends_with("vbaProject.bin") {
            return Err(Unfilled::NoDocument("文档带有宏，不能使用，请另存为不带宏的 .docx"));
        }
        if !name.ends_with('/') {
            files.push((name, bytes));
        }
    }
    if files.iter().any(|(name, _)| name == "word/document.xml") { Ok(files) } else { Err(none()) }
}

/// Fills the places of `document` by `values`. A value of several lines, alone in its paragraph, becomes a paragraph a line in the
/// look of that paragraph.
///
/// # Errors
/// [`Unfilled`], with every place for which there is no value.
pub fn fill(document: &[u8], values: &BTreeMap<String, String>) -> Result<Filled, Unfilled> {
    let mut files = unpacked(document)?;
    let mut filling = Filling { values, used: BTreeSet::new(), unknown: BTreeSet::new() };
    for (name, bytes) in &mut files {
        let is_text =
            ["word/document", "word/header", "word/footer"].iter().any(|part| name.starts_with(part));
        if is_text && name.ends_with(".xml") {
            let xml = String::from_utf8(std::mem::take(bytes))
                .map_err(|_| Unfilled::NoDocument("文档的文字不是 UTF-8，请用 Word 或者 WPS 另存一次"))?;
            *bytes = filling.part(&xml).into_bytes();
        }
    }
    if !filling.unknown.is_empty() {
        return Err(Unfilled::Unknown(filling.unknown.into_iter().collect()));
    }
    let unused = values.keys().filter(|name| !filling.used.contains(*name)).cloned().collect();
    let bytes = archive(&files).map_err(|_| Unfilled::NoDocument("文档写不出来"))?;
    Ok(Filled { bytes, unused })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        )
        .unwrap();
        let text = body(&filled);
        assert!(text.contains("<w:t>关于&lt;甲&gt;&amp;{{日期}}</w:t></w:r><w:r><w:b/><w:t></w:t></w:r><w:r><w:t>的函，2026年9月30日</w:t>"), "{text}");
        assert_eq!(filled.unused, ["署名"]);
    }

    #[test]
    fn a_value_of_several_lines_alone_becomes_paragraphs_of_the_same_look() {
        let alone = "<w:p><w:pPr><w:ind/></w:pPr><w:r><w:t>{{正文}}</w:t></w:r></w:p><w:p><w:r><w:t>完：{{正文}}</w:t></w:r></w:p>";
        let text = body(&fill(&document(alone), &values(&[("正文", "一、甲\n乙。")])).unwrap());
        assert_eq!(text.matches("<w:pPr><w:ind/></w:pPr>").count(), 2, "{text}");
        assert!(text.contains("完：一、甲</w:t><w:br/><w:t xml:space=\"preserve\">乙。"), "{text}");
    }

    #[test]
    fn every_place_without_a_value_is_told_and_a_document_that_is_none_refused() {
        let two = document("<w:p><w:r><w:t>{{甲}}和{{乙}}，{{丙}}</w:t></w:r></w:p>");
        let refused = fill(&two, &values(&[("乙", "1")])).unwrap_err();
        assert_eq!(refused, Unfilled::Unknown(vec!["丙".into(), "甲".into()]));
        assert!(refused.to_string().contains("{{丙}}、{{甲}}"), "{refused}");
        assert!(matches!(fill(b"%PDF", &values(&[])), Err(Unfilled::NoDocument(_))));
        let empty = archive(&[("a.txt".to_owned(), Vec::new())]).unwrap();
        assert!(matches!(fill(&empty, &values(&[])), Err(Unfilled::NoDocument(_))));
        let program = archive(&[
            ("word/document.xml".to_owned(), Vec::new()),
            ("word/vbaProject.bin".to_owned(), Vec::new()),
        ])
        .unwrap();
        assert!(fill(&program, &values(&[])).unwrap_err().to_string().contains("宏"));
        // A bomb is given up, not unpacked.
        let bomb =
            archive(&[("word/document.xml".to_owned(), vec![b' '; (MOST_BYTES + 2) as usize])]).unwrap();
        assert!(fill(&bomb, &values(&[])).unwrap_err().to_string().contains("50 MB"));
    }

    #[test]
    fn a_paragraph_in_a_text_box_is_its_own() {
        let nested = "<w:p><w:r><w:t>{{甲}}</w:t><w:txbxContent><w:p><w:r><w:t>盒{{乙}}</w:t></w:r></w:p></w:txbxContent></w:r></w:p>";
        let text = body(&fill(&document(nested), &values(&[("甲", "1\n2"), ("乙", "3")])).unwrap());
        assert!(
            text.contains("<w:t>1</w:t><w:br/>") && text.contains("盒3") && text.matches("盒").count() == 1,
            "{text}"
        );
    }
}
