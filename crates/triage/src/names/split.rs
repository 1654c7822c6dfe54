//! The grammar of a trader's name: region, brand (字号), trade (行业), form (组织形式), branch; in this order, each but the brand may
//! be missing (企业名称登记管理规定).

use std::sync::LazyLock;

use super::{
    place::{regions, regions_freely},
    quick::Table,
};
use crate::normal::{is_chinese, is_letter, normalise};

/// What kind of body a form names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Body {
    /// A legal person or partnership: 公司, 合作社, 厂.
    Company,
    /// An individual trader's (个体工商户) form or a shop's: 商行, 经营部, 店.
    Household,
    /// The name does not say.
    Unsaid,
}

/// A trader's name in its parts, normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Codes of the regions (GB/T 2260) that it may name.
    pub regions: Vec<u32>,
    /// 字号: what is its own.
    pub brand: String,
    /// 行业 or 经营特点.
    pub trade: String,
    /// 组织形式.
    pub form: String,
    /// What the form says of the body.
    pub body: Body,
    /// Name of a branch or a shop among several.
    pub branch: String,
    pub(crate) classes: Vec<u16>,
    pub(crate) core: Vec<char>,
}

/// Words to their class, and the longest.
struct Words {
    of: Table<Vec<char>, u16>,
    longest: usize,
    /// By their last letter: a bit for each length that a word has.
    lengths: Table<char, u32>,
}

impl Words {
    fn read(text: &'static str) -> Words {
        let mut words = Words { of: Table::default(), longest: 0, lengths: Table::default() };
        for (class, line) in text.lines().enumerate() {
            for word in line.split_whitespace().skip(1) {
                let word: Vec<char> = word.chars().collect();
                words.longest = words.longest.max(word.len());
                if let Some(last) = word.last() {
                    *words.lengths.entry(*last).or_default() |= 1 << word.len().min(31);
                }
                words.of.entry(word).or_insert(class as u16);
            }
        }
        words
    }

    /// The longest word at the end that leaves at least `least` letters.
    fn at_end(&self, text: &[char], least: usize) -> Option<(usize, u16)> {
        let most = self.longest.min(text.len().saturating_sub(least));
        let lengths = self.ending(text);
        let mut found = (1..=most).rev().filter(|length| lengths >> (*length).min(31) & 1 == 1);
        found.find_map(|length| Some((length, *self.of.get(&text[text.len() - length..])?)))
    }

    /// The last place where a word of two letters and more ends, from `first` on.
    fn last_inside(&self, text: &[char], first: usize) -> Option<usize> {
        (first + 2..text.len()).rev().find(|end| {
            let lengths = self.ending(&text[..*end]);
            (2..=self.longest.min(end - first))
                .filter(|length| lengths >> (*length).min(31) & 1 == 1)
                .any(|length| self.of.contains_key(&text[end - length..*end]))
        })
    }

    /// Lengths of the words that end as a text does.
    fn ending(&self, text: &[char]) -> u32 {
        text.last().and_then(|last| self.lengths.get(last)).copied().unwrap_or(0)
    }
}

static FORMS: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../../data/forms.txt")));
static TRADES: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../../data/trades.txt")));

/// Classes of trade that say nothing: 贸易, 管理, 服务.
fn says_nothing(class: u16) -> bool {
    static LAST: LazyLock<u16> =
        LazyLock::new(|| (include_str!("../../data/trades.txt").lines().count() - 1) as u16);
    class == *LAST
}

/// Letters without spaces and punctuation, and what stands in brackets apart.
fn outside(name: &str) -> (Vec<char>, Vec<Vec<char>>) {
    let (mut out, mut inner, mut open) = (Vec::new(), Vec::new(), None::<Vec<char>>);
    for c in normalise(name).chars() {
        match c {
            '(' | '[' | '【' | '〔' | '{' | '<' | '《' => {
                inner.extend(open.replace(Vec::new()));
            }
            ')' | ']' | '】' | '〕' | '}' | '>' | '》' => inner.extend(open.take()),
            c if is_letter(c) || is_chinese(c) => open.as_mut().unwrap_or(&mut out).push(c),
            _ => {}
        }
    }
    inner.extend(open);
    inner.retain(|words| !words.is_empty());
    (out, inner)
}

fn word(letters: &[char]) -> String {
    letters.iter().collect()
}

impl Name {
    /// Takes a name apart. Every name has a brand, if need be all of it.
    ///
    /// ```
    /// let name = triage::Name::of("哈爾濱市道里區好再來餐飲管理（中央大街）有限責任公司");
    /// assert_eq!((name.brand.as_str(), name.trade.as_str(), name.form.as_str()), ("好再来", "餐饮管理", "有限责任公司"));
    /// assert_eq!((name.regions.as_slice(), name.branch.as_str()), ([230102].as_slice(), "中央大街"));
    /// assert_eq!(triage::Name::of("好再来超市花园店").branch, "花园");
    /// ```
    #[must_use]
    pub fn of(name: &str) -> Name {
        let (letters, inner) = outside(name);
        Name::read(&letters, &inner, false)
    }

    /// The name as it is, and where it begins with what may be a district without its ending (阳明, 道里) or a brand, as that too.
    pub(crate) fn readings(name: &str) -> Vec<Name> {
        let (letters, inner) = outside(name);
        let plain = Name::read(&letters, &inner, false);
        if plain.regions.iter().any(|code| code % 100 != 0) {
            return vec![plain];
        }
        let own = strip_country(&letters);
        if regions(own, 2) == regions_freely(own, 2) {
            return vec![plain];
        }
        let free = Name::read(&letters, &inner, true);
        if plain == free { vec![plain] } else { vec![plain, free] }
    }

    fn read(letters: &[char], inner: &[Vec<char>], freely: bool) -> Name {
        let mut of = Name {
            regions: Vec::new(),
            brand: String::new(),
            trade: String::new(),
            form: String::new(),
            body: Body::Unsaid,
            branch: String::new(),
            classes: Vec::new(),
            core: Vec::new(),
        };
        let own = strip_country(letters);
        let (codes, mut rest) = if freely { regions_freely(own, 2) } else { regions(own, 2) };
        of.regions = codes;
        if !of.regions.is_empty() {
            rest = strip_town(rest);
        }
        inner.iter().for_each(|words| of.bracket(words));
        rest = of.take_branch(rest);
        rest = of.take_form(rest);
        of.core = rest.iter().copied().filter(|c| !matches!(c, '之' | '的')).collect();
        if of.core.is_empty() {
            of.core = letters.to_vec();
        }
        of.take_trade();
        of
    }

    /// 有限合伙, 哈尔滨 and 中央大街店 may stand in brackets.
    fn bracket(&mut self, words: &[char]) {
        let (codes, rest) = regions(words, 0);
        if rest.is_empty() {
            self.regions.extend(codes);
        } else if FORMS.of.contains_key(words) {
            self.set_form(words);
        } else if self.branch.is_empty() {
            self.branch = word(strip_shop(words));
        }
    }

    fn set_form(&mut self, words: &[char]) {
        if let Some(class) = FORMS.of.get(words) {
            self.body = if *class == 0 { Body::Company } else { Body::Household };
            self.form.insert_str(0, &word(words));
        }
    }

    /// What follows a company's form, or a trade and ends in 店.
    fn take_branch<'a>(&mut self, text: &'a [char]) -> &'a [char] {
        let company = ['公', '司'];
        let ends =
            |tail: &[char]| tail.ends_with(&['店']) || tail.ends_with(&['部']) || tail.ends_with(&company);
        let after =
            text.windows(2).rposition(|pair| pair == company).map(|at| at + 2).filter(|at| *at < text.len());
        let before = text.windows(2).position(|pair| pair == company).map(|at| at + 2);
        let at = match (before, after) {
            (Some(first), _) if first < text.len() && ends(text) => Some(first),
            (_, Some(last)) => Some(last),
            _ if shop(text) => {
                let known = TRADES.at_end(text, 2).is_some();
                TRADES.last_inside(text, 2).filter(|at| !known && text.len() - at >= 3)
            }
            _ => None,
        };
        let Some(at) = at else { return text };
        if self.branch.is_empty() {
            let tail = strip_shop(&text[at..]);
            let (_, own) = regions(tail, 0);
            self.branch = word(if own.is_empty() { tail } else { own });
        }
        if text.ends_with(&company) {
            self.body = Body::Company;
        }
        &text[..at]
    }

    fn take_form<'a>(&mut self, mut text: &'a [char]) -> &'a [char] {
        for _ in 0..2 {
            // 酒店 and 药店 are trades, 店 alone is a form
            let trade = TRADES.at_end(text, 1).map_or(0, |(length, _)| length);
            let Some((length, _)) = FORMS.at_end(text, 2).filter(|(length, _)| *length > trade) else {
                break;
            };
            self.set_form(&text[text.len() - length..]);
            text = &text[..text.len() - length];
        }
        text
    }

    /// The same name where the last letters of its core are those of a known branch.
    pub(crate) fn with_branch(&self, branch: &str) -> Option<Name> {
        let tail: Vec<char> = branch.chars().collect();
        let own = self.core.strip_suffix(tail.as_slice()).filter(|own| own.len() >= 2 && !tail.is_empty())?;
        let mut name =
            Name { core: own.to_vec(), branch: branch.to_owned(), classes: Vec::new(), ..self.clone() };
        name.take_trade();
        Some(name)
    }

    fn take_trade(&mut self) {
        let mut rest = self.core.len();
        while let Some((length, class)) = TRADES.at_end(&self.core[..rest], 2).or_else(|| {
            (rest == self.core.len())
                .then(|| TRADES.at_end(&self.core[..rest], 1))
                .flatten()
                .filter(|(length, _)| *length >= 2)
        }) {
            if !says_nothing(class) && !self.classes.contains(&class) {
                self.classes.push(class);
            }
            rest -= length;
        }
        self.trade = word(&self.core[rest..]);
        self.brand = word(&self.core[..rest]);
    }
}

/// Whether a name may end in that of a branch: 分店, 分公司, or 店 by itself.
fn shop(text: &[char]) -> bool {
    text.ends_with(&['分', '店'])
        || text.ends_with(&['分', '公', '司'])
        || text.ends_with(&['店']) && FORMS.at_end(text, 2).is_none_or(|(length, _)| length == 1)
}

fn strip_country(text: &[char]) -> &[char] {
    text.strip_prefix(['中', '国'].as_slice()).filter(|rest| rest.len() >= 4).unwrap_or(text)
}

/// A town's name after a region's: two to four letters before 镇, 乡 or 街道.
fn strip_town(text: &[char]) -> &[char] {
    for length in 2..=4 {
        let end = match text.get(length) {
            Some('镇' | '乡') => length + 1,
            Some('街') if text.get(length + 1) == Some(&'道') => length + 2,
            _ => continue,
        };
        if text.len() >= end + 3 {
            return &text[end..];
        }
    }
    text
}

/// 中央大街店, 第三分公司, 道里分店.
fn strip_shop(text: &[char]) -> &[char] {
    const ENDS: [&[char]; 5] = [&['分', '公', '司'], &['分', '店'], &['分', '部'], &['门', '店'], &['店']];
    for end in ENDS {
        if let Some(rest) = text.strip_suffix(end).filter(|rest| !rest.is_empty()) {
            return rest;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart() {
        for (name, brand, trade, form, branch) in [
            ("黑龙江好再来食品有限公司", "好再来", "食品", "有限公司", ""),
            ("好再来火锅店", "好再来", "火锅店", "", ""),
            ("哈尔滨市道里区好再来饭店", "好再来", "饭店", "", ""),
            ("好再来餐饮管理有限公司中央大街分公司", "好再来", "餐饮管理", "有限公司", "中央大街"),
            ("好再来食杂店", "好再来", "食杂店", "", ""),
            ("红旗经营部", "红旗", "", "经营部", ""),
            ("甲乙(哈尔滨)科技发展股份有限公司", "甲乙", "科技发展", "股份有限公司", ""),
            ("如家酒店(中央大街店)", "如家", "酒店", "", "中央大街"),
            ("中国石油化工股份有限公司", "石油", "化工", "股份有限公司", ""),
            ("利民五金店", "利民", "五金店", "", ""),
        ] {
            let of = Name::of(name);
            let got = (of.brand.as_str(), of.trade.as_str(), of.form.as_str(), of.branch.as_str());
            assert_eq!(got, (brand, trade, form, branch), "{name}");
        }
    }

    #[test]
    fn every_text_has_a_brand_or_is_empty() {
        for name in ["店", "公司", "有限公司", "哈尔滨", "7-11", "A", "的"] {
            assert!(!Name::of(name).brand.is_empty(), "{name}");
        }
        assert_eq!(Name::of("").brand, "");
    }
}
