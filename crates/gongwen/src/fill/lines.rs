//! A value of several lines in the place of one paragraph: paragraphs of its look, headings in their faces, tables.

use super::markup::{Paragraph, Token, is_tag};
use crate::{
    Block, Level, blocks,
    docx::{escape, table},
    standard::{FACE_HEAVY, FACE_KAI},
};

/// Puts a paragraph once for each line of `value`: the words into its first text, the other texts empty.
pub(super) fn repeat(tokens: &mut Vec<Token>, paragraph: &Paragraph, value: &str) {
    let (from, to) = paragraph.span;
    let own: Vec<Token> = tokens[from..=to].to_vec();
    let mut all = Vec::new();
    for block in blocks(value) {
        // Between two tables that touch, and behind one at the end of a cell, stands a paragraph.
        let after_table = ends_with_table(&all);
        match block {
            Block::Heading { level, text, rest } => {
                all.extend(copy(&own, paragraph, &[(&text, face(level)), (&rest.text(), None)]));
            }
            Block::Paragraph(line) => all.extend(copy(&own, paragraph, &[(&line.text(), None)])),
            Block::Table(one) => {
                if after_table {
                    all.push(Token::Tag("<w:p/>".to_owned()));
                }
                all.push(Token::Tag(table(&one)));
            }
            Block::Columns(_) | Block::Sign(_) => {}
        }
    }
    if ends_with_table(&all) {
        all.push(Token::Tag("<w:p/>".to_owned()));
    }
    tokens.splice(from..=to, all);
}

fn ends_with_table(tokens: &[Token]) -> bool {
    tokens.last().is_some_and(|token| token.words().ends_with("</w:tbl>"))
}

/// The face of a heading, where it is another than the text's.
const fn face(level: Level) -> Option<&'static str> {
    match level {
        Level::First => Some(FACE_HEAVY),
        Level::Second => Some(FACE_KAI),
        Level::Third | Level::Fourth => None,
    }
}

/// The paragraph with other words.
fn copy(own: &[Token], paragraph: &Paragraph, pieces: &[(&str, Option<&str>)]) -> Vec<Token> {
    let mut copy = own.to_vec();
    let texts: Vec<usize> = paragraph.texts.iter().map(|at| at - paragraph.span.0).collect();
    for at in &texts {
        copy[*at] = Token::Text(String::new());
    }
    let Some(first) = texts.first().copied() else { return copy };
    let tag = |at: usize| if let Token::Tag(tag) = &own[at] { tag.as_str() } else { "" };
    let open = (0..first).rev().find(|at| is_tag(tag(*at), "<w:r"));
    let close = (first..own.len()).find(|at| tag(*at) == "</w:r>");
    let (Some(open), Some(close), true) = (open, close, pieces.iter().any(|(_, face)| face.is_some())) else {
        let words: String = pieces.iter().map(|(words, _)| *words).collect();
        copy[first] = Token::Text(escape(&words));
        return copy;
    };
    let look: String = match (open + 1..first).find(|at| tag(*at) == "</w:rPr>") {
        Some(end) => own[open + 1..=end].iter().map(Token::words).collect(),
        None => String::new(),
    };
    let runs = pieces.iter().filter(|(words, _)| !words.is_empty()).map(|(words, face)| {
        let look = face.map_or_else(|| look.clone(), |face| faced(&look, face));
        format!("<w:r>{look}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(words))
    });
    let runs = Token::Tag(runs.collect());
    copy.splice(open..=close, [runs]);
    copy
}

/// The properties of a run with another Chinese face, in the order of the schema: a style, then faces, then all others.
fn faced(look: &str, face: &str) -> String {
    let own = format!("<w:rFonts w:hint=\"eastAsia\" w:eastAsia=\"{face}\"/>");
    let inner =
        look.strip_prefix("<w:rPr>").and_then(|rest| rest.strip_suffix("</w:rPr>")).unwrap_or_default();
    let mut rest = inner.to_owned();
    for name in ["<w:rFonts", "<w:rStyle"] {
        if let Some(at) = rest.find(name)
            && let Some(end) = rest[at..].find("/>")
        {
            let found: String = rest.drain(at..at + end + 2).collect();
            if name == "<w:rStyle" {
                return format!("<w:rPr>{found}{own}{rest}</w:rPr>");
            }
        }
    }
    format!("<w:rPr>{own}{rest}</w:rPr>")
}
