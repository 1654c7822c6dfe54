//! Markup cut into tags and words, and what a reader reads of it.

use super::{Unfilled, place};

/// A tag with its brackets, or what stands between tags.
#[derive(Clone, Debug)]
pub(super) enum Token {
    Tag(String),
    Text(String),
}

impl Token {
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Text(text) | Self::Tag(text) => text,
        }
    }
}

/// Words between `<w:t>` and `</w:t>` of one paragraph.
#[derive(Clone, Debug, Default)]
pub(super) struct Paragraph {
    /// From its opening tag to its closing one.
    pub(super) span: (usize, usize),
    /// The tokens of its own words.
    pub(super) texts: Vec<usize>,
    /// Whether other paragraphs stand within: those of a text box.
    pub(super) holds_others: bool,
    /// What a reader reads: also words of drawings and formulas, no page numbers.
    pub(super) read: String,
}

pub(super) fn tokens(xml: &str) -> Vec<Token> {
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

pub(super) fn is_tag(tag: &str, name: &str) -> bool {
    let rest = tag.strip_prefix(name).unwrap_or("?");
    rest.starts_with(['>', ' ', '\n', '\r', '\t', '/']) && !tag.ends_with("/>")
}

/// `text` with its references to signs read: `&lt;`, `&#56;`.
pub(super) fn plain(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('&') {
        out += &rest[..at];
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        let name = rest.get(1..end).unwrap_or_default();
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(number) => u32::from_str_radix(number, 16).ok(),
            None => number.parse().ok(),
        });
        let sign = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "amp" => Some('&'),
            _ => number.and_then(char::from_u32),
        };
        out.push(sign.unwrap_or('&'));
        rest = &rest[if sign.is_some() { end + 1 } else { 1 }..];
    }
    out + rest
}

/// Fields that fetch or run what is outside of the document.
const REACHING: &[&str] = &[
    "DDE",
    "DDEAUTO",
    "INCLUDE",
    "INCLUDETEXT",
    "INCLUDEPICTURE",
    "LINK",
    "IMPORT",
    "MACROBUTTON",
    "HYPERLINK",
];
/// Fields whose result is the number of a page.
const PAGES: &[&str] = &["PAGE", "NUMPAGES", "SECTIONPAGES"];

/// Fields (域) that are open while a part is read.
#[derive(Default)]
struct Fields {
    /// Of each, what it asks for, and whether its result has begun.
    open: Vec<(String, bool)>,
    in_asking: bool,
}

impl Fields {
    fn of(asking: &str) -> String {
        plain(asking)
            .trim_start()
            .split(|c: char| !c.is_ascii_alphabetic())
            .next()
            .unwrap_or_default()
            .to_uppercase()
    }

    fn take(&mut self, tag: &str) {
        if tag.starts_with("<w:fldChar") {
            let kind =
                |word: &str| tag.contains(&format!("\"{word}\"")) || tag.contains(&format!("'{word}'"));
            if kind("begin") {
                self.open.push((String::new(), false));
            } else if kind("separate") {
                self.open.iter_mut().rev().take(1).for_each(|one| one.1 = true);
            } else {
                self.open.pop();
            }
        } else if is_tag(tag, "<w:fldSimple") {
            let asked = tag.split_once("w:instr=").and_then(|(_, rest)| rest.get(1..)).unwrap_or_default();
            self.open.push((asked.to_owned(), true));
        } else if tag == "</w:fldSimple>" {
            self.open.pop();
        } else if tag.starts_with("<w:instrText") || tag == "</w:instrText>" {
            self.in_asking = is_tag(tag, "<w:instrText");
        }
    }

    fn ask(&mut self, text: &str) {
        self.open.iter_mut().rev().take(1).for_each(|one| one.0 += text);
    }

    fn reaches_out(&self) -> bool {
        self.open.iter().any(|(asked, _)| REACHING.contains(&Self::of(asked).as_str()))
    }

    fn is_page(&self) -> bool {
        self.open.iter().any(|(asked, begun)| *begun && PAGES.contains(&Self::of(asked).as_str()))
    }
}

/// Paragraphs in the order in which they begin, with what a reader reads of each.
///
/// # Errors
/// What no paper holds: tracked changes, fields that fetch what is outside.
pub(super) fn paragraphs(tokens: &[Token]) -> Result<Vec<Paragraph>, Unfilled> {
    let (mut open, mut found): (Vec<Paragraph>, Vec<Paragraph>) = (Vec::new(), Vec::new());
    let (mut is_text, mut is_drawn, mut fields) = (false, false, Fields::default());
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
            Token::Tag(tag) if is_tag(tag, "<a:t") || is_tag(tag, "<m:t") => is_drawn = true,
            Token::Tag(tag) if tag == "</a:t>" || tag == "</m:t>" => is_drawn = false,
            Token::Tag(tag)
                if is_tag(tag, "<w:ins") || is_tag(tag, "<w:del") || is_tag(tag, "<w:moveFrom") =>
            {
                let words = "文档里有修订痕迹，请在“审阅”中接受全部修订后再上传";
                return Err(Unfilled::NoDocument(words.to_owned()));
            }
            Token::Tag(tag) => {
                if ["<w:tab/>", "<w:br/>", "<w:cr/>"].contains(&tag.as_str())
                    && let Some(own) = open.last_mut()
                {
                    own.read.push(' ');
                }
                fields.take(tag);
            }
            Token::Text(text) if is_text || is_drawn => {
                if let Some(own) = open.last_mut() {
                    if is_text {
                        own.texts.push(at);
                    }
                    if !fields.is_page() {
                        own.read += &plain(text);
                    }
                }
            }
            Token::Text(text) if fields.in_asking => fields.ask(text),
            Token::Text(_) => {}
        }
        if fields.reaches_out() {
            let words =
                "文档里有引用外部内容的域（例如超链接、链接的表格），请全选后按 Ctrl+Shift+F9 转为文字再上传";
            return Err(Unfilled::NoDocument(words.to_owned()));
        }
    }
    found.sort_by_key(|paragraph| paragraph.span.0);
    Ok(found)
}

/// The names of places in `text`, in their order.
pub(super) fn names(text: &str) -> Vec<String> {
    let (mut found, mut done) = (Vec::new(), 0);
    while let Some((_, to, name)) = text.get(done..).and_then(place) {
        found.push(name);
        done += to;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(xml: &str) -> Vec<String> {
        paragraphs(&tokens(xml)).unwrap().into_iter().map(|one| one.read).collect()
    }

    #[test]
    fn a_reader_reads_signs_boxes_and_formulas_and_no_page_numbers() {
        let xml = "<w:p><w:r><w:t>共&#56;&#x34;件</w:t><w:tab/><m:t>x=1</m:t><w:drawing><a:t>图2</a:t></w:drawing></w:r>\
                   <w:txbxContent><w:p><w:r><w:t>盒</w:t></w:r></w:p></w:txbxContent></w:p>\
                   <w:p><w:r><w:t>—</w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>\
                   <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:t>—</w:t></w:r></w:p>\
                   <w:p><w:fldSimple w:instr=\" NUMPAGES \"><w:r><w:t>9</w:t></w:r></w:fldSimple></w:p>";
        assert_eq!(read(xml), ["共84件 x=1图2", "盒", "——", ""]);
    }

    #[test]
    fn changes_and_fields_that_fetch_are_refused() {
        for (xml, words) in [
            ("<w:p><w:ins w:id=\"1\"><w:r><w:t>84</w:t></w:r></w:ins></w:p>", "接受全部修订"),
            (
                "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>DDE</w:instrText><w:instrText>AUTO cmd</w:instrText></w:r></w:p>",
                "域",
            ),
            (
                "<w:p><w:fldSimple w:instr=\"INCLUDETEXT &quot;http://a&quot;\"><w:r/></w:fldSimple></w:p>",
                "域",
            ),
        ] {
            let refused = paragraphs(&tokens(xml)).unwrap_err().to_string();
            assert!(refused.contains(words), "{xml}: {refused}");
        }
        assert_eq!(read("<w:p><w:insideH/><w:t>a</w:t></w:p>"), ["a"]);
    }

    #[test]
    fn references_that_are_none_stay_words() {
        assert_eq!(plain("a&b;&lt;&#xffffff;&#;& &amp;lt;"), "a&b;<&#xffffff;&#;& &lt;");
    }
}
