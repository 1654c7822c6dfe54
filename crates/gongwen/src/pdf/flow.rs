//! Pages that are filled from the top: paragraphs, space, lines.

use super::{
    faces::Faces,
    lines::{Look, Setter, Sign, broken, width},
};
use crate::{
    Paper,
    standard::{BOTTOM_MM, DEPTH_TWIPS, HEIGHT_MM, LEFT_MM, MEASURE_TWIPS, TOP_MM, twips},
};

pub(super) const fn points(twips: u32) -> f32 {
    twips as f32 / 20.0
}

pub(super) const LEFT: f32 = points(twips(LEFT_MM));
pub(super) const TOP: f32 = points(twips(TOP_MM));
pub(super) const MEASURE: f32 = points(MEASURE_TWIPS);
/// The lower edge of 版心.
pub(super) const EDGE: f32 = TOP + points(DEPTH_TWIPS);

/// Something on a page; lengths in points from the upper left corner.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// Signs from a point of the base line, each with the place where it begins.
    Words { signs: Vec<(Sign, f32)>, y: f32 },
    /// A line.
    Rule { from: (f32, f32), to: (f32, f32), thick: f32, is_red: bool },
    /// A QR code: its modules with the quiet zone, and how wide it is.
    Code { x: f32, y: f32, side: f32, count: usize, dark: Vec<bool> },
}

/// How a paragraph stands, in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    pub left: f32,
    pub right: f32,
    /// Of the first line, further right; negative: further left.
    pub first: f32,
    pub height: f32,
    pub align: Align,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Both,
    Left,
    Centre,
    Right,
}

/// Pages so far, and where the next line goes.
pub(super) struct Flow<'a> {
    pub setter: Setter<'a>,
    pub pages: Vec<Vec<Item>>,
    pub y: f32,
    /// The lower edge of what is filled.
    pub edge: f32,
}

impl<'a> Flow<'a> {
    pub fn new(faces: &'a Faces, paper: &Paper) -> Self {
        let edge = if paper.has_page_numbers { EDGE } else { points(twips(HEIGHT_MM) - twips(22)) };
        debug_assert!(edge >= EDGE && BOTTOM_MM > 22);
        Self { setter: Setter { faces, missing: Vec::new() }, pages: vec![Vec::new()], y: TOP, edge }
    }

    pub fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }

    pub fn next_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Begins a page where less than `height` is left.
    pub fn need(&mut self, height: f32) {
        if self.y + height > self.edge + 0.5 && self.y > TOP {
            self.next_page();
        }
    }

    /// Leaves room, but none at the top of a page.
    pub fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// The lines of a paragraph.
    pub fn lines(signs: &[Sign], measure: f32, stand: Stand) -> Vec<Vec<Sign>> {
        let room = measure - stand.left - stand.right;
        broken(signs, room - stand.first, room)
    }

    /// A paragraph from the left edge of 版心.
    pub fn paragraph(&mut self, signs: &[Sign], stand: Stand) {
        let lines = Self::lines(signs, MEASURE, stand);
        if lines.is_empty() {
            self.need(stand.height);
            self.y += stand.height;
        }
        for (at, line) in lines.iter().enumerate() {
            self.need(stand.height);
            let (x, y) = (LEFT, self.y);
            self.set(line, (x, y, MEASURE), stand, (at == 0, at + 1 == lines.len()));
            self.y += stand.height;
        }
    }

    /// One line in a box whose upper left corner and width are given.
    pub fn set(
        &mut self,
        line: &[Sign],
        (x, y, measure): (f32, f32, f32),
        stand: Stand,
        (is_first, is_last): (bool, bool),
    ) {
        let first = if is_first { stand.first } else { 0.0 };
        let (from, room) = (x + stand.left + first, measure - stand.left - stand.right - first);
        let spare = room - width(line);
        let gaps = line.len().saturating_sub(1).max(1) as f32;
        let (shift, gap) = match stand.align {
            Align::Centre => (spare / 2.0, 0.0),
            Align::Right => (spare, 0.0),
            // The last line ends where it ends; a line much too short would be torn.
            Align::Both if !is_last && spare < room / 4.0 => (0.0, spare / gaps),
            Align::Both | Align::Left => (0.0, 0.0),
        };
        let size = line.iter().map(|sign| sign.look.size).fold(0.0, f32::max);
        let base = y + (stand.height - size) / 2.0 + size * 0.88;
        let mut at = from + shift;
        let mut signs = Vec::with_capacity(line.len());
        for sign in line {
            signs.push((*sign, at));
            if sign.is_ruled {
                let low = base + size * 0.16;
                self.put(Item::Rule {
                    from: (at, low),
                    to: (at + sign.width + gap, low),
                    thick: 0.7,
                    is_red: false,
                });
            }
            at += sign.width + gap;
        }
        if !signs.is_empty() {
            self.put(Item::Words { signs, y: base });
        }
    }

    /// Words on a single line.
    pub fn one(&mut self, text: &str, look: Look, stand: Stand) {
        let signs = self.setter.text(text, look, false);
        self.paragraph(&signs, stand);
    }
}
