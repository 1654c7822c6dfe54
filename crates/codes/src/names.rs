//! Names of firms and people: folded for look-up, spelt by initials, checked for letters that only look alike.

use pinyin::ToPinyin as _;
use unicode_normalization::UnicodeNormalization as _;

use crate::settled::settled;

/// The key by which a name is looked up and sorted, the same on both engines: half width, small letters, without blanks,
/// punctuation and invisible characters, one spelling for 有限公司.
///
/// ```
/// assert_eq!(codes::names::fold("（甲）食品 有限责任公司"), codes::names::fold("甲食品有限公司"));
/// ```
pub fn fold(name: &str) -> String {
    settled(name, |text| {
        let kept: String = text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        kept.replace("有限责任公司", "有限公司")
    })
}

/// First letters of the pinyin: 市场监督管理局 → `scjdglj`. Latin letters and digits stay.
pub fn initials(name: &str) -> String {
    fold(name)
        .chars()
        .filter_map(|c| if c.is_ascii() { Some(c) } else { c.to_pinyin()?.first_letter().chars().next() })
        .collect()
}

/// What makes a name look like another (SEC_51): invisible or direction-changing characters, Cyrillic or Greek letters.
pub fn suspicious(name: &str) -> Option<String> {
    let hidden = |c: &char| matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let foreign = |c: &char| matches!(*c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}');
    if name.chars().any(|c| hidden(&c)) {
        return Some("名称中有看不见的字符，请重新输入".to_owned());
    }
    name.chars().find(foreign).map(|c| format!("名称中的“{c}”是希腊或西里尔字母，可能冒充相近的字母，请核对"))
}

/// How alike two names are, 0 to 1: bigrams in common over all bigrams, after the words every firm has are taken off.
pub fn similarity(one: &str, two: &str) -> f64 {
    let (one, two) = (bigrams(one), bigrams(two));
    let common = one.iter().filter(|pair| two.contains(pair)).count();
    let all = one.len() + two.len() - common;
    #[expect(clippy::cast_precision_loss, reason = "names are short")]
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}

fn bigrams(name: &str) -> Vec<(char, char)> {
    let words = ["有限公司", "股份公司", "个体工商户", "经营部", "商行", "超市", "省", "市", "区", "县"];
    let core = words.iter().fold(fold(name), |name, word| name.replace(word, ""));
    let chars: Vec<char> = core.chars().collect();
    let mut pairs: Vec<_> = chars.iter().copied().zip(chars.iter().copied().skip(1)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
