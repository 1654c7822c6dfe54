//! What a trader is found by in the search index, which it shares with matters: every token begins with a letter of its own,
//! so that neither finds, or slows down, the other.

use crate::letters;

/// Words that so many names hold that they find nothing.
const COMMON: &[&str] = &[
    "有限公司",
    "股份公司",
    "分公司",
    "公司",
    "个体工商户",
    "经营部",
    "便利店",
    "专卖店",
    "旗舰店",
    "分店",
    "总店",
    "超市",
    "商店",
    "商行",
    "商贸",
    "贸易",
    "饭店",
    "餐厅",
    "餐饮",
    "酒店",
    "宾馆",
    "药店",
    "药房",
    "美容",
    "美发",
    "服装",
    "食品",
    "电器",
    "科技",
    "中心",
    "有限",
    "销售",
    "服务",
];

/// A number that is found as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Exact {
    Credit,
    OldNumber,
    Organisation,
    Phone,
    Short,
    Tag,
}

impl Exact {
    /// The token of a number or a tag.
    pub(crate) fn token(self, value: &str) -> String {
        let letter = match self {
            Self::Credit => "xc",
            Self::OldNumber => "xn",
            Self::Organisation => "xo",
            Self::Phone => "xp",
            Self::Short => "xs",
            Self::Tag => "xt",
        };
        format!("{letter}{}", letters::key(value))
    }
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The key of a name in runs of one script.
fn runs(name: &str) -> Vec<(bool, Vec<char>)> {
    let mut runs: Vec<(bool, Vec<char>)> = Vec::new();
    for c in letters::key(name).chars() {
        match runs.last_mut().filter(|(cjk, _)| *cjk == is_cjk(c)) {
            Some((_, run)) => run.push(c),
            None => runs.push((is_cjk(c), vec![c])),
        }
    }
    runs
}

fn pieces(cjk: bool, run: &[char]) -> Vec<String> {
    let piece = |chars: &[char]| format!("x{}", chars.iter().collect::<String>());
    if cjk && run.len() > 1 { run.windows(2).map(piece).collect() } else { vec![piece(run)] }
}

/// The tokens of names, in order, each name apart.
pub(crate) fn of_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut tokens = Vec::new();
    for name in names {
        tokens.extend(runs(name).iter().flat_map(|(cjk, run)| pieces(*cjk, run)));
        tokens.push("xz0".to_owned());
    }
    tokens
}

/// What was typed, as phrases that a name must hold; nothing when it is too short or too common to find anybody.
pub(crate) fn phrases(text: &str) -> Vec<Vec<String>> {
    let core = COMMON.iter().fold(letters::key(text), |rest, word| rest.replace(word, ""));
    if core.chars().count() < 2 && !core.chars().any(is_cjk) || letters::key(text).chars().count() < 2 {
        return Vec::new();
    }
    let whole = |(cjk, run): &(bool, Vec<char>)| !cjk || run.len() > 1;
    runs(text).iter().filter(|run| whole(run)).map(|(cjk, run)| pieces(*cjk, run)).collect()
}

/// The part of a name that is its own, for finding near names.
pub(crate) fn core(name: &str) -> String {
    COMMON.iter().fold(letters::key(name), |rest, word| rest.replace(word, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_pairs_of_characters_and_whole_words() {
        assert_eq!(of_names(["好再来7-11"]), ["x好再", "x再来", "x711", "xz0"]);
        assert_eq!(phrases("再来"), [["x再来"]]);
        assert_eq!(phrases("红旗超市"), [["x红旗", "x旗超", "x超市"]]);
    }

    #[test]
    fn what_everybody_is_called_finds_nobody() {
        for common in ["超市", "有限公司", "食品商行", "好", ""] {
            assert!(phrases(common).is_empty(), "{common}");
        }
    }
}
