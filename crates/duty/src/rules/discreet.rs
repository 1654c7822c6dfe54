//! Rules: what must not stand in a hand-over note or in the book of a day: telephones and identity numbers. A note is read by a
//! whole unit and printed; who somebody is stands with the matter, sealed.

use jiff::civil::Date;

/// As many digits in a row, blanks and hyphens between them, tell of a person.
const DIGITS: usize = 7;

/// Whether a word is the number of a matter, a paper or an act, `TS-2301-2026-00012`, or a day.
fn is_harmless(word: &str) -> bool {
    let number = word.starts_with(|sign: char| sign.is_ascii_uppercase()) && word.contains('-');
    number || word.parse::<Date>().is_ok()
}

/// The numbers of matters in a text.
pub fn numbers(text: &str) -> Vec<String> {
    let words = text.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '-'));
    let numbers = words.filter(|word| {
        word.starts_with(|sign: char| sign.is_ascii_uppercase()) && word.matches('-').count() >= 2
    });
    numbers.map(str::to_owned).collect()
}

/// Whether a text holds what looks like a telephone or an identity number. A sum of money is none.
pub fn tells_a_number(text: &str) -> bool {
    // Blanks, dots and wide hyphens between digits do not hide a number, and wide digits are digits.
    let plain: String = text
        .chars()
        .map(|sign| match sign {
            '０'..='９' => char::from_digit(u32::from(sign) - u32::from('０'), 10).unwrap_or(sign),
            '－' | '—' | '–' => '-',
            '·' | '\u{3000}' => ' ',
            other => other,
        })
        .collect();
    let mut joined = String::new();
    for word in plain.split(' ') {
        let both = joined.ends_with(|sign: char| sign.is_ascii_digit())
            && word.starts_with(|sign: char| sign.is_ascii_digit());
        // Two days side by side are not one number.
        let day = joined
            .rsplit(|sign: char| !(sign.is_ascii_digit() || sign == '-'))
            .next()
            .is_some_and(is_harmless);
        if !joined.is_empty() && (!both || day) {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    let ends = |sign: char| !(sign.is_ascii_alphanumeric() || sign == '-');
    let mut rest = joined.as_str();
    while let Some(at) = rest.find(|sign: char| !ends(sign)) {
        let word = rest[at..].split(ends).next().unwrap_or_default();
        let after = &rest[at + word.len()..];
        let sum = after.starts_with(['元', '万', '件', '批']);
        let digits = word.chars().filter(char::is_ascii_digit).count();
        if digits >= DIGITS && !sum && !is_harmless(word) {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_told_in_every_writing_and_nothing_else_is() {
        for text in [
            "回电13812345678",
            "回电 138-1234-5678",
            "回电138 1234 5678。",
            "座机８２３４５６７８",
            "0451－82345678",
            "身份证23010319900101001X",
        ] {
            assert!(tells_a_number(text), "{text}");
        }
        for text in [
            "TS-2301-2026-00012 联系投诉人",
            "2026-10-01 上午回复",
            "2026-10-01 2026-10-02 两天",
            "涉及金额1200000元",
            "拨打12315",
            "08:30 至 17:30",
            "2026年10月1日",
        ] {
            assert!(!tells_a_number(text), "{text}");
        }
        assert_eq!(
            numbers("见 TS-2301-2026-00012、JB-23-2026-00003"),
            ["TS-2301-2026-00012", "JB-23-2026-00003"]
        );
    }
}
