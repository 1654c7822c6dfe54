//! A paper as PDF (feature `pdf`), set by ourselves on the lines and characters of GB/T 9704 and written as PDF/A-2b. Fonts are
//! given as bytes; none is shipped.

mod faces;
mod flow;
mod lines;
mod table;
mod write;

use std::fmt;

pub use faces::Faces;
pub use lines::Missing;

use crate::{
    Block, Head, HeadLine, Imprint, Level, Line, Paper, Pitch, Proof, Signature,
    docx::{mark_size, signature_edges},
    docx_split,
    paper::{day_words, imprint_lines},
    picture::modules,
    standard::{
        FACE_BODY, FACE_HEAVY, FACE_KAI, FACE_SONG, FACE_TITLE, LINE_TWIPS, MARK_DROP_MM, SMALL_PT,
        TITLE_LINE_TWIPS, twips,
    },
    title::lines as title_lines,
};
use flow::{Align, EDGE, Flow, Item, LEFT, MEASURE, Stand, TOP, points};
use lines::{Look, Sign};

/// 三号.
const BODY: Look = Look::of(FACE_BODY, 16.0);
/// A character of 三号 in its line.
const CHARACTER: f32 = MEASURE / 28.0;

/// Why a paper was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unprintable {
    /// Signs that no face has.
    Missing(Vec<Missing>),
    /// A fault of the writer.
    Fault(String),
}

impl fmt::Display for Unprintable {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(signs) => {
                let Some(first) = signs.first() else { return Ok(()) };
                let code = u32::from(first.sign);
                write!(to, "现有字体没有“{}”字（U+{code:04X}），在“{}”处", first.sign, first.place)?;
                if signs.len() > 1 {
                    write!(to, "，另有 {} 处", signs.len() - 1)?;
                }
                write!(to, "：请把含有这个字的字体放进数据目录的 fonts 文件夹")
            }
            Self::Fault(words) => write!(to, "{words}"),
        }
    }
}

/// Writes `paper` as PDF.
///
/// # Errors
/// [`Unprintable::Missing`] names every sign that no face has, with its place: nothing is issued with a hole in it.
pub fn pdf(paper: &Paper, faces: &Faces) -> Result<Vec<u8>, Unprintable> {
    let mut flow = Flow::new(faces, paper);
    if let Some(head) = &paper.head {
        set_head(&mut flow, head);
    }
    set_title(&mut flow, paper);
    let line = points(paper.pitch.line_twips());
    for (block, at) in paper.body.iter().zip(1..) {
        if at == paper.body.len() && paper.signature.is_some() {
            keep_signature(&mut flow, paper, block, line);
        }
        set_block(&mut flow, block, line);
    }
    set_end(&mut flow, paper, line);
    if paper.has_page_numbers {
        number(&mut flow);
    }
    let watermark: Vec<Sign> = flow.setter.text(&paper.watermark, Look::of(FACE_SONG, 120.0), false);
    if !flow.setter.missing.is_empty() {
        let mut missing = std::mem::take(&mut flow.setter.missing);
        missing.sort();
        missing.dedup();
        return Err(Unprintable::Missing(missing));
    }
    write::write(paper, faces, &flow.pages, &watermark).map_err(Unprintable::Fault)
}

const fn stand(height: f32, align: Align) -> Stand {
    Stand { left: 0.0, right: 0.0, first: 0.0, height, align }
}

fn red_rule(flow: &mut Flow) {
    let y = flow.y;
    flow.put(Item::Rule { from: (LEFT, y), to: (LEFT + MEASURE, y), thick: 2.0, is_red: true });
}

fn set_head(flow: &mut Flow, head: &Head) {
    let line = points(LINE_TWIPS);
    for (mark, face) in
        [(&head.marks.copy, FACE_BODY), (&head.marks.secrecy, FACE_HEAVY), (&head.marks.urgency, FACE_HEAVY)]
    {
        if !mark.is_empty() {
            flow.one(mark, Look::of(face, 16.0), stand(line, Align::Left));
        }
    }
    let size = mark_size(&head.mark) as f32;
    flow.y = flow.y.max(TOP + points(twips(MARK_DROP_MM)));
    let look = Look { is_red: true, ..Look::of(FACE_TITLE, size) };
    flow.one(&head.mark, look, stand(size, Align::Centre));
    let words = head.line.words();
    match &head.line {
        HeadLine::Number { signer, .. } => {
            flow.y += line * 2.0;
            let aside = Stand { left: CHARACTER, right: CHARACTER, ..stand(line, Align::Left) };
            if signer.is_empty() {
                flow.one(&words[0], BODY, stand(line, Align::Centre));
            } else {
                flow.one(&words[0], BODY, aside);
                flow.y -= line;
                let mut signs = flow.setter.text("签发人：", BODY, false);
                signs.extend(flow.setter.text(signer, Look::of(FACE_KAI, 16.0), false));
                flow.paragraph(&signs, Stand { align: Align::Right, ..aside });
            }
        }
        HeadLine::Issue { .. } => {
            flow.y += line / 2.0;
            flow.one(&words[0], BODY, stand(line, Align::Centre));
            flow.y += line / 2.0;
            flow.one(&words[1], BODY, stand(line, Align::Left));
            flow.y -= line;
            flow.one(&words[2], BODY, stand(line, Align::Right));
        }
    }
    // 4 mm below the characters, which leave a part of their line.
    flow.y += points(twips(crate::standard::RED_LINE_DROP_MM)) - (line - 16.0) / 2.0;
    red_rule(flow);
    flow.y += line * 2.0;
}

fn set_title(flow: &mut Flow, paper: &Paper) {
    let line = points(paper.pitch.line_twips());
    let (height, gap) =
        if paper.pitch == Pitch::Standard { (points(TITLE_LINE_TWIPS), line) } else { (32.0, line / 2.0) };
    for words in title_lines(&paper.title) {
        flow.one(&words, Look::of(FACE_TITLE, 22.0), stand(height, Align::Centre));
    }
    if !paper.below_title.is_empty() {
        let signs = flow.setter.line(&paper.below_title, BODY);
        flow.paragraph(&signs, stand(line, Align::Centre));
    }
    flow.y += gap;
    if !paper.addressee.is_empty() {
        let signs = flow.setter.line(&paper.addressee, BODY);
        flow.paragraph(&signs, stand(line, Align::Left));
    }
}

/// No page may hold the signature alone: where it does not fit below the last paragraph, that goes along.
fn keep_signature(flow: &mut Flow, paper: &Paper, block: &Block, line: f32) {
    let (Block::Paragraph(words) | Block::Heading { rest: words, .. }) = block else { return };
    let lines = words.text().chars().count() / 28 + 1;
    let below = paper.attachments.len() + usize::from(!paper.attachments.is_empty()) + 4;
    if lines + below <= 18 {
        flow.need((lines + below) as f32 * line);
    }
}

fn indented(flow: &mut Flow, signs: &[Sign], line: f32) {
    flow.paragraph(signs, Stand { first: CHARACTER * 2.0, ..stand(line, Align::Both) });
}

fn set_block(flow: &mut Flow, block: &Block, line: f32) {
    match block {
        Block::Heading { level, text, rest } => {
            let face = match level {
                Level::First => FACE_HEAVY,
                Level::Second => FACE_KAI,
                Level::Third | Level::Fourth => FACE_BODY,
            };
            // A heading does not stand at the foot of a page alone.
            flow.need(if rest.is_empty() { line * 2.0 } else { line });
            let mut signs = flow.setter.text(text, Look::of(face, 16.0), false);
            signs.extend(flow.setter.line(rest, BODY));
            indented(flow, &signs, line);
        }
        Block::Paragraph(words) => {
            for words in docx_split(words) {
                let signs = flow.setter.line(&words, BODY);
                indented(flow, &signs, line);
            }
        }
        Block::Sign(words) => {
            let signs = flow.setter.line(words, BODY);
            indented(flow, &signs, line);
        }
        Block::Columns(columns) => set_columns(flow, columns, line),
        Block::Table(own) => table::table(flow, own, line),
    }
}

/// Entries beside each other, the first a little wider.
fn set_columns(flow: &mut Flow, columns: &[Line], line: f32) {
    let widths: Vec<f32> =
        (0..columns.len()).map(|at| if at == 0 && columns.len() > 1 { 13.0 } else { 12.0 }).collect();
    let all: f32 = widths.iter().sum();
    let own = stand(line, Align::Left);
    let mut set = Vec::new();
    for (words, width) in columns.iter().zip(&widths) {
        let room = width / all * MEASURE;
        let signs = flow.setter.line(words, BODY);
        set.push((room, Flow::lines(&signs, room, own)));
    }
    let most = set.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0).max(1);
    flow.need(line * most as f32);
    let (mut x, top) = (LEFT, flow.y);
    for (room, lines) in set {
        for (at, words) in lines.iter().enumerate() {
            flow.set(words, (x, top + line * at as f32, room), own, (at == 0, true));
        }
        x += room;
    }
    flow.y = top + line * most as f32;
}

fn set_end(flow: &mut Flow, paper: &Paper, line: f32) {
    let is_list = paper.attachments.len() > 1;
    for (at, words) in paper.attachment_lines().iter().enumerate() {
        if at == 0 {
            flow.space(line);
        }
        let ordinal = if is_list { CHARACTER * 0.75 } else { 0.0 };
        let first = if at == 0 { -CHARACTER * 3.0 - ordinal } else { -ordinal };
        flow.one(words, BODY, Stand { left: CHARACTER * 5.0 + ordinal, first, ..stand(line, Align::Left) });
    }
    if let Some(signature) = &paper.signature {
        set_signature(flow, signature, line, paper.pitch);
    }
    if !paper.note.is_empty() {
        flow.one(
            &format!("（{}）", paper.note),
            BODY,
            Stand { left: CHARACTER * 2.0, ..stand(line, Align::Left) },
        );
    }
    let (size, height) = if paper.pitch == Pitch::Standard { (10.5, 16.0) } else { (9.0, 13.0) };
    for (at, remark) in paper.remarks.iter().enumerate() {
        if at == 0 {
            flow.space(line / 2.0);
        }
        let first = if at == 0 { -size * 3.2 } else { -size * 1.2 };
        let signs = flow.setter.line(remark, Look::of(FACE_SONG, size));
        flow.paragraph(&signs, Stand { left: size * 3.2, first, ..stand(height, Align::Both) });
    }
    if let Some(proof) = &paper.proof {
        prove(flow, proof);
    }
    if let Some(imprint) = &paper.imprint {
        set_imprint(flow, imprint);
    }
}

fn set_signature(flow: &mut Flow, signature: &Signature, line: f32, pitch: Pitch) {
    let before = if pitch == Pitch::Standard { line * 2.0 } else { line };
    flow.need(before + line * 2.0);
    flow.space(before);
    let (office, day) = signature_edges(signature);
    for (words, edge) in [(signature.office.as_str(), office), (&day_words(signature.day), day)] {
        let right = edge as f32 * CHARACTER / 2.0;
        flow.one(words, BODY, Stand { right, ..stand(line, Align::Right) });
    }
}

/// 22 mm, with the words beside it.
fn prove(flow: &mut Flow, proof: &Proof) {
    let side = points(twips(22));
    let code = modules(&proof.address).filter(|_| !proof.address.is_empty());
    flow.space(8.0);
    let look = Look::of(FACE_SONG, 9.0);
    let Some((count, dark)) = code else {
        flow.one(&proof.words, look, stand(13.0, Align::Left));
        return;
    };
    flow.need(side);
    let top = flow.y;
    flow.put(Item::Code { x: LEFT, y: top, side, count, dark });
    flow.y = top + side / 2.0 - 13.0;
    flow.one(&proof.words, look, Stand { left: side + 8.0, ..stand(13.0, Align::Left) });
    flow.y = flow.y.max(top + side);
}

/// 版记, its last line on the lower edge of 版心.
fn set_imprint(flow: &mut Flow, imprint: &Imprint) {
    let words = imprint_lines(imprint);
    let (copies, rest) = words.split_at(words.len() - 2);
    let (small, row) = (SMALL_PT as f32, 24.0);
    let look = Look::of(FACE_BODY, small);
    let names = Stand { left: small * 4.0, right: small, first: -small * 3.0, ..stand(row, Align::Left) };
    let mut lines = Vec::new();
    for copy in copies {
        let signs = flow.setter.text(copy, look, false);
        lines.extend(Flow::lines(&signs, MEASURE, names));
    }
    let height = (lines.len() + 1) as f32 * row;
    flow.need(height + 8.0);
    let mut y = EDGE - height;
    let rule = |flow: &mut Flow, y: f32, thick: f32| {
        flow.put(Item::Rule { from: (LEFT, y), to: (LEFT + MEASURE, y), thick, is_red: false });
    };
    rule(flow, y, 1.0);
    for (at, line) in lines.iter().enumerate() {
        flow.set(line, (LEFT, y, MEASURE), names, (at == 0, true));
        y += row;
    }
    if !lines.is_empty() {
        rule(flow, y, 0.7);
    }
    for (words, align) in [(&rest[0], Align::Left), (&rest[1], Align::Right)] {
        let signs = flow.setter.text(words, look, false);
        flow.set(
            &signs,
            (LEFT, y, MEASURE),
            Stand { left: small, right: small, ..stand(row, align) },
            (true, true),
        );
    }
    rule(flow, EDGE, 1.0);
    flow.y = EDGE;
}

/// —1— at the outer edge, its dashes 7 mm below 版心.
fn number(flow: &mut Flow) {
    let small = SMALL_PT as f32;
    let top = EDGE + points(twips(crate::standard::PAGE_NUMBER_DROP_MM)) - small / 2.0;
    let pages = std::mem::take(&mut flow.pages);
    for (at, page) in pages.into_iter().enumerate() {
        flow.pages.push(page);
        let align = if at % 2 == 0 { Align::Right } else { Align::Left };
        let signs = flow.setter.text(&format!("—{}—", at + 1), Look::of(FACE_SONG, small), false);
        let own = Stand { left: small, right: small, ..stand(small, align) };
        flow.set(&signs, (LEFT, top, MEASURE), own, (true, true));
    }
}
