//! Signs in lines: no line begins with what closes nor ends with what opens (避头尾), Latin words stay whole.

use super::faces::{Faces, Shape};
use crate::{
    Line,
    standard::{BODY_PT, CLOSER_TWIPS},
};

/// How words look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub face: &'static str,
    pub size: f32,
    pub is_red: bool,
}

impl Look {
    pub const fn of(face: &'static str, size: f32) -> Self {
        Self { face, size, is_red: false }
    }
}

/// A sign to set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign {
    pub sign: char,
    pub shape: Shape,
    pub look: Look,
    pub is_ruled: bool,
    /// Its width with what follows, in points.
    pub width: f32,
}

/// A sign that no face has, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The sign.
    pub sign: char,
    /// The words around it.
    pub place: String,
}

/// Shapes words, noting what no face has.
pub(super) struct Setter<'a> {
    pub faces: &'a Faces,
    pub missing: Vec<Missing>,
}

impl Setter<'_> {
    /// The signs of `text`; 三号 stand a little closer than by themselves, so that 28 make a line.
    pub fn text(&mut self, text: &str, look: Look, is_ruled: bool) -> Vec<Sign> {
        let closer = if look.size == BODY_PT as f32 { CLOSER_TWIPS as f32 / 20.0 } else { 0.0 };
        let mut signs = Vec::with_capacity(text.len());
        for sign in text.chars() {
            if sign == '\n' || sign == '\t' {
                continue;
            }
            let Some(shape) = self.faces.shape(look.face, sign) else {
                let at = text.chars().position(|other| other == sign).unwrap_or(0);
                let place = text.chars().skip(at.saturating_sub(6)).take(13).collect();
                self.missing.push(Missing { sign, place });
                continue;
            };
            signs.push(Sign { sign, shape, look, is_ruled, width: shape.advance * look.size - closer });
        }
        signs
    }

    /// The signs of a line of runs.
    pub fn line(&mut self, line: &Line, look: Look) -> Vec<Sign> {
        line.0.iter().flat_map(|run| self.text(&run.text, look, run.is_underlined)).collect()
    }
}

const CLOSES: &str = "，。、；：？！）》」』”’〕】％%…—·,.;:?!)]}";
const OPENS: &str = "（《「『“‘〔【([{";

/// Whether a line may end between two signs.
fn may_part(before: char, after: char) -> bool {
    let latin = |c: char| c.is_ascii_alphanumeric() || ".,:/-_?&=%".contains(c);
    !(CLOSES.contains(after) || OPENS.contains(before) || (latin(before) && latin(after)))
}

pub(super) fn width(signs: &[Sign]) -> f32 {
    signs.iter().map(|sign| sign.width).sum()
}

/// Breaks signs into lines: the first `first` wide, the others `rest`.
pub(super) fn broken(signs: &[Sign], first: f32, rest: f32) -> Vec<Vec<Sign>> {
    let mut lines = Vec::new();
    let mut begin = 0;
    while begin < signs.len() {
        let room = if lines.is_empty() { first } else { rest };
        let (mut end, mut used) = (begin, 0.0);
        while end < signs.len() && (used + signs[end].width <= room + 0.3 || end == begin) {
            used += signs[end].width;
            end += 1;
        }
        if end < signs.len() {
            let parting = (begin + 1..=end).rev().find(|at| may_part(signs[at - 1].sign, signs[*at].sign));
            // A word longer than a line is cut.
            end = parting.unwrap_or(end);
        }
        lines.push(signs[begin..end].to_vec());
        begin = end;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(text: &str) -> Vec<Sign> {
        let shape = Shape { face: 0, glyph: 1, advance: 1.0 };
        let look = Look::of("", 10.0);
        text.chars()
            .map(|sign| Sign {
                sign,
                shape,
                look,
                is_ruled: false,
                width: if sign.is_ascii() { 5.0 } else { 10.0 },
            })
            .collect()
    }

    fn told(text: &str, first: f32, rest: f32) -> Vec<String> {
        broken(&signs(text), first, rest)
            .iter()
            .map(|line| line.iter().map(|sign| sign.sign).collect())
            .collect()
    }

    #[test]
    fn no_line_begins_with_a_comma_or_ends_with_a_bracket() {
        assert_eq!(told("一二三四，五", 40.0, 40.0), ["一二三", "四，五"]);
        assert_eq!(told("一二三（四五）六", 40.0, 40.0), ["一二三", "（四五）", "六"]);
        assert_eq!(told("接收12345件", 40.0, 40.0), ["接收", "12345件"]);
        assert_eq!(told("一二三四五", 20.0, 40.0), ["一二", "三四五"]);
        assert_eq!(told("abcdefghijkl", 20.0, 20.0), ["abcd", "efgh", "ijkl"]);
        assert_eq!(told("", 20.0, 20.0), Vec::<String>::new());
    }

    #[test]
    fn nothing_is_lost_at_any_width() {
        let text = "自收到投诉之日起7个工作日内，“依法”受理（或者不予受理）……";
        for width in 1..40 {
            assert_eq!(told(text, width as f32 * 7.0, width as f32 * 7.0).concat(), text);
        }
    }
}
