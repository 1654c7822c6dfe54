//! The bureau's own document: places such as `{{标题}}` in a DOCX that somebody made in an office suite, found and filled.

mod lines;
mod markup;
mod package;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::docx::{archive, escape};

use lines::repeat;
use markup::{Paragraph, Token, names, paragraphs, plain, tokens};
use package::{MOST_BYTES, unpacked};

/// Places a document may have.
const MOST_PLACES: usize = 200;

/// Why a document was not filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfilled {
    /// It is no DOCX, is too large, or bears what a paper does not; with what to mend.
    NoDocument(String),
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

/// A piece of a value that stands in a filled document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whose value.
    pub name: String,
    /// Where it begins in [`Filled::text`], in bytes; all of the value stands there.
    pub at: usize,
}

/// A filled document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The DOCX.
    pub bytes: Vec<u8>,
    /// Names of values that the document has no place for.
    pub unused: Vec<String>,
    /// What a reader reads of it: a paragraph a line, values as they were given.
    pub text: String,
    /// Where in `text` values stand, in their order.
    pub pieces: Vec<Piece>,
}

/// What an unfilled document holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The names of its places, in the order of reading, each once.
    pub names: Vec<String>,
    /// Those that stand alone in a paragraph at least once.
    pub alone: Vec<String>,
    /// What a reader reads of it, a paragraph a line, places as they are.
    pub text: String,
}

/// The first place in `text`: where it begins, where it ends, its name. Brackets of full width are brackets too.
fn place(text: &str) -> Option<(usize, usize, String)> {
    let opens = [("{{", "}}"), ("｛｛", "｝｝")].map(|(open, close)| Some((text.find(open)?, open, close)));
    let (from, open, close) = opens.into_iter().flatten().min()?;
    let inner = &text[from + open.len()..];
    let end = inner.find(close)?;
    Some((from, from + open.len() + end + close.len(), plain(&inner[..end]).trim().to_owned()))
}

/// The place that is all of a paragraph.
fn alone(paragraph: &Paragraph) -> Option<String> {
    let text = paragraph.read.trim();
    let (from, to, name) = place(text)?;
    ((from, to) == (0, text.len()) && !paragraph.holds_others).then_some(name)
}

/// A part of the archive with words, cut into its paragraphs.
struct Part {
    /// Which file.
    at: usize,
    tokens: Vec<Token>,
    paragraphs: Vec<Paragraph>,
}

/// The parts with words: the document first, then headers, footers and notes.
fn parts(files: &[(String, Vec<u8>)]) -> Result<Vec<Part>, Unfilled> {
    let refused = |words: &str| Err(Unfilled::NoDocument(words.to_owned()));
    let mut found: Vec<Part> = Vec::new();
    for (at, (name, bytes)) in files.iter().enumerate() {
        let xml = String::from_utf8_lossy(bytes);
        let has_words = xml.contains("<w:t>") || xml.contains("<w:t ") || name == "word/document.xml";
        if !name.ends_with(".xml") || name.starts_with("word/glossary/") || !has_words {
            continue;
        }
        if name.starts_with("word/comments") {
            return refused("文档里有批注，请删除全部批注后再上传");
        }
        let mut tokens = tokens(&xml);
        tokens.iter_mut().for_each(written_out);
        let paragraphs = paragraphs(&tokens)?;
        // A place in a drawing or a formula, or one that a tab cuts in two, would stay as it is.
        let filled =
            |own: &Paragraph| names(&own.texts.iter().map(|at| tokens[*at].words()).collect::<String>());
        if let Some(own) = paragraphs.iter().find(|own| names(&own.read) != filled(own)) {
            let all = names(&own.read);
            let words = format!(
                "占位 {{{{{}}}}} 写在图形、公式里，或者中间有制表符、换行，填不进去；请移到普通的段落、表格或者文本框",
                all.first().map_or("", String::as_str)
            );
            return refused(&words);
        }
        found.push(Part { at, tokens, paragraphs });
    }
    found.sort_by_key(|part| files[part.at].0 != "word/document.xml");
    let main = found.iter().find(|part| files[part.at].0 == "word/document.xml");
    if !main.is_some_and(|part| part.tokens.iter().any(|token| token.words().starts_with("<w:document"))) {
        return refused("文档的写法不合常规，请用 Word 或者 WPS 另存一次再上传");
    }
    let count: usize = found.iter().flat_map(|part| &part.paragraphs).map(|own| names(&own.read).len()).sum();
    if count > MOST_PLACES {
        return refused("文档里的占位太多，不像是公文");
    }
    Ok(found)
}

/// Signs by their numbers become signs, so that no bracket hides.
fn written_out(token: &mut Token) {
    if let Token::Text(text) = token
        && text.contains("&#")
    {
        *text = escape(&plain(text));
    }
}

/// What the document holds, found fit to be filled.
///
/// # Errors
/// [`Unfilled::NoDocument`] with what to mend.
pub fn places(document: &[u8]) -> Result<Places, Unfilled> {
    let mut places = Places::default();
    for own in parts(&unpacked(document)?)?.iter().flat_map(|part| &part.paragraphs) {
        for name in names(&own.read) {
            if !places.names.contains(&name) {
                places.names.push(name);
            }
        }
        places.alone.extend(alone(own).filter(|name| !places.alone.contains(name)));
        if !own.read.trim().is_empty() {
            places.text += &own.read;
            places.text.push('\n');
        }
    }
    Ok(places)
}

struct Filling<'a> {
    values: &'a BTreeMap<String, String>,
    used: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

impl<'a> Filling<'a> {
    fn part(&mut self, part: Part) -> Result<String, Unfilled> {
        let mut tokens = part.tokens;
        let mut copies = Vec::new();
        for paragraph in part.paragraphs {
            if let Some(value) = self.whole(&paragraph) {
                copies.push((paragraph, value));
            } else {
                self.paragraph(&mut tokens, &paragraph);
            }
        }
        // From the end, so that places before stay where they are.
        for (paragraph, value) in copies.into_iter().rev() {
            let (from, to) = paragraph.span;
            let own: usize = tokens[from..=to].iter().map(|token| token.words().len()).sum();
            if own.saturating_mul(value.lines().count()) as u64 > MOST_BYTES / 5 {
                return Err(Unfilled::NoDocument(
                    "占位所在的段落太大，填不进去，请把其中的图片移到别的段落".to_owned(),
                ));
            }
            repeat(&mut tokens, &paragraph, value);
        }
        Ok(tokens.iter().map(Token::words).collect())
    }

    /// The value of several lines that stands alone in its paragraph.
    fn whole(&mut self, paragraph: &Paragraph) -> Option<&'a str> {
        let name = alone(paragraph)?;
        let value = self.values.get(&name).filter(|value| value.lines().count() > 1)?;
        self.used.insert(name);
        Some(value)
    }

    /// Fills the places of a paragraph, also where an office suite has cut them over several runs.
    fn paragraph(&mut self, tokens: &mut [Token], paragraph: &Paragraph) {
        let mut done = 0;
        loop {
            let pieces: Vec<&str> = paragraph.texts.iter().map(|at| tokens[*at].words()).collect();
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

/// What a reader reads of the parts once `values` stand in them, and where these stand.
fn read(parts: &[Part], values: &BTreeMap<String, String>) -> (String, Vec<Piece>) {
    let (mut text, mut pieces) = (String::new(), Vec::new());
    for own in parts.iter().flat_map(|part| &part.paragraphs) {
        let (mut rest, before) = (own.read.as_str(), text.len());
        while let Some((from, to, name)) = place(rest) {
            text += &rest[..from];
            if let Some(value) = values.get(&name) {
                pieces.push(Piece { name, at: text.len() });
                text += value;
            }
            rest = &rest[to..];
        }
        text += rest;
        if text.len() > before {
            text.push('\n');
        }
    }
    (text, pieces)
}

/// Puts `notice` on the first page and at the head of those that have one.
fn noted(xml: String, notice: &str) -> String {
    if notice.is_empty() {
        return xml;
    }
    let words = format!(
        "<w:p><w:pPr><w:jc w:val=\"right\"/></w:pPr><w:r><w:rPr><w:color w:val=\"C00000\"/><w:sz w:val=\"32\"/></w:rPr><w:t>{}</w:t></w:r></w:p>",
        escape(notice)
    );
    let opening = ["<w:body", "<w:hdr"].iter().find_map(|tag| xml.find(tag));
    let Some(end) = opening.and_then(|at| Some(at + xml[at..].find('>')? + 1)) else { return xml };
    format!("{}{words}{}", &xml[..end], &xml[end..])
}

/// Fills the places of `document` by `values`. A value of several lines, alone in its paragraph, becomes a paragraph a line in the
/// look of that paragraph: headings by their ordinals in the faces of GB/T 9704, rows between bars a table. `notice` (草稿) stands
/// above the document and in its headers; empty for none.
///
/// # Errors
/// [`Unfilled`], with every place for which there is no value.
pub fn fill(document: &[u8], values: &BTreeMap<String, String>, notice: &str) -> Result<Filled, Unfilled> {
    let mut files = unpacked(document)?;
    let parts = parts(&files)?;
    let (text, pieces) = read(&parts, values);
    let mut filling = Filling { values, used: BTreeSet::new(), unknown: BTreeSet::new() };
    for part in parts {
        let at = part.at;
        files[at].1 = noted(filling.part(part)?, notice).into_bytes();
    }
    if !filling.unknown.is_empty() {
        return Err(Unfilled::Unknown(filling.unknown.into_iter().collect()));
    }
    let unused = values.keys().filter(|name| !filling.used.contains(*name)).cloned().collect();
    let bytes = archive(&files).map_err(|_| Unfilled::NoDocument("文档写不出来".to_owned()))?;
    Ok(Filled { bytes, unused, text, pieces })
}

#[cfg(test)]
mod tests;
