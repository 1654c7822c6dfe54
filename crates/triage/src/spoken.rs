//! Categories without a trained model: the names of a tree's entries, and words that people say for them. No figure is claimed for
//! one answer; `tests/class.rs` counts how often the answers are right on texts of another hand.

use std::collections::{BTreeMap, HashSet};

use crate::{
    Lexicon,
    lexicon::{ENDS as CLAUSES, Force, Line, PROBLEMS, means},
    normalise, role,
};

/// An entry of a tree that words of a text speak for.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Its code.
    pub code: String,
    /// The words.
    pub words: Vec<String>,
    /// Their letters as they count, in eighths.
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
    let clauses = text.split_inclusive(CLAUSES);
    let told = clauses.map(|clause| {
        ["要求", "请求", "希望"]
            .iter()
            .fold(clause, |told, word| told.split_once(word).map_or(told, |(before, _)| before))
    });
    told.collect()
}

/// Words of matters that are for others: labour, neighbours, schools, streets, crimes. Only such as nobody says of what was bought:
/// 养老金 buys health products, and 年报 stands in 今年报名.
const OTHERS: &str = include_str!("../data/others.txt");

/// Whether a text is of something that no entry of these trees is for.
fn is_for_others(text: &str) -> bool {
    OTHERS.split_whitespace().any(|word| text.contains(word))
}

/// What a text speaks for, the likeliest first: by what happened, and where that says nothing, by all of it.
#[must_use]
pub fn speak(entries: &[(&str, &str)], text: &str) -> Vec<Spoken> {
    let text = normalise(text);
    if is_for_others(&text) {
        return Vec::new();
    }
    let found = spoken(entries, &happened(&text));
    if found.is_empty() { spoken(entries, &text) } else { found }
}

/// A rival with this part of the first one's weight or more makes it doubtful.
const CLOSE: f32 = 0.85;

/// The one entry that a text speaks for: where two are as likely, what they have in common, and where they have nothing, none.
#[must_use]
pub fn decide(entries: &[(&str, &str)], text: &str) -> Option<Spoken> {
    let ranked = speak(entries, text);
    let first = ranked.first()?;
    let lies_under =
        |code: &str, above: &str| code.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'));
    let rivals = ranked[1..].iter().filter(|one| {
        !lies_under(&one.code, &first.code)
            && !lies_under(&first.code, &one.code)
            && one.weight as f32 >= CLOSE * first.weight as f32
    });
    let mut decided = first.clone();
    for rival in rivals {
        if branch(&rival.code) != branch(&first.code) {
            return None;
        }
        let above = branch(&first.code);
        if entries.iter().any(|(code, _)| *code == above) && decided.code != above {
            decided.code = above.to_owned();
            decided.words.extend(rival.words.iter().cloned());
        }
    }
    Some(decided)
}

/// A word of an entry where it stands.
struct Said<'a> {
    code: &'a str,
    word: &'a str,
    force: Force,
    letters: u32,
    at: usize,
    end: usize,
    line: Option<&'a Line>,
}

impl Said<'_> {
    fn weight(&self, text: &str) -> f32 {
        // what is wrong is no thing that is bought or given
        if self.code.starts_with(PROBLEMS) {
            return self.letters as f32;
        }
        let role = role::of(text, self.at, self.end);
        // what is bought is not said on the way
        let is_full = self.force == Force::Weak && role.is_named;
        let letters = if is_full { self.word.chars().count() as u32 } else { self.letters };
        letters as f32 * role.factor
    }

    fn lies_in(&self, other: &Said<'_>) -> bool {
        let whole = other.end - other.at == other.word.len();
        whole && other.word.len() > self.word.len() && other.at <= self.at && self.end <= other.end
    }
}

/// Words of entries in a text, without those that lie in a longer one: the 鱼 of 酸菜鱼.
fn said<'a>(entries: &'a [(&'a str, &'a str)], text: &str) -> Vec<Said<'a>> {
    let lexicon = Lexicon::shipped();
    let codes: HashSet<&str> = entries.iter().map(|(code, _)| *code).collect();
    let wanted: Vec<bool> = lexicon.lines.iter().map(|line| codes.contains(line.label.as_str())).collect();
    let hits = lexicon.hits(text, |line| wanted[line]).into_iter().map(|hit| {
        let line = &lexicon.lines[hit.line];
        let (word, letters) = (hit.word.shown.as_str(), hit.word.letters());
        Said {
            code: &line.label,
            word,
            force: hit.word.force,
            letters,
            at: hit.at,
            end: hit.end,
            line: Some(line),
        }
    });
    let mut said: Vec<Said> = hits.collect();
    for (code, name) in entries.iter().filter(|(_, name)| !name.starts_with("其他")) {
        for word in words_of(name) {
            for (at, _) in text.match_indices(word) {
                let known = said.iter().any(|one| one.code == *code && one.word == word && one.at == at);
                if !known && means(text, word, at) {
                    let (letters, end) = (word.chars().count() as u32, at + word.len());
                    said.push(Said { code, word, force: Force::Plain, letters, at, end, line: None });
                }
            }
        }
    }
    let inner: Vec<bool> = said.iter().map(|one| said.iter().any(|other| one.lies_in(other))).collect();
    said.into_iter().zip(inner).filter(|(_, is_inner)| !is_inner).map(|(one, _)| one).collect()
}

/// What a text is about by the lines whose codes begin as `of` does: 过期 says something of food and nothing of a card.
fn is_about(of: &[String], text: &str) -> bool {
    let tree =
        |line: &&Line| line.of.is_empty() && of.iter().any(|code| code.get(..1) == line.label.get(..1));
    let lines = Lexicon::shipped().lines.iter().filter(tree);
    let entries: Vec<(&str, &str)> = lines.map(|line| (line.label.as_str(), line.name.as_str())).collect();
    let found = weighed(&entries, text, &said(&entries, text));
    found.first().is_none_or(|first| of.iter().any(|code| first.code.starts_with(code)))
}

/// Entries whose names, or words of people for them, stand in the text.
fn spoken(entries: &[(&str, &str)], text: &str) -> Vec<Spoken> {
    let mut said = said(entries, text);
    let of = said.iter().find_map(|one| one.line.filter(|line| !line.of.is_empty()));
    if of.is_some_and(|line| !is_about(&line.of, text)) {
        said.retain(|one| one.line.is_none_or(|line| line.of.is_empty()));
    }
    weighed(entries, text, &said)
}

/// What a word weighs that is said so often.
fn again((weight, times): &(f32, u32)) -> f32 {
    weight * (1.0 + 0.25 * (times.saturating_sub(1).min(2)) as f32)
}

/// Words by entry, the heaviest first; of as heavy ones the branch of the tree that is spoken of first (people say first what it is about),
/// then a lower entry before its upper one.
fn weighed(entries: &[(&str, &str)], text: &str, said: &[Said<'_>]) -> Vec<Spoken> {
    let mut held: BTreeMap<&str, BTreeMap<&str, (f32, u32)>> = BTreeMap::new();
    let mut answers: HashSet<(&str, &str)> = HashSet::new();
    let (mut begins, mut places): (BTreeMap<&str, usize>, HashSet<&str>) = Default::default();
    for one in said {
        let weight = one.weight(text);
        let known = held.entry(one.code).or_default().entry(one.word).or_default();
        *known = (known.0.max(weight), known.1 + 1);
        if one.force == Force::Answer {
            answers.insert((one.code, one.word));
        }
        let begin = begins.entry(branch(one.code)).or_insert(one.at);
        *begin = one.at.min(*begin);
        if one.line.is_some_and(|line| line.place) {
            places.insert(one.code);
        }
    }
    let weight = |code: &str| {
        let sum = |is_answer: bool| {
            let of = |(word, said): (&&str, &(f32, u32))| {
                (answers.contains(&(code, *word)) == is_answer).then(|| again(said))
            };
            held.get(code).map_or(0.0, |words| words.iter().filter_map(of).sum::<f32>())
        };
        let own = sum(false) + sum(true).min(ANSWER);
        // where it was bought is said when nothing says what it was
        if places.contains(code) { own.min(PLACE) } else { own }
    };
    let mut found: Vec<Spoken> = Vec::new();
    for (code, _) in entries {
        let Some(words) = held.get(code) else { continue };
        // a word of the upper entry speaks for the lower one too, when that is spoken of
        let above = code.rsplit_once('.').map_or(0.0, |(above, _)| weight(above) / 2.0);
        let weight = ((weight(code) + above) * 8.0) as usize;
        let words = words.keys().map(|word| (*word).to_owned()).collect();
        found.push(Spoken { code: (*code).to_owned(), words, weight });
    }
    found.sort_by_key(|one| {
        (
            std::cmp::Reverse(one.weight),
            begins.get(branch(&one.code)).copied(),
            std::cmp::Reverse(one.code.len()),
        )
    });
    found
}

/// What a trader's answers weigh, at most: less than the shortest word for what was wrong, by more than leaves a doubt.
const ANSWER: f32 = 1.5;

/// The weight of the place of a purchase.
const PLACE: f32 = 0.9;

/// The uppermost entry of a code.
fn branch(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}
