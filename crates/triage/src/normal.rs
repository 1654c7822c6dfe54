//! One spelling for text that comes in many: compatibility forms (NFKC, [UAX 15]), full width, letter case, traditional
//! characters (the single-character table of OpenCC, Apache-2.0, in `data/variants.txt`).
//!
//! [UAX 15]: https://www.unicode.org/reports/tr15/

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// Simplified form of each character from U+3400 to U+9FFF, by position.
static SIMPLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    for line in include_str!("../data/variants.txt").lines() {
        let mut pair = line.chars();
        if let (Some(old), Some(new)) = (pair.next(), pair.next())
            && let Some(slot) = table.get_mut((old as u32).wrapping_sub(FIRST) as usize)
        {
            *slot = new;
        }
    }
    table
});

/// The simplified form of one character; anything that has none stays.
///
/// ```
/// assert_eq!(triage::simplified('費'), '费');
/// ```
#[must_use]
pub fn simplified(c: char) -> char {
    let place = (c as u32).wrapping_sub(FIRST) as usize;
    SIMPLE.get(place).copied().unwrap_or(c)
}

/// Characters whose NFKC form is known without the tables of Unicode.
fn plain(c: char) -> bool {
    matches!(c, '\0'..='\u{7f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}' | '\u{3000}'..='\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{2010}' | '\u{2013}'..='\u{2015}' | '\u{2018}'..='\u{201f}')
}

/// Text in one spelling: NFKC, half width, lower case, simplified characters. Punctuation and spaces stay, so that places in the
/// text can still be shown; the length may differ from the original's.
///
/// ```
/// assert_eq!(triage::normalise("ＩＤ：１２３，電動車「退一賠三」①"), "id:123,电动车「退一赔三」1");
/// ```
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.chars().all(plain) {
        text.chars().for_each(|c| push(c, &mut out));
    } else {
        text.nfkc().for_each(|c| push(c, &mut out));
    }
    out
}

fn push(c: char, out: &mut String) {
    match c {
        '\0'..='\u{7f}' => out.push(c.to_ascii_lowercase()),
        '\u{ff01}'..='\u{ff5e}' => {
            let half = char::from_u32(c as u32 - 0xfee0).unwrap_or(c);
            out.push(half.to_ascii_lowercase());
        }
        '\u{3000}' => out.push(' '),
        '\u{3400}'..='\u{9fff}' => out.push(simplified(c)),
        _ => out.extend(c.to_lowercase()),
    }
}

/// Whether a character is a letter or a digit; most are Chinese and need no table.
pub(crate) fn is_letter(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

/// Whether a character is Chinese writing.
#[must_use]
pub fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}
