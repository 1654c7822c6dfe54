//! Money in whole 分 (DESIGN D8).

use std::{fmt, iter::Sum, ops, str::FromStr};

/// An amount in 分 (1/100 yuan). Never a float; sums are exact.
///
/// ```
/// use kernel::Money;
/// let lost: Money = "1,234.5".parse().unwrap();
/// assert_eq!(lost.fen(), 123_450);
/// assert_eq!(lost.to_string(), "1234.50");
/// assert_eq!("１２元".parse::<Money>().unwrap(), Money::from_fen(1200));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// Why a text is not an amount. The sentence is for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one point.
    #[error("金额请填数字，例如 1280 或 1280.50")]
    NotANumber,
    /// More than two decimals.
    #[error("金额最多两位小数（精确到分）")]
    TooFine,
    /// Beyond a hundred thousand million yuan.
    #[error("金额超出范围，请核对是否多填了数位")]
    TooLarge,
}

/// 1,000 亿元: above it a typing error is certain.
const LIMIT_FEN: i64 = 10_000_000_000_000;

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// From whole 分.
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// From whole yuan (saturating far outside any real amount).
    pub const fn from_yuan(yuan: i64) -> Self {
        Self(yuan.saturating_mul(100))
    }

    /// Whole 分.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// With thousands separators, for reading: `1,234.50`.
    pub fn grouped(self) -> String {
        let plain = Self(self.0.saturating_abs()).to_string();
        let (whole, cents) = plain.split_once('.').unwrap_or((&plain, "00"));
        let mut text = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        format!("{}{text}.{cents}", if self.0 < 0 { "-" } else { "" })
    }

    /// As official papers count large sums: `6.40万元`, `15.00亿元`, `640.00元`; rounded half away from zero.
    pub fn in_words(self) -> String {
        let fen = self.0.unsigned_abs();
        let (unit, name) = match fen {
            0..1_000_000 => return format!("{self}元"),
            1_000_000..10_000_000_000 => (10_000, "万元"),
            _ => (100_000_000, "亿元"),
        };
        let hundredths = (fen + unit / 2) / unit;
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}{name}", hundredths / 100, hundredths % 100)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        write!(f, "{}{}.{:02}", if self.0 < 0 { "-" } else { "" }, fen / 100, fen % 100)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let plain: String = text
            .chars()
            .filter_map(|c| match c {
                '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
                '．' | '。' => Some('.'),
                ',' | '，' | ' ' | '\u{3000}' | '¥' | '￥' => None,
                other => Some(other),
            })
            .collect();
        let plain = plain.trim_end_matches('元');
        let (whole, cents) = plain.split_once('.').unwrap_or((plain, ""));
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if !digits(whole) || !digits(cents) || whole.is_empty() {
            return Err(MoneyError::NotANumber);
        }
        if cents.len() > 2 {
            return Err(MoneyError::TooFine);
        }
        let whole: i64 = whole.parse().map_err(|_| MoneyError::TooLarge)?;
        let cents: i64 = format!("{cents:0<2}").parse().map_err(|_| MoneyError::NotANumber)?;
        let fen = whole.checked_mul(100).and_then(|fen| fen.checked_add(cents));
        fen.filter(|fen| *fen <= LIMIT_FEN).map(Self).ok_or(MoneyError::TooLarge)
    }
}

impl ops::Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, ops::Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_an_amount() {
        for (text, error) in [
            ("", MoneyError::NotANumber),
            ("-5", MoneyError::NotANumber),
            ("1.2.3", MoneyError::NotANumber),
            ("一百", MoneyError::NotANumber),
            ("1.234", MoneyError::TooFine),
            ("99999999999999999999", MoneyError::TooLarge),
        ] {
            assert_eq!(text.parse::<Money>(), Err(error), "{text}");
        }
    }

    #[test]
    fn speaks_like_the_papers() {
        assert_eq!(Money::from_fen(6_400_000).in_words(), "6.40万元");
        assert_eq!(Money::from_fen(128_050).in_words(), "1280.50元");
        assert_eq!(Money::from_fen(435_000_000_000).in_words(), "43.50亿元");
        assert_eq!(Money::from_fen(123_456_789).grouped(), "1,234,567.89");
    }

    #[test]
    fn every_amount_reads_back() {
        for fen in [0, 1, 99, 100, 101, 123_456_789] {
            assert_eq!(Money(fen).to_string().parse(), Ok(Money(fen)));
            assert_eq!(Money(fen).grouped().parse(), Ok(Money(fen)));
        }
    }
}
