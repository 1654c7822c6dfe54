//! Words, runs and paragraphs of WordprocessingML, elements in the order of the schema (ISO/IEC 29500-1, 17.3).

use crate::{
    Line,
    standard::{BODY_PT, FACE_BODY, FACE_LATIN},
};

/// Text as XML: marks escaped, signs that XML 1.0 cannot hold left out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// How a run looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub face: &'static str,
    /// In points.
    pub size: u32,
    /// Of six hexadecimal digits; empty for black.
    pub colour: &'static str,
    pub is_underlined: bool,
}

impl Look {
    pub const BODY: Self = Self { face: FACE_BODY, size: BODY_PT, colour: "", is_underlined: false };

    pub const fn of(face: &'static str, size: u32) -> Self {
        Self { face, size, colour: "", is_underlined: false }
    }

    /// The properties of a run that looks so.
    pub fn properties(self) -> String {
        let Self { face, size, colour, is_underlined } = self;
        let colour = if colour.is_empty() { String::new() } else { format!("<w:color w:val=\"{colour}\"/>") };
        // 三号 is drawn together by its style; other sizes are not.
        let pitch = if size == BODY_PT { "" } else { "<w:spacing w:val=\"0\"/>" };
        let line = if is_underlined { "<w:u w:val=\"single\"/>" } else { "" };
        // The hint has quotation marks and dashes drawn by the Chinese face.
        format!(
            "<w:rPr><w:rFonts w:hint=\"eastAsia\" w:ascii=\"{FACE_LATIN}\" w:hAnsi=\"{FACE_LATIN}\" w:eastAsia=\"{face}\" w:cs=\"{FACE_LATIN}\"/>{colour}{pitch}<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/>{line}</w:rPr>",
            size * 2
        )
    }

    /// A run of `text`, a line feed a break.
    pub fn run(self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let words = escape(text).replace('\t', "</w:t><w:tab/><w:t xml:space=\"preserve\">");
        let words = words.replace('\n', "</w:t><w:br/><w:t xml:space=\"preserve\">");
        format!("<w:r>{}<w:t xml:space=\"preserve\">{words}</w:t></w:r>", self.properties())
    }

    /// The runs of a line.
    pub fn line(self, line: &Line) -> String {
        line.0.iter().map(|run| Self { is_underlined: run.is_underlined, ..self }.run(&run.text)).collect()
    }
}

/// How a paragraph stands. Lengths in twips.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stand {
    pub style: &'static str,
    pub is_with_next: bool,
    pub is_in_grid: bool,
    pub before: u32,
    pub after: u32,
    /// Height of a line; 0 for what the style says.
    pub line: u32,
    pub left: u32,
    pub right: u32,
    /// Further left of the first line.
    pub hanging: u32,
    /// Further right of the first line.
    pub first: u32,
    /// `left`, `center`, `right`; empty for both edges.
    pub align: &'static str,
    /// Whether a red line stands below.
    pub has_red_line: bool,
}

impl Stand {
    /// On the grid of the page, both edges even.
    pub const BODY: Self = Self {
        style: "",
        is_with_next: false,
        is_in_grid: true,
        before: 0,
        after: 0,
        line: 0,
        left: 0,
        right: 0,
        hanging: 0,
        first: 0,
        align: "",
        has_red_line: false,
    };

    fn properties(self) -> String {
        let mut out = String::from("<w:pPr>");
        if !self.style.is_empty() {
            out += &format!("<w:pStyle w:val=\"{}\"/>", self.style);
        }
        if self.is_with_next {
            out += "<w:keepNext/><w:keepLines/>";
        }
        if self.has_red_line {
            out +=
                "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"16\" w:space=\"5\" w:color=\"FF0000\"/></w:pBdr>";
        }
        if !self.is_in_grid {
            out += "<w:snapToGrid w:val=\"0\"/>";
        }
        if (self.before, self.after, self.line) != (0, 0, 0) {
            let line = if self.line == 0 {
                String::new()
            } else {
                format!(" w:line=\"{}\" w:lineRule=\"exact\"", self.line)
            };
            out += &format!("<w:spacing w:before=\"{}\" w:after=\"{}\"{line}/>", self.before, self.after);
        }
        let first = match (self.hanging, self.first) {
            (0, first) => format!(" w:firstLine=\"{first}\""),
            (hanging, _) => format!(" w:hanging=\"{hanging}\""),
        };
        if (self.left, self.right, self.hanging, self.first) != (0, 0, 0, 0) || !self.style.is_empty() {
            out += &format!("<w:ind w:left=\"{}\" w:right=\"{}\"{first}/>", self.left, self.right);
        }
        if !self.align.is_empty() {
            out += &format!("<w:jc w:val=\"{}\"/>", self.align);
        }
        out + "</w:pPr>"
    }

    /// A paragraph of `runs` that stands so.
    pub fn paragraph(self, runs: &str) -> String {
        format!("<w:p>{}{runs}</w:p>", self.properties())
    }
}
