//! What the body of a paper is made of.

/// Words of one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The words; a line feed breaks the line.
    pub text: String,
    /// Whether a line is drawn below: what was filled in, or is to be.
    pub is_underlined: bool,
}

/// Runs one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Run>);

impl Line {
    /// The words alone.
    pub fn text(&self) -> String {
        self.0.iter().map(|run| run.text.as_str()).collect()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|run| run.text.is_empty())
    }

    /// The same with further words behind.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>, is_underlined: bool) -> Self {
        self.0.push(Run { text: text.into(), is_underlined });
        self
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::default() } else { Self(vec![Run { text, is_underlined: false }]) }
    }
}

/// 结构层次序数 (article 7.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 一、 in 黑体.
    First,
    /// （一） in 楷体.
    Second,
    /// 1. in 仿宋.
    Third,
    /// （1） in 仿宋.
    Fourth,
}

impl Level {
    /// From the highest.
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];

    /// From 1.
    pub const fn depth(self) -> usize {
        self as usize + 1
    }
}

/// How a cell's words stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right: numbers.
    Right,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its paragraphs.
    pub lines: Vec<Line>,
    /// How they stand.
    pub align: Align,
    /// Columns it spans, from 1.
    pub across: usize,
    /// Rows it spans, from 1; the rows below leave it out.
    pub down: usize,
    /// Whether its words run from top to bottom.
    pub is_upright: bool,
    /// Whether they begin at its top; else they stand in the middle.
    pub is_top: bool,
}

impl Cell {
    /// A cell of one line.
    pub fn new(line: impl Into<Line>, align: Align) -> Self {
        Self { lines: vec![line.into()], align, across: 1, down: 1, is_upright: false, is_top: false }
    }

    /// The same over several columns.
    #[must_use]
    pub fn across(self, across: usize) -> Self {
        Self { across, ..self }
    }

    /// Its words, a line a paragraph.
    pub fn text(&self) -> String {
        self.lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
    }
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Its least height in points; 0 for what its words need.
    pub least_pt: u32,
}

/// A table (article 8 and custom).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Above it; empty for none.
    pub caption: String,
    /// Shares of the width, a column each.
    pub widths: Vec<u32>,
    /// How many rows from the first are repeated on each following page.
    pub heads: usize,
    /// Its rows.
    pub rows: Vec<Row>,
    /// 单位、资料来源 and the like below it.
    pub notes: Vec<String>,
}

impl Table {
    /// A list: a head row that is repeated, a row an entry; columns as wide as what stands in them asks.
    pub fn list(caption: &str, heads: &[(&str, Align)], entries: &[Vec<String>]) -> Self {
        let row = |cells: Vec<Cell>| Row { cells, least_pt: 0 };
        let head = heads.iter().map(|(word, _)| Cell::new(*word, Align::Centre)).collect();
        let body = entries.iter().map(|entry| {
            row(entry.iter().zip(heads).map(|(text, (_, align))| Cell::new(text.as_str(), *align)).collect())
        });
        let widths = (0..heads.len()).map(|at| {
            let of = |text: &str| crate::title::halves(text).clamp(4, 40);
            let widest = entries.iter().filter_map(|entry| entry.get(at)).map(|text| of(text)).max();
            // In points: six a half character of 小四, and the edges of a cell.
            u32::try_from(widest.unwrap_or(4).max(of(heads[at].0)) * 6 + 16).unwrap_or(256)
        });
        Self {
            caption: caption.to_owned(),
            widths: widths.collect(),
            heads: 1,
            rows: [row(head)].into_iter().chain(body).collect(),
            notes: Vec::new(),
        }
    }
}

/// A block of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading with its ordinal; `rest` follows in the same paragraph in the body's face.
    Heading {
        /// Which.
        level: Level,
        /// Ordinal and words.
        text: String,
        /// What follows.
        rest: Line,
    },
    /// A paragraph, its first line drawn in by two characters.
    Paragraph(Line),
    /// Entries beside each other, not drawn in.
    Columns(Vec<Line>),
    /// A table.
    Table(Table),
    /// A place to sign.
    Sign(Line),
}
