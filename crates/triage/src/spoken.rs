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

/// What is asked for begins so.
const ASKED: [&str; 3] = ["要求", "请求", "希望"];

/// It was asked for and not given: that happened.
const REFUSED: [&str; 4] = ["被拒", "遭拒", "拒绝", "未果"];

/// What happened, without what is asked for: 要求退货退款 says nothing of what was wrong with it, 要求退余额被拒 does.
fn happened(text: &str) -> String {
    let told = text.split_inclusive(CLAUSES).map(|clause| {
        if REFUSED.iter().any(|word| clause.contains(word)) {
            return clause;
        }
        ASKED.iter().fold(clause, |told, word| told.split_once(word).map_or(told, |(before, _)| before))
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

/// A letter in eighths.
const EIGHTHS: usize = 8;

/// What an answer asks of the words. The figures were chosen on texts of two hands and of a real collection, folds apart; `docs/evaluation.md`
/// tells how.
struct Asked {
    /// The first one weighs so much, in eighths of a letter: one word that mostly is said on the way decides nothing.
    least: usize,
    /// A rival of another branch with this part of the first one's weight makes it doubtful.
    rival: f32,
    /// One of the same branch with this part makes the branch the answer.
    sibling: f32,
    /// The first one weighs less than this: its branch is the answer, where it is one of several below it.
    leaf: usize,
}

/// Of what was bought or used.
const BOUGHT: Asked = Asked { least: 11, rival: 0.85, sibling: 0.85, leaf: 0 };

/// Of what was wrong: people tell several things side by side, and words of one are said of another.
const WRONG: Asked = Asked { least: 20, rival: 0.4, sibling: 0.5, leaf: 32 };

/// Branches of problems that are two sides of one matter: a false advertisement is false publicity, a forged brand a forgery, bad goods
/// are what the seller does not answer for. The heavier is said.
const KIN: &[(&str, &str)] = &[
    ("P01", "P03"),
    ("P01", "P07"),
    ("P01", "P12"),
    ("P03", "P04"),
    ("P04", "P07"),
    ("P06", "P07"),
    ("P07", "P12"),
    ("P08", "P12"),
];

fn are_kin(one: &str, other: &str) -> bool {
    KIN.contains(&(one, other)) || KIN.contains(&(other, one))
}

fn lies_under(code: &str, above: &str) -> bool {
    code.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// The one entry that a text speaks for: where those of one branch are about as likely, the branch; where others are, or the words say
/// too little, none.
#[must_use]
pub fn decide(entries: &[(&str, &str)], text: &str) -> Option<Spoken> {
    let ranked = speak(entries, text);
    let asked = if ranked.first()?.code.starts_with(PROBLEMS) { WRONG } else { BOUGHT };
    // less than one word says: it is where something was bought
    let is_place = |one: &Spoken| one.weight < EIGHTHS;
    let first = ranked.iter().find(|one| one.weight >= asked.least || is_place(one))?;
    let own = branch(&first.code);
    let mut decided = first.clone();
    let mut is_wide = first.weight < asked.leaf;
    for rival in &ranked {
        let (other, share) = (branch(&rival.code), rival.weight as f32 / first.weight as f32);
        let is_above = lies_under(&rival.code, &first.code) || lies_under(&first.code, &rival.code);
        if rival.code == first.code || is_above || (is_place(first) && !is_place(rival)) {
            continue;
        }
        if other == own && share >= asked.sibling {
            is_wide = true;
            decided.words.extend(rival.words.iter().cloned());
        } else if other != own && share >= asked.rival && (share >= 1.0 || !are_kin(own, other)) {
            return None;
        }
    }
    if is_wide && entries.iter().any(|(code, _)| *code == own) {
        decided.code = own.to_owned();
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
                    // 质量, 安全, 价格: said of everything
                    let is_weak = code.starts_with(PROBLEMS) && letters <= 2;
                    let (force, letters) = if is_weak { (Force::Weak, 1) } else { (Force::Plain, letters) };
                    said.push(Said { code, word, force, letters, at, end, line: None });
                }
            }
        }
    }
    let inner: Vec<bool> = said.iter().map(|one| said.iter().any(|other| one.lies_in(other))).collect();
    said.into_iter().zip(inner).filter(|(_, is_inner)| !is_inner).map(|(one, _)| one).collect()
}

/// What a text is about, by the goods and services of the list: the likeliest and those about as likely.
fn about(text: &str) -> Vec<&'static str> {
    let lines = Lexicon::shipped().lines.iter().filter(|line| !line.label.starts_with(PROBLEMS));
    let entries: Vec<(&str, &str)> = lines.map(|line| (line.label.as_str(), line.name.as_str())).collect();
    let found = weighed(&entries, text, &said(&entries, text));
    let least = found.first().map_or(0.0, |first| BOUGHT.rival * first.weight as f32);
    let likely = found.iter().take_while(|one| one.weight as f32 >= least);
    likely
        .filter_map(|one| entries.iter().find(|(code, _)| *code == one.code).map(|(code, _)| *code))
        .collect()
}

/// Entries whose names, or words of people for them, stand in the text. Words of lines that are of some goods only count beside those:
/// 过期 says something of food and nothing of a card.
fn spoken(entries: &[(&str, &str)], text: &str) -> Vec<Spoken> {
    let mut said = said(entries, text);
    if said.iter().any(|one| one.line.is_some_and(|line| !line.of.is_empty())) {
        let about = about(text);
        let is_of = |line: &Line| {
            let is_in = |code: &str| line.of.iter().any(|of| code.starts_with(of.as_str()));
            line.of.is_empty() || (about.is_empty() && !line.beside) || about.iter().any(|code| is_in(code))
        };
        said.retain(|one| one.line.is_none_or(is_of));
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
        let weight = ((weight(code) + above) * EIGHTHS as f32) as usize;
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
