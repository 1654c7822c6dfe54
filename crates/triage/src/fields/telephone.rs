//! Writings of a telephone beyond digits with dashes: parentheses, land codes, covered digits, dots, spoken digits.

use std::ops::Range;

use super::{Said, number::digit, view::View};

type Phones = Vec<(Range<usize>, Said)>;

/// What the plain rules do not see.
pub(crate) fn written_otherwise(view: &View) -> Phones {
    let (mut found, mut at) = (Phones::new(), 0);
    while at < view.letters.len() {
        let one = bracketed(view, at)
            .or_else(|| covered(view, at))
            .or_else(|| parted(view, at))
            .or_else(|| spoken(view, at))
            .or_else(|| abroad(view, at));
        match one {
            Some((digits, end)) => {
                found.push((at..end, Said::Phone(digits)));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn figure(view: &View, at: usize) -> bool {
    view.get(at).is_some_and(|c| c.is_ascii_digit())
}

fn begins(view: &View, at: usize) -> bool {
    !view.before(at).is_some_and(|c| c.is_ascii_digit() || c == '.')
}

/// So many digits from a place on.
fn figures(view: &View, at: usize, count: usize) -> Option<String> {
    (0..count).all(|ahead| figure(view, at + ahead)).then(|| view.text(&(at..at + count)))
}

/// (0451)82345678.
fn bracketed(view: &View, at: usize) -> Option<(String, usize)> {
    view.word(at, "(0")?;
    let close = (at + 4..=at + 5).find(|at| view.get(*at) == Some(')'))?;
    let area = figures(view, at + 1, close - at - 1)?;
    let (mut digits, mut end) = (area, close + 1);
    while digits.len() < 13 {
        match view.get(end) {
            Some(c) if c.is_ascii_digit() => digits.push(c),
            Some('-' | ' ' | '—') if figure(view, end + 1) => {}
            _ => break,
        }
        end += 1;
    }
    ((10..=12).contains(&digits.len()) && !figure(view, end)).then_some((digits, end))
}

/// 150XXXX1234, 186 **** 7788: each covered digit is a star.
fn covered(view: &View, at: usize) -> Option<(String, usize)> {
    let head = figures(view, at, 3).filter(|head| mobile(head) && begins(view, at))?;
    let gap = |at: usize| usize::from(matches!(view.get(at), Some(' ' | '-')));
    let start = at + 3 + gap(at + 3);
    let cover = view.get(start).filter(|c| matches!(c, '*' | 'x' | '×' | '·' | '•' | '●' | '?'))?;
    let end = (0..4).all(|ahead| view.get(start + ahead) == Some(cover)).then_some(start + 4)?;
    let end = end + gap(end);
    let tail = figures(view, end, 4).filter(|_| !figure(view, end + 4))?;
    Some((format!("{head}****{tail}"), end + 4))
}

fn mobile(head: &str) -> bool {
    head.starts_with('1') && !head[1..].starts_with(['0', '1', '2'])
}

/// 139.4501.8899, and 1 3 9 4 5 0 1 8 8 9 9.
fn parted(view: &View, at: usize) -> Option<(String, usize)> {
    if !begins(view, at) || view.get(at) != Some('1') {
        return None;
    }
    let dotted = || {
        let (one, two, three) = (figures(view, at, 3)?, figures(view, at + 4, 4)?, figures(view, at + 9, 4)?);
        let marks =
            view.get(at + 3) == view.get(at + 8) && matches!(view.get(at + 3), Some('.' | '·' | '/' | '_'));
        marks.then(|| (format!("{one}{two}{three}"), at + 13))
    };
    let spaced = || {
        let digits: Option<String> = (0..11)
            .map(|place| {
                let parted = place == 0 || view.get(at + 2 * place - 1) == Some(' ');
                view.get(at + 2 * place).filter(|c| parted && c.is_ascii_digit())
            })
            .collect();
        Some((digits?, at + 21))
    };
    dotted().or_else(spaced).filter(|(digits, end)| {
        mobile(digits) && !figure(view, *end) && !(view.get(*end) == Some(' ') && figure(view, *end + 1))
    })
}

/// 幺三九四五零一八八九九.
fn spoken(view: &View, at: usize) -> Option<(String, usize)> {
    let said = |at: usize| {
        let c = view.get(at)?;
        if c == '幺' { Some(1) } else { digit(c).filter(|_| !"两俩仨".contains(c)) }
    };
    if said(at)? != 1 || at.checked_sub(1).is_some_and(|before| said(before).is_some()) {
        return None;
    }
    let digits: Option<String> =
        (at..at + 11).map(|at| char::from_digit(u32::try_from(said(at)?).ok()?, 10)).collect();
    digits.filter(|digits| mobile(digits) && said(at + 11).is_none()).map(|digits| (digits, at + 11))
}

/// 00852-23456789: Hong Kong, Macao, Taiwan.
fn abroad(view: &View, at: usize) -> Option<(String, usize)> {
    let (code, length) = view.any(at, "00852 00853 00886 +852 +853 +886").filter(|_| begins(view, at))?;
    let start = at + length + usize::from(matches!(view.get(at + length), Some('-' | ' ')));
    let end = (start..).take_while(|at| figure(view, *at)).count() + start;
    (8..=9)
        .contains(&(end - start))
        .then(|| (code.trim_start_matches('+').to_owned() + &view.text(&(start..end)), end))
}

/// A number with what stands before it of +86, (+86)-, 0086: where it begins, its digits.
pub(crate) fn with_land(view: &View, start: usize, digits: &str) -> (usize, String) {
    let before = start - usize::from(matches!(view.before(start), Some('-' | ' ')));
    let lands = [("(+86)", "86"), ("(86)", "86"), ("+86", "86"), ("0086", "0086"), ("(0086)", "0086")];
    lands.iter().find(|(land, _)| view.after(before, land) && begins(view, before - land.len())).map_or_else(
        || (start, digits.to_owned()),
        |(land, code)| (before - land.len(), format!("{code}{digits}")),
    )
}

/// Whether it is part of an address of mail, or glued to letters that do not call it a telephone.
pub(crate) fn glued(view: &View, span: &Range<usize>) -> bool {
    let letters = (0..span.start)
        .rev()
        .take_while(|at| view.get(*at).is_some_and(|c| c.is_ascii_alphanumeric()))
        .count();
    let word = view.text(&(span.start - letters..span.start));
    view.get(span.end) == Some('@')
        || letters > 0 && !matches!(word.as_str(), "tel" | "wx" | "vx" | "weixin" | "t" | "phone" | "mobile")
}
