//! A quantity as somebody wrote it (包, 片, 箱, 公斤…), never converted silently.

use std::fmt;

/// A count or measure with its unit as written. The number is kept as text because `422.5` must stay `422.5`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quantity {
    /// The number as written, already checked to be one.
    pub number: String,
    /// The unit as written; may be empty.
    pub unit: String,
}

impl Quantity {
    /// A quantity, or the sentence that says what is wrong with it.
    ///
    /// # Errors
    /// When the number is not digits with at most one point between them, or the unit is longer than 20 characters or holds
    /// what nobody sees.
    pub fn new(number: &str, unit: &str) -> Result<Self, &'static str> {
        let (number, unit) = (number.trim(), unit.trim());
        let shape = !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit() || c == '.')
            && number.matches('.').count() <= 1
            && number.starts_with(|c: char| c.is_ascii_digit())
            && number.ends_with(|c: char| c.is_ascii_digit())
            && number.len() <= 18;
        if !shape {
            return Err("数量请填数字，例如 3 或 422.5");
        }
        if unit.chars().count() > 20 {
            return Err("计量单位请控制在 20 字以内");
        }
        if unit.chars().any(char::is_control) {
            return Err("计量单位里有看不见的字符，请重新填写");
        }
        Ok(Self { number: number.to_owned(), unit: unit.to_owned() })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_digits_with_at_most_one_point_between_them() {
        assert_eq!(Quantity::new(" 422.5 ", "公斤").unwrap().to_string(), "422.5公斤");
        for number in ["", ".5", "3.", "1.2.3", "-1", "1e9", "三", "1234567890123456789"] {
            assert!(Quantity::new(number, "包").is_err(), "{number}");
        }
    }

    #[test]
    fn a_unit_hides_nothing() {
        for unit in ["包\0", "包\n箱", "\u{1b}[31m"] {
            assert!(Quantity::new("3", unit).is_err(), "{unit:?}");
        }
    }
}
