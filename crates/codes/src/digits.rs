//! Check digits of the standards. Each function takes the whole number and says what the last character should be.

/// Alphabet of GB 32100-2015: no I, O, S, V, Z.
pub(crate) const CREDIT_ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const CREDIT_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

fn value(c: char) -> Option<usize> {
    CREDIT_ALPHABET.iter().position(|letter| char::from(*letter) == c)
}

fn digit(n: u32) -> Option<char> {
    char::from_digit(n, 10)
}

/// GB 32100-2015 统一社会信用代码: weights 3^(i-1) mod 31.
pub(crate) fn credit(code: &str) -> Option<char> {
    let values: Option<Vec<usize>> = code.chars().take(17).map(value).collect();
    let sum: usize = values?.iter().zip(CREDIT_WEIGHTS).map(|(value, weight)| value * weight).sum();
    CREDIT_ALPHABET.get((31 - sum % 31) % 31).map(|letter| char::from(*letter))
}

/// GB 11714 组织机构代码, the ninth character of the nine.
pub(crate) fn organisation(code: &str) -> Option<char> {
    let values: Option<Vec<u32>> = code.chars().take(8).map(|c| c.to_digit(36)).collect();
    let sum: u32 = values?.iter().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(value, weight)| value * weight).sum();
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        n => digit(n),
    }
}

/// GB 11643-1999 居民身份证.
pub(crate) fn id_card(code: &str) -> Option<char> {
    let values: Option<Vec<u32>> = code.chars().take(17).map(|c| c.to_digit(10)).collect();
    let sum: u32 = values?.iter().zip(ID_WEIGHTS).map(|(value, weight)| value * weight).sum();
    "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap_or(0))
}

/// GB/T 17710 (ISO 7064) MOD 11,10 over all digits but the last; and the digit of the known faulty path.
pub(crate) fn mod_11_10(digits: &str) -> Option<(char, char)> {
    let body: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
    let body = body?;
    let (mut p, mut last) = (10, 0);
    for d in body.split_last()?.1 {
        let s = match (p + d) % 10 {
            0 => 10,
            s => s,
        };
        last = 2 * s;
        p = last % 11;
    }
    // The faulty path uses the last product before it is reduced.
    let variant = (10 + 10 - last.checked_sub(1)? % 10) % 10;
    Some((digit((11 - p) % 10)?, digit(variant)?))
}
