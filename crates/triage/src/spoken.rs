//! Categories without a trained model: the names of a tree's entries, and words that people say for them. No figure is claimed for
//! one answer; `tests/class.rs` counts how often the answers are right on texts of another hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Lexicon, normalise, says};

/// An entry of a tree that words of a text speak for.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Its code.
    pub code: String,
    /// The words.
    pub words: Vec<String>,
    /// Twice their letters, and one for a lower entry.
    pub weight: usize,
}

/// Ends of names that say nothing by themselves.
const ENDS: &[&str] = &["用品", "产品", "制品", "服务", "商品", "工具"];

/// Parts of names that are said of every other thing: 配件 of a tablet.
const PARTS: &[&str] = &["配件"];

/// Words of an entry: its own name and parts of it.
fn words_of<'a>(name: &'a str) -> Vec<&'a str> {
    let parts = name.split(['及', '和', '与', '、', '（', '）']).filter(|part| part.chars().count() >= 2);
    let short = |part: &'a str| {
        let stem = ENDS.iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part);
        if stem.chars().count() >= 2 { stem } else { part }
    };
    parts.map(short).filter(|word| !ENDS.contains(word) && !PARTS.contains(word)).collect()
}

/// What happened, without what is asked for: 要求退货退款 says nothing of what was wrong with it.
fn happened(text: &str) -> String {
    let clauses = text.split_inclusive(['，', '。', '；', '！', '？', ',', ';', '\n']);
    let told = clauses.map(|clause| {
        ["要求", "请求", "希望"]
            .iter()
            .fold(clause, |told, word| told.split_once(word).map_or(told, |(before, _)| before))
    });
    told.collect()
}

/// What a text speaks for: by what happened, and where that says nothing, by all of it.
#[must_use]
pub fn speak(entries: &[(&str, &str)], text: &str) -> Vec<Spoken> {
    let text = normalise(text);
    let found = spoken(entries, &happened(&text));
    if found.is_empty() { spoken(entries, &text) } else { found }
}

/// Entries whose names, or words of people for them, stand in the text: most letters first, then the branch of the tree that is spoken of
/// first (people say first what it is about), a lower entry before its upper one. What people say for an entry is in the list that ships with `triage`.
fn spoken(entries: &[(&str, &str)], text: &str) -> Vec<Spoken> {
    let said = Lexicon::shipped().point(text, "");
    let (mut found, mut begins): (Vec<Spoken>, BTreeMap<String, usize>) = Default::default();
    for &(code, name) in entries.iter().filter(|(_, name)| !name.starts_with("其他")) {
        let named = words_of(name).into_iter().filter(|word| says(text, word)).map(str::to_owned);
        let pointed = said.iter().find(|one| one.label == code);
        let said = pointed.iter().flat_map(|one| one.words.clone());
        let words: BTreeSet<String> = named.chain(said).collect();
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        // where it was bought is said when nothing says what it was
        let letters = if pointed.is_some_and(|one| one.place) { letters.min(1) } else { letters };
        if letters > 0 {
            let deep = usize::from(code.contains('.'));
            let words: Vec<String> = words.into_iter().collect();
            let at = words.iter().filter_map(|word| text.find(word.as_str())).min().unwrap_or(text.len());
            let begin = begins.entry(branch(code).to_owned()).or_insert(at);
            *begin = at.min(*begin);
            found.push(Spoken { code: code.to_owned(), words, weight: letters * 2 + deep });
        }
    }
    let letters = |spoken: &Spoken| spoken.weight / 2;
    found.sort_by_key(|one| {
        (
            std::cmp::Reverse(letters(one)),
            begins.get(branch(&one.code)).copied(),
            std::cmp::Reverse(one.weight),
        )
    });
    found
}

/// The uppermost entry of a code.
fn branch(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}
