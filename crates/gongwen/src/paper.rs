//! A paper: head, body, end.

use crate::{Block, Day, Line, Pitch};

/// 份号、密级、紧急程度: each only where given (articles 7.2.1 to 7.2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// 份号: six digits.
    pub copy: String,
    /// 密级和保密期限, such as 秘密★1年.
    pub secrecy: String,
    /// 特急 or 加急.
    pub urgency: String,
}

/// What stands between the office's mark and the red line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadLine {
    /// 发文字号, and 签发人 of a paper that goes upward; `None`: a number that is not taken yet.
    Number {
        /// 发文字号.
        number: Option<String>,
        /// 签发人; empty for none.
        signer: String,
    },
    /// Of a 简报: which issue, by whom, when.
    Issue {
        /// 期号, such as 第3期.
        issue: String,
        /// 编发单位.
        office: String,
        /// The day.
        day: Day,
    },
}

/// 版头 (article 7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 份号、密级、紧急程度.
    pub marks: Marks,
    /// 发文机关标志, in red: the office's name with or without 文件; of a 简报 its name.
    pub mark: String,
    /// Below it.
    pub line: HeadLine,
}

/// Whether a paper is stamped, which decides how its signature stands (article 7.3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seal {
    /// The seal is set over name and day.
    #[default]
    Stamped,
    /// No seal.
    None,
}

/// 署名、成文日期、印章 (article 7.3.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// The office's full or usual short name.
    pub office: String,
    /// 成文日期; blank to be filled in where it is not known.
    pub day: Option<Day>,
    /// Whether it is stamped.
    pub seal: Seal,
}

/// 版记 (article 7.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imprint {
    /// 抄送机关; empty for none.
    pub copies: String,
    /// 印发机关.
    pub office: String,
    /// 印发日期.
    pub day: Option<Day>,
}

/// How anybody can check that the paper is genuine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// What is said.
    pub words: String,
    /// Where a QR code leads; empty for none.
    pub address: String,
}

/// An official paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paper {
    /// 版头; `None` for a paper without red head.
    pub head: Option<Head>,
    /// 标题. A line feed breaks it; else it is broken evenly.
    pub title: String,
    /// Below the title in the middle: the number of a form, the day of a summary.
    pub below_title: Line,
    /// 主送机关; empty for none.
    pub addressee: Line,
    /// 正文.
    pub body: Vec<Block>,
    /// 附件说明: their names.
    pub attachments: Vec<String>,
    /// 署名; `None` where the title says who writes.
    pub signature: Option<Signature>,
    /// 附注, without its brackets; empty for none.
    pub note: String,
    /// Small print at the end of a form.
    pub remarks: Vec<Line>,
    /// 版记.
    pub imprint: Option<Imprint>,
    /// How it can be checked.
    pub proof: Option<Proof>,
    /// Across each page: 草稿; empty for none.
    pub watermark: String,
    /// How close lines stand.
    pub pitch: Pitch,
    /// Whether pages bear numbers (article 7.5); forms have none.
    pub has_page_numbers: bool,
}

impl Paper {
    /// A paper with title and body, its pages numbered.
    pub fn new(title: &str, body: Vec<Block>) -> Self {
        Self { title: title.to_owned(), body, has_page_numbers: true, ..Self::default() }
    }

    /// The attachments as they stand below the body: 附件：1. … (article 7.3.4).
    pub fn attachment_lines(&self) -> Vec<String> {
        match self.attachments.as_slice() {
            [] => Vec::new(),
            [one] => vec![format!("附件：{one}")],
            more => {
                let line = |(at, name): (usize, &String)| {
                    let head = if at == 0 { "附件：" } else { "" };
                    format!("{head}{}.{name}", at + 1)
                };
                more.iter().enumerate().map(line).collect()
            }
        }
    }

    /// Everything it says, in the order of reading, a paragraph each, nothing empty: what DOCX and PDF both say, page
    /// numbers and watermark aside.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.head.as_ref().map(head_lines).unwrap_or_default();
        lines.extend([self.title.replace('\n', ""), self.below_title.text(), self.addressee.text()]);
        for block in &self.body {
            match block {
                Block::Heading { text, rest, .. } => lines.push(format!("{text}{}", rest.text())),
                Block::Paragraph(line) | Block::Sign(line) => lines.push(line.text()),
                Block::Columns(columns) => lines.extend(columns.iter().map(Line::text)),
                Block::Table(table) => {
                    lines.push(table.caption.clone());
                    lines.extend(table.rows.iter().flat_map(|row| &row.cells).map(crate::Cell::text));
                    lines.extend(table.notes.iter().cloned());
                }
            }
        }
        lines.extend(self.attachment_lines());
        if let Some(signature) = &self.signature {
            lines.extend([signature.office.clone(), day_words(signature.day)]);
        }
        if !self.note.is_empty() {
            lines.push(format!("（{}）", self.note));
        }
        lines.extend(self.remarks.iter().map(Line::text));
        lines.extend(self.proof.iter().map(|proof| proof.words.clone()));
        lines.extend(self.imprint.iter().flat_map(imprint_lines));
        let split = lines.iter().flat_map(|line| line.split('\n')).map(str::trim);
        split.filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

/// A day, or the blank for one.
pub(crate) fn day_words(day: Option<Day>) -> String {
    day.map_or_else(|| Day::BLANK.to_owned(), |day| day.to_string())
}

fn head_lines(head: &Head) -> Vec<String> {
    let marks = [&head.marks.copy, &head.marks.secrecy, &head.marks.urgency, &head.mark];
    let mut lines: Vec<String> = marks.into_iter().cloned().collect();
    lines.extend(head.line.words());
    lines
}

impl HeadLine {
    /// What stands at the left (or in the middle, where it is alone) and at the right.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Number { number, signer } => {
                let number = number.clone().unwrap_or_else(|| "〔\u{3000}\u{3000}〕\u{3000}号".to_owned());
                if signer.is_empty() { vec![number] } else { vec![number, format!("签发人：{signer}")] }
            }
            Self::Issue { issue, office, day } => vec![issue.clone(), office.clone(), day.to_string()],
        }
    }
}

/// 抄送, then 印发机关 and 印发日期.
pub(crate) fn imprint_lines(imprint: &Imprint) -> Vec<String> {
    let mut lines = Vec::new();
    if !imprint.copies.is_empty() {
        lines.push(format!("抄送：{}。", imprint.copies.trim_end_matches('。')));
    }
    lines.extend([imprint.office.clone(), format!("{}印发", day_words(imprint.day))]);
    lines
}
