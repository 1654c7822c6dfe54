//! Numbers of persons inside free text: telephones, identity cards (GB 11643, check digit by ISO 7064 mod 11-2), bank cards (check
//! digit by Luhn, ISO/IEC 7812). Found so that they can be covered.

use std::ops::Range;

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personal {
    /// 手机号码
    Mobile,
    /// 固定电话
    Landline,
    /// 居民身份证号码
    IdentityCard,
    /// 银行卡号
    BankCard,
}

/// A number and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Personal,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Its digits without spaces and dashes, half width.
    pub digits: String,
}

struct Piece {
    span: Range<usize>,
    digits: String,
}

/// The digit of a character, full width too; `x` and `X` close an identity card, `*` hides one.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' | '*' => Some(c),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        'x' | 'X' | 'ｘ' | 'Ｘ' => Some('X'),
        '＊' => Some('*'),
        _ => None,
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, c) in text.char_indices() {
        let Some(digit) = digit(c) else { continue };
        let end = at + c.len_utf8();
        match pieces.last_mut() {
            Some(last) if last.span.end == at => {
                last.span.end = end;
                last.digits.push(digit);
            }
            _ => pieces.push(Piece { span: at..end, digits: digit.to_string() }),
        }
    }
    pieces.retain(|piece| piece.digits.chars().any(|c| c.is_ascii_digit()));
    pieces
}

/// Numbers of persons in a text, in order; pieces parted by one space or dash are one number.
///
/// ```
/// use triage::{Personal, personal};
/// let found = personal("我的电话138-0013-8000，身份证11010519491231002X");
/// assert_eq!(found.iter().map(|found| found.kind).collect::<Vec<_>>(), [Personal::Mobile, Personal::IdentityCard]);
/// assert_eq!(triage::cover("电话13800138000"), "电话138****8000");
/// ```
#[must_use]
pub fn personal(text: &str) -> Vec<Found> {
    let pieces = pieces(text);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < pieces.len() {
        let joined = (at..pieces.len().min(at + 5))
            .take_while(|end| *end == at || close(text, &pieces[*end - 1], &pieces[*end]));
        let ends: Vec<usize> = joined.collect();
        let judged = ends.iter().rev().find_map(|end| {
            let digits: String = pieces[at..=*end].iter().map(|piece| piece.digits.as_str()).collect();
            kind(&digits).map(|kind| {
                (*end, Found { kind, span: pieces[at].span.start..pieces[*end].span.end, digits })
            })
        });
        at = match judged {
            Some((end, one)) => {
                found.push(one);
                end + 1
            }
            None => at + 1,
        };
    }
    found
}

fn close(text: &str, before: &Piece, after: &Piece) -> bool {
    matches!(text.get(before.span.end..after.span.start), Some(" " | "-" | "－" | "—" | "　" | "–"))
}

fn kind(digits: &str) -> Option<Personal> {
    let bytes = digits.as_bytes();
    let plain = bytes.iter().all(u8::is_ascii_digit);
    let hidden = bytes.iter().filter(|byte| **byte == b'*').count();
    let international = bytes.len() == 13 && digits.starts_with("86");
    let mobile = if international { &bytes[2..] } else { bytes };
    match bytes.len() {
        11 | 13
            if mobile.len() == 11
                && mobile[0] == b'1'
                && (b'3'..=b'9').contains(&mobile[1])
                && hidden <= 6
                && !digits.contains('X') =>
        {
            Some(Personal::Mobile)
        }
        18 if identity(bytes)
            || ((3..=14).contains(&hidden) && digits[..6].bytes().all(|b| b.is_ascii_digit())) =>
        {
            Some(Personal::IdentityCard)
        }
        10..=12 if plain && bytes[0] == b'0' && bytes[1] != b'0' => Some(Personal::Landline),
        10 if plain && (digits.starts_with("400") || digits.starts_with("800")) => None,
        16..=19 if plain && bytes[0] != b'0' && luhn(bytes) => Some(Personal::BankCard),
        _ => None,
    }
}

/// ISO 7064 mod 11-2 over 17 digits, and a month and a day that can be.
fn identity(bytes: &[u8]) -> bool {
    let Some((last, body)) = bytes.split_last() else { return false };
    if !body.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || *last == b'X') {
        return false;
    }
    let pair = |at: usize| u32::from(body[at] - b'0') * 10 + u32::from(body[at + 1] - b'0');
    let sum = body.iter().fold(0u32, |rest, byte| (rest + u32::from(byte - b'0')) * 2 % 11);
    let check = (12 - sum) % 11;
    let given = if *last == b'X' { 10 } else { u32::from(last - b'0') };
    check == given && (1..=12).contains(&pair(10)) && (1..=31).contains(&pair(12))
}

fn luhn(bytes: &[u8]) -> bool {
    let sum: u32 = bytes
        .iter()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at % 2 == 1 { 2 } else { 1 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The text with the middle of each number covered.
#[must_use]
pub fn cover(text: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for found in personal(text) {
        out.push_str(&text[at..found.span.start]);
        let (head, tail) = match found.kind {
            Personal::Mobile => (3, 4),
            Personal::Landline => (4, 2),
            Personal::IdentityCard | Personal::BankCard => (4, 4),
        };
        let count = found.digits.len();
        out.extend(
            found
                .digits
                .chars()
                .enumerate()
                .map(|(at, c)| if at < head || at + tail >= count { c } else { '*' }),
        );
        at = found.span.end;
    }
    out.push_str(&text[at..]);
    out
}
