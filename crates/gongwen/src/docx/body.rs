//! Head, title and body of a paper as paragraphs.

use super::{
    end,
    table::{beside, table},
    xml::{Look, Stand},
};
use crate::{
    Block, Head, HeadLine, Level, Line, Paper, Pitch,
    standard::{
        BODY_PT, FACE_BODY, FACE_HEAVY, FACE_KAI, FACE_TITLE, LINE_TWIPS, MARK_DROP_MM, MEASURE_TWIPS, RED,
        TITLE_PT, twips,
    },
    title::{halves, lines},
};

/// A character of 三号.
pub(super) const CHARACTER: u32 = MEASURE_TWIPS / 28;

/// Everything between the edges of the section.
pub(super) fn body(paper: &Paper) -> String {
    let mut out = String::new();
    if let Some(head) = &paper.head {
        out += &head_of(head);
    }
    out += &title(paper);
    let last = paper.body.len();
    for (block, at) in paper.body.iter().zip(1..) {
        // No page may hold the signature alone: the last paragraph stays with it.
        let is_with_next = at == last && paper.signature.is_some();
        let next = self::block(block, is_with_next);
        out += &joint(&out, &next);
        out += &next;
    }
    let end = end::end(paper);
    let joint = joint(&out, &end);
    out + &joint + &end
}

/// Two tables that touch become one: a thin paragraph keeps them apart.
pub(super) fn joint(before: &str, after: &str) -> String {
    let touch = before.ends_with("</w:tbl>") && after.starts_with("<w:tbl>");
    if touch { Stand { line: 40, ..Stand::BODY }.paragraph("") } else { String::new() }
}

fn head_of(head: &Head) -> String {
    let mut out = String::new();
    // 份号、密级、紧急程度 take the first lines, whether given or not: the mark hangs at its height.
    let marks = [&head.marks.copy, &head.marks.secrecy, &head.marks.urgency];
    let given: Vec<&&String> = marks.iter().filter(|mark| !mark.is_empty()).collect();
    for mark in &given {
        let face = if ***mark == head.marks.copy { FACE_BODY } else { FACE_HEAVY };
        out += &Stand { align: "left", ..Stand::BODY }.paragraph(&Look::of(face, BODY_PT).run(mark));
    }
    let taken = u32::try_from(given.len()).unwrap_or(0) * LINE_TWIPS;
    // Space above the first paragraph of a page is dropped by some programs: a line of its own holds it open.
    let drop = twips(MARK_DROP_MM).saturating_sub(taken + 200);
    out += &Stand { is_in_grid: false, line: drop.max(200), ..Stand::BODY }.paragraph("");
    let size = mark_size(&head.mark);
    let look = Look { colour: RED, ..Look::of(FACE_TITLE, size) };
    let stand = Stand { is_in_grid: false, line: size * 24, align: "center", ..Stand::BODY };
    out += &stand.paragraph(&look.run(&head.mark));
    out + &head_line(&head.line)
}

/// As large as the width lets it be: 50 pt for short marks (article 7.2.4: 醒目、美观、庄重).
pub(crate) fn mark_size(mark: &str) -> u32 {
    let wide = u32::try_from(halves(mark).max(2)).unwrap_or(60);
    (MEASURE_TWIPS / 20 * 2 / wide).saturating_sub(1).clamp(22, 50)
}

fn head_line(line: &HeadLine) -> String {
    let two_lines = LINE_TWIPS * 2;
    let red = Stand { has_red_line: true, ..Stand::BODY };
    let cell = |align, runs: &str| Stand { align, ..Stand::BODY }.paragraph(runs);
    let words = line.words();
    match line {
        HeadLine::Number { signer, .. } if signer.is_empty() => {
            Stand { before: two_lines, align: "center", ..red }.paragraph(&Look::BODY.run(&words[0]))
        }
        HeadLine::Number { signer, .. } => {
            let number =
                Stand { left: CHARACTER, align: "left", ..Stand::BODY }.paragraph(&Look::BODY.run(&words[0]));
            let runs = Look::BODY.run("签发人：") + &Look::of(FACE_KAI, BODY_PT).run(signer);
            let signer = Stand { right: CHARACTER, align: "right", ..Stand::BODY }.paragraph(&runs);
            format!(
                "{}{}{}",
                Stand { line: two_lines, ..Stand::BODY }.paragraph(""),
                beside(&[1, 1], &[number, signer]),
                Stand { is_in_grid: false, line: 120, ..red }.paragraph("")
            )
        }
        HeadLine::Issue { issue, office, day } => {
            let issue =
                Stand { align: "center", before: LINE_TWIPS / 2, after: LINE_TWIPS / 2, ..Stand::BODY }
                    .paragraph(&Look::BODY.run(issue));
            let (left, right) =
                (cell("left", &Look::BODY.run(office)), cell("right", &Look::BODY.run(&day.to_string())));
            format!(
                "{issue}{}{}",
                beside(&[3, 2], &[left, right]),
                Stand { is_in_grid: false, line: 120, ..red }.paragraph("")
            )
        }
    }
}

fn title(paper: &Paper) -> String {
    let line = paper.pitch.line_twips();
    let before = if paper.head.is_some() { line * 2 } else { 0 };
    let breaks = lines(&paper.title).join("\n");
    let look = Look::of(FACE_TITLE, TITLE_PT);
    let has_below = !paper.below_title.is_empty();
    let gap = if paper.pitch == Pitch::Standard { line } else { line / 2 };
    let stand = Stand {
        style: "Title",
        is_in_grid: true,
        before,
        after: if has_below { 0 } else { gap },
        ..Stand::BODY
    };
    let mut out = stand.paragraph(&look.run(&breaks));
    if has_below {
        let stand = Stand { align: "center", after: gap, ..Stand::BODY };
        out += &stand.paragraph(&Look::BODY.line(&paper.below_title));
    }
    if !paper.addressee.is_empty() {
        out += &Stand { align: "left", ..Stand::BODY }.paragraph(&Look::BODY.line(&paper.addressee));
    }
    out
}

/// A paragraph of the body: drawn in by two characters.
fn paragraph(line: &Line, is_with_next: bool) -> String {
    // Several lines that were filled in are paragraphs of their own.
    let stand = Stand { first: CHARACTER * 2, is_with_next, ..Stand::BODY };
    split(line).iter().map(|line| stand.paragraph(&Look::BODY.line(line))).collect()
}

/// A line at its line feeds.
pub(crate) fn split(line: &Line) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    for run in &line.0 {
        for (at, piece) in run.text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Line::default());
            }
            if let Some(last) = lines.last_mut()
                && !piece.is_empty()
            {
                *last = std::mem::take(last).and(piece, run.is_underlined);
            }
        }
    }
    lines
}

fn block(block: &Block, is_with_next: bool) -> String {
    match block {
        Block::Heading { level, text, rest } => {
            let (style, face) = match level {
                Level::First => ("Heading1", FACE_HEAVY),
                Level::Second => ("Heading2", FACE_KAI),
                Level::Third => ("Heading3", FACE_BODY),
                Level::Fourth => ("Heading4", FACE_BODY),
            };
            // What runs on is prose, not a line of the outline.
            let style = if rest.is_empty() { style } else { "" };
            let is_with_next = is_with_next || rest.is_empty();
            let stand = Stand { style, first: CHARACTER * 2, is_with_next, ..Stand::BODY };
            stand.paragraph(&(Look::of(face, BODY_PT).run(text) + &Look::BODY.line(rest)))
        }
        Block::Paragraph(line) => paragraph(line, is_with_next),
        Block::Columns(columns) => match columns.as_slice() {
            [one] => Stand { align: "left", is_with_next, ..Stand::BODY }.paragraph(&Look::BODY.line(one)),
            more => {
                let widths: Vec<u32> = (0..more.len()).map(|at| if at == 0 { 13 } else { 12 }).collect();
                let cell =
                    |line: &Line| Stand { align: "left", ..Stand::BODY }.paragraph(&Look::BODY.line(line));
                beside(&widths, &more.iter().map(cell).collect::<Vec<_>>())
            }
        },
        Block::Table(own) => table(own),
        Block::Sign(line) => Stand { first: CHARACTER * 2, align: "left", is_with_next, ..Stand::BODY }
            .paragraph(&Look::BODY.line(line)),
    }
}
