//! Where two texts differ: lines first, then words within the lines. A run of digits or of Chinese numerals is one word, so
//! that a number that is changed is changed whole.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Words of both sides multiplied, beyond which lines are told as changed whole.
const WORK: usize = 20_000_000;

/// A stretch of both texts, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// In the earlier text.
    pub old: Range<usize>,
    /// In the later text.
    pub new: Range<usize>,
    /// Whether both say the same.
    pub same: bool,
}

/// How two texts differ: pieces in order that cover both.
pub fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let (before, after) = (lines(old), lines(new));
    let mut all = Vec::new();
    for piece in compared(&before, &after) {
        if piece.same {
            push(&mut all, piece);
            continue;
        }
        let (from, to) = (words(&old[piece.old.clone()]), words(&new[piece.new.clone()]));
        if from.is_empty() || to.is_empty() || from.len().saturating_mul(to.len()) > WORK {
            push(&mut all, piece);
            continue;
        }
        for inner in compared(&from, &to) {
            let moved = |range: &Range<usize>, by: usize| range.start + by..range.end + by;
            push(
                &mut all,
                Piece {
                    old: moved(&inner.old, piece.old.start),
                    new: moved(&inner.new, piece.new.start),
                    same: inner.same,
                },
            );
        }
    }
    all
}

/// Joins a piece to the last where both are of one kind.
fn push(all: &mut Vec<Piece>, piece: Piece) {
    match all.last_mut() {
        Some(last) if last.same == piece.same => {
            (last.old.end, last.new.end) = (piece.old.end, piece.new.end);
        }
        _ => all.push(piece),
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// A run of numerals, a word in Latin letters, or a single sign.
fn words(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        '0'..='9' | '０'..='９' | '.' | ',' | '，' if c != '，' => 1,
        _ if numerals::chinese::is_part(c) => 2,
        _ if c.is_ascii_alphabetic() => 3,
        _ => 0,
    };
    let mut all = Vec::new();
    let (mut from, mut last) = (0, 0);
    for (at, c) in text.char_indices() {
        if at > from && (kind(c) == 0 || kind(c) != last) {
            all.push(&text[from..at]);
            from = at;
        }
        last = kind(c);
    }
    if from < text.len() {
        all.push(&text[from..]);
    }
    all
}

/// Compares two lists of neighbouring parts.
fn compared(old: &[&str], new: &[&str]) -> Vec<Piece> {
    let ends = |parts: &[&str]| {
        let mut sum = 0;
        let all = parts.iter().map(|part| {
            sum += part.len();
            sum
        });
        std::iter::once(0).chain(all).collect::<Vec<_>>()
    };
    let (before, after) = (ends(old), ends(new));
    let mut all = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (from, to) = (op.old_range(), op.new_range());
        let bytes = |ends: &[usize], range: Range<usize>| ends[range.start]..ends[range.end];
        let same = op.tag() == DiffTag::Equal;
        push(&mut all, Piece { old: bytes(&before, from), new: bytes(&after, to), same });
    }
    all
}

/// Where a stretch of the earlier text is in the later one, and whether it is there word for word.
pub fn carried(pieces: &[Piece], span: &Range<usize>) -> (Range<usize>, bool) {
    let holds = |piece: &&Piece| piece.same && piece.old.start <= span.start && span.end <= piece.old.end;
    if let Some(piece) = pieces.iter().find(holds) {
        let by = |at: usize| at - piece.old.start + piece.new.start;
        return (by(span.start)..by(span.end), true);
    }
    let mut place: Option<Range<usize>> = None;
    for piece in pieces.iter().filter(|piece| piece.old.start < span.end && span.start < piece.old.end) {
        let part = if piece.same {
            let by = |at: usize| at - piece.old.start + piece.new.start;
            by(span.start.max(piece.old.start))..by(span.end.min(piece.old.end))
        } else {
            piece.new.clone()
        };
        let begin = place.as_ref().map_or(part.start, |place| place.start);
        place = Some(begin..part.end);
    }
    let end = pieces.last().map_or(0, |piece| piece.new.end);
    (place.unwrap_or(end..end), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        let all = pieces(old, new).into_iter().map(|piece| {
            let (from, to) = (&old[piece.old], &new[piece.new]);
            if piece.same { to.to_owned() } else { format!("[{from}|{to}]") }
        });
        all.collect()
    }

    #[test]
    fn lines_first_then_words_and_numbers_whole() {
        assert_eq!(told("接收投诉84件。\n二\n", "接收投诉184件。\n二\n"), "接收投诉[84|184]件。\n二\n");
        assert_eq!(told("三万六千件", "三万五千件"), "[三万六千|三万五千]件");
        assert_eq!(told("一\n二\n三\n", "一\n三\n"), "一\n[二\n|]三\n");
        assert_eq!(told("", "一\n"), "[|一\n]");
        assert_eq!(told("投诉同比增长", "投诉同比下降"), "投诉同比[增长|下降]");
        assert_eq!(told("一样", "一样"), "一样");
    }

    #[test]
    fn a_place_is_carried_or_told_as_changed() {
        let (old, new) = ("共84件，其中12件", "总共84件，其中13件");
        let all = pieces(old, new);
        let at = |text: &str, word: &str| text.find(word).map(|at| at..at + word.len()).unwrap();
        assert_eq!(carried(&all, &at(old, "84件")), (at(new, "84件"), true));
        let (place, whole) = carried(&all, &at(old, "12件"));
        assert!(!whole && new[place.clone()].starts_with("13"), "{place:?}");
        let gone = pieces("甲12件乙", "甲乙");
        assert_eq!(carried(&gone, &(3..8)).0.len(), 0);
    }
}
