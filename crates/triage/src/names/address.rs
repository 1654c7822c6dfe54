//! An address as far as names of traders need it: region, town, street, number.

use super::place::{Code, regions};
use crate::normal::{is_letter, normalise};

/// Street and number of an address, normalised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub regions: Vec<Code>,
    pub street: String,
    pub number: String,
}

/// Ends of a street's name, longest first.
const STREETS: &[&str] = &["大街", "大道", "公路", "胡同", "路", "街", "巷", "弄", "道"];

impl Address {
    pub fn of(text: &str) -> Address {
        let letters: Vec<char> = normalise(text).chars().filter(|c| is_letter(*c) || *c == '-').collect();
        let (codes, rest) = regions(&letters, 0);
        let mut address = Address { regions: codes, ..Address::default() };
        let rest = town(rest);
        let end = (2..=rest.len().min(12)).find_map(|at| {
            let end = STREETS.iter().find(|end| starts(&rest[at - 1..], end))?;
            Some(at - 1 + end.chars().count())
        });
        let Some(end) = end else { return address };
        address.street = rest[..end].iter().collect();
        let number: String = rest[end..].iter().take_while(|c| c.is_ascii_digit() || **c == '-').collect();
        address.number = number.trim_end_matches('-').to_owned();
        address
    }
}

fn starts(text: &[char], word: &str) -> bool {
    word.chars().enumerate().all(|(at, c)| text.get(at) == Some(&c))
}

/// What follows the name of a town or a street office (街道).
fn town(text: &[char]) -> &[char] {
    for at in 2..=5.min(text.len()) {
        for end in ["街道办事处", "街道办", "街道", "镇", "乡"] {
            if starts(&text[at..], end) {
                return &text[at + end.chars().count()..];
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn street_and_number_are_found() {
        for (text, street, number) in [
            ("黑龙江省哈尔滨市道里区中央大街89号", "中央大街", "89"),
            ("哈尔滨市南岗区花园街道西大直街 12-3 号二楼", "西大直街", "12-3"),
            ("中山路1号", "中山路", "1"),
            ("王岗镇新农村", "", ""),
        ] {
            let of = Address::of(text);
            assert_eq!((of.street.as_str(), of.number.as_str()), (street, number), "{text}");
        }
        assert_eq!(Address::of("哈尔滨市道里区中央大街89号").regions, [230_102]);
    }
}
