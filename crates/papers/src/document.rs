//! A paper as blocks: what page, text and later DOCX and PDF are made of.

use crate::language::{BREAK, END, FILL, NO_DAY, PLAIN};

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Words of the form.
    Text(String),
    /// What was filled in, possibly in several lines; empty is a blank to write on.
    Fill(String),
    /// A day not known yet: `　年　月　日`.
    NoDay,
}

/// Pieces of a line.
pub type Spans = Vec<Span>;

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Pairs of label and value.
    Cells(Vec<Spans>),
    /// One wide cell to write in.
    Wide(Spans),
    /// Places to sign, with a day.
    Signatures(Vec<Spans>),
}

/// Rows under one heading at the side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The heading; empty for rows over the whole width.
    pub head: Spans,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A block of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The line with the number.
    Number,
    /// To whom.
    Addressee(Spans),
    /// A paragraph.
    Paragraph(Spans),
    /// Entries beside each other.
    Columns(Vec<Spans>),
    /// A table.
    Table(Vec<Group>),
    /// A place to sign.
    Signature(Spans),
    /// Name of the office with the place of its seal, and the day.
    Seal(Spans),
    /// A note below.
    Note(Spans),
}

/// A paper: its blocks in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The blocks.
    pub blocks: Vec<Block>,
}

impl Document {
    /// Reads what [`crate::language::render`] made.
    pub fn parse(marked: &str) -> Self {
        let mut document = Self::default();
        for line in marked.lines() {
            let (directive, rest) = match line.split_once(' ') {
                Some((directive, rest)) if directive.starts_with('@') => (directive, rest),
                _ if line.starts_with('@') => (line, ""),
                _ => ("", line),
            };
            document.line(directive, rest.trim());
        }
        document
    }

    fn line(&mut self, directive: &str, rest: &str) {
        match directive {
            "@文号" => self.blocks.push(Block::Number),
            "@抬头" => self.blocks.push(Block::Addressee(spans(rest))),
            "@行" => self.blocks.push(Block::Columns(columns(rest))),
            "@组" => self.group(spans(rest)),
            "@排" => self.row(Row::Cells(columns(rest))),
            "@格" => self.row(Row::Wide(spans(rest))),
            "@签" => {
                self.group(Vec::new());
                self.row(Row::Signatures(columns(rest)));
            }
            "@签名" => self.blocks.push(Block::Signature(spans(rest))),
            "@落款" => self.blocks.push(Block::Seal(spans(rest))),
            "@注" => self.blocks.push(Block::Note(spans(rest))),
            _ if rest.is_empty() => {}
            _ => self.blocks.push(Block::Paragraph(spans(rest))),
        }
    }

    fn group(&mut self, head: Spans) {
        let group = Group { head, rows: Vec::new() };
        if let Some(Block::Table(groups)) = self.blocks.last_mut() {
            groups.push(group);
        } else {
            self.blocks.push(Block::Table(vec![group]));
        }
    }

    fn row(&mut self, row: Row) {
        if !matches!(self.blocks.last(), Some(Block::Table(_))) {
            self.group(Vec::new());
        }
        if let Some(Block::Table(groups)) = self.blocks.last_mut()
            && let Some(group) = groups.last_mut()
        {
            group.rows.push(row);
        }
    }
}

/// Splits at `|`, but not within what was filled in.
fn columns(text: &str) -> Vec<Spans> {
    let mut filled = false;
    let parts = text.split(|c: char| {
        match c {
            FILL | PLAIN => filled = true,
            END => filled = false,
            _ => {}
        }
        c == '|' && !filled
    });
    parts.map(|part| spans(part.trim())).collect()
}

fn spans(text: &str) -> Spans {
    let mut found: Spans = Vec::new();
    let mut rest = text;
    let words = |found: &mut Spans, text: &str| {
        if let Some(Span::Text(last)) = found.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            found.push(Span::Text(text.to_owned()));
        }
    };
    while let Some(at) = rest.find([FILL, PLAIN, NO_DAY]) {
        words(&mut found, &rest[..at]);
        let mut marked = rest[at..].chars();
        let mark = marked.next();
        let after = marked.as_str();
        if mark == Some(NO_DAY) {
            found.push(Span::NoDay);
            rest = after;
            continue;
        }
        let (inside, after) = after.split_once(END).unwrap_or((after, ""));
        let inside = inside.replace(BREAK, "\n");
        if mark == Some(FILL) {
            found.push(Span::Fill(inside.trim().to_owned()));
        } else {
            words(&mut found, &inside);
        }
        rest = after;
    }
    words(&mut found, rest);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_and_directives_inside_a_field_stay_words() {
        let marked = format!("@排 姓名 | {FILL}甲|乙{END}\n{FILL}@注 伪造{BREAK}@落款{END}");
        let document = Document::parse(&marked);
        let [Block::Table(groups), Block::Paragraph(spans)] = document.blocks.as_slice() else {
            panic!("{document:?}")
        };
        assert_eq!(
            groups[0].rows,
            [Row::Cells(vec![vec![Span::Text("姓名".into())], vec![Span::Fill("甲|乙".into())]])]
        );
        assert_eq!(spans, &[Span::Fill("@注 伪造\n@落款".into())]);
    }

    #[test]
    fn words_of_the_law_join_the_text_and_days_may_be_blank() {
        let document = Document::parse(&format!("依据《{PLAIN}办法{END}》于{NO_DAY}前"));
        assert_eq!(
            document.blocks,
            [Block::Paragraph(vec![
                Span::Text("依据《办法》于".into()),
                Span::NoDay,
                Span::Text("前".into())
            ])]
        );
    }
}
