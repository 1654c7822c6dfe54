//! Short names (简称) that a registered name may be called by, built from its grammar and from no list: 中国石油化工 is 中石化 and
//! 石化, 工商银行 is 工行, 上海汽车集团 is 上汽.

use super::split::{Body, Name};
use crate::normal::normalise;

/// Letters of a short name at least and at most.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=4;

/// Pairs of letters, as most words are; three letters stay one word.
fn words(part: &str) -> Vec<Vec<char>> {
    let letters: Vec<char> = part.chars().collect();
    if letters.len() % 2 == 1 { vec![letters] } else { letters.chunks(2).map(<[char]>::to_vec).collect() }
}

/// The letter that stands for the country or the region before the brand.
fn head(text: &str, name: &Name) -> Option<char> {
    let text = normalise(text);
    let first = text.chars().find(|c| crate::normal::is_letter(*c))?;
    let country = text.trim_start().strip_prefix("中国").is_some();
    (country || !name.regions.is_empty() && !name.brand.starts_with(first)).then_some(first)
}

impl Name {
    /// What the name may be called in short: first letters of its words, with and without the letter of country or region, and
    /// first letters with the last one of the last word. None for names of one word and for those that are no firm's.
    ///
    /// ```
    /// use triage::Name;
    /// let short = |name: &str| Name::of(name).shorts(name);
    /// assert!(short("中国石油化工股份有限公司").contains(&"中石化".to_owned()));
    /// assert!(short("中国工商银行股份有限公司").contains(&"工行".to_owned()));
    /// assert!(short("上海汽车集团股份有限公司").contains(&"上汽".to_owned()));
    /// assert!(short("好再来超市").is_empty());
    /// ```
    #[must_use]
    pub fn shorts(&self, text: &str) -> Vec<String> {
        if self.body != Body::Company {
            return Vec::new();
        }
        let words: Vec<Vec<char>> = [words(&self.brand), words(&self.trade)].concat();
        let words: Vec<&Vec<char>> = words.iter().filter(|word| !word.is_empty()).collect();
        let firsts: String = words.iter().filter_map(|word| word.first()).collect();
        let mut found = Vec::new();
        if let Some((last, before)) = words.split_last().filter(|(_, before)| !before.is_empty()) {
            found.push(firsts.clone());
            found.extend(last.last().map(|end| {
                let mut letters: String = before.iter().filter_map(|word| word.first()).collect();
                letters.push(*end);
                letters
            }));
        }
        let head = head(text, self);
        let headed: Vec<String> = head
            .into_iter()
            .flat_map(|head| {
                let first: String = firsts.chars().take(1).collect();
                let of = move |rest: &String| format!("{head}{rest}");
                found.iter().map(of).chain(std::iter::once(of(&first))).collect::<Vec<_>>()
            })
            .collect();
        found.extend(headed);
        found.retain(|short| LENGTH.contains(&short.chars().count()) && *short != self.brand);
        found.sort_unstable();
        found.dedup();
        found
    }
}
