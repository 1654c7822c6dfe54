//! Telephone numbers as they are compared: digits only, without the country code.

use unicode_normalization::UnicodeNormalization as _;

/// The digits by which two spellings of one number are equal, or `None` when it cannot be a number.
///
/// ```
/// assert_eq!(codes::phone::normalise("+86 138-1234-5678").as_deref(), Some("13812345678"));
/// assert_eq!(codes::phone::normalise("(0451) 8866 7755").as_deref(), Some("045188667755"));
/// assert_eq!(codes::phone::normalise("没有"), None);
/// ```
pub fn normalise(input: &str) -> Option<String> {
    let text: String = input.nfkc().collect();
    let separators = |c: char| c.is_whitespace() || "-()+.—转,".contains(c);
    if text.chars().any(|c| !c.is_ascii_digit() && !separators(c)) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let mut digits = digits.as_str();
    // As often as it stands there: what is stored is compared once more with what is typed.
    while let Some(rest) = without_country(digits) {
        digits = rest;
    }
    (5..=17).contains(&digits.len()).then(|| digits.to_owned())
}

fn without_country(digits: &str) -> Option<&str> {
    digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86").filter(|rest| rest.len() == 11))
}
