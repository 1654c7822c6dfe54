//! What was said before: copies (equal letters, or a simhash within three bits, Manku et al. 2007), and the same incident told by
//! other people (cosine of words on an inverted index, at least three rare words in common that are not regions, within a window).

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use crate::{normal::normalise, train::fnv, words::words};

/// One message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Message<'a> {
    /// Title, counted twice; may be empty.
    pub title: &'a str,
    /// Text; its first 300 characters count.
    pub text: &'a str,
    /// Day, in days from any beginning.
    pub day: i64,
}

/// When two messages are taken for the same incident. The defaults were fixed on published figures before any measurement here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// Least cosine.
    pub cosine: f32,
    /// Least number of rare words in common.
    pub shared: usize,
    /// A word is rare up to this number of messages …
    pub rare: usize,
    /// … or this share of them.
    pub rare_share: f32,
    /// Days between two messages at most.
    pub window: i64,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate { cosine: 0.2, shared: 3, rare: 80, rare_share: 0.02, window: 90 }
    }
}

/// Why two messages belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The earlier message, by the order in which they were added.
    pub at: usize,
    /// Likeness, 0 to 1.
    pub score: f32,
    /// The letters are the same, or nearly.
    pub copy: bool,
    /// Rare words in common, rarest first.
    pub shared: Vec<String>,
}

#[derive(Debug)]
struct Kept {
    /// Where its terms lie among all.
    terms: Range<usize>,
    length: f32,
    hash: u64,
    exact: u64,
    day: i64,
    /// The message before it with the same stretch of the hash, for each of the four, and the one with the same letters.
    before: [u32; BANDS + 1],
}

#[derive(Debug, Default)]
struct Term {
    text: String,
    /// Messages, ascending.
    posts: Vec<u32>,
    /// In how many of them it named a region.
    region: u32,
}

/// All messages so far. Messages are added one by one; nothing has to be rebuilt.
#[derive(Debug, Default)]
pub struct Index {
    terms: Vec<Term>,
    names: HashMap<String, u32>,
    kept: Vec<Kept>,
    /// The terms of all messages one after the other: the term, `1 + ln tf`; ascending in each message.
    entries: Vec<(u32, f32)>,
    /// For each stretch of a hash the last message with it, and one more; 0 for none.
    bands: Vec<u32>,
    exact: HashMap<u64, u32>,
}

/// No message.
const NONE: u32 = u32::MAX;

/// Characters of a text that count.
const HEAD: usize = 300;
/// Letters below which equal texts say nothing.
const SHORT: usize = 20;
/// Of boilerplate that thousands send the last copies are enough.
const LAST: usize = 50;

impl Index {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Index {
        Index::default()
    }

    /// Number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Adds a message; its place.
    pub fn add(&mut self, message: &Message) -> usize {
        let at = self.kept.len();
        let mut kept = self.read(message);
        for (term, _) in &self.entries[kept.terms.clone()] {
            self.terms[*term as usize].posts.push(at as u32);
        }
        kept.length = self.length(&kept);
        if kept.exact != 0 {
            self.bands.resize(BANDS << 16, 0);
            for (band, place) in bands(kept.hash).enumerate() {
                let last = std::mem::replace(&mut self.bands[place], at as u32 + 1);
                kept.before[band] = last.wrapping_sub(1);
            }
            kept.before[BANDS] = self.exact.insert(kept.exact, at as u32).unwrap_or(NONE);
        }
        self.kept.push(kept);
        at
    }

    /// Lengths of all vectors by the words' present rarity; worth while after many were added.
    pub fn refresh(&mut self) {
        let lengths: Vec<f32> = self.kept.iter().map(|kept| self.length(kept)).collect();
        self.kept.iter_mut().zip(lengths).for_each(|(kept, length)| kept.length = length);
    }

    fn read(&mut self, message: &Message) -> Kept {
        let head: String = message.text.chars().take(HEAD).collect();
        let mut counts: BTreeMap<u32, f32> = BTreeMap::new();
        for (text, weight) in [(message.title, 2.0), (head.as_str(), 1.0)] {
            for word in words(text) {
                let next = self.terms.len() as u32;
                let term = *self.names.entry(word.text.clone()).or_insert(next);
                if term == next {
                    self.terms.push(Term { text: word.text, ..Term::default() });
                }
                let count = counts.entry(term).or_default();
                if *count == 0.0 && word.region {
                    self.terms[term as usize].region += 1;
                }
                *count += weight;
            }
        }
        let letters: Vec<char> = normalise(message.text).chars().filter(|c| c.is_alphanumeric()).collect();
        let whole = letters.len() >= SHORT;
        let exact = if whole { fnv(letters.iter().collect::<String>().as_bytes()).max(1) } else { 0 };
        let hash = if whole { simhash(&letters) } else { 0 };
        let begin = self.entries.len();
        self.entries.extend(counts.into_iter().map(|(term, count)| (term, 1.0 + count.ln())));
        let terms = begin..self.entries.len();
        Kept { terms, length: 0.0, hash, exact, day: message.day, before: [NONE; BANDS + 1] }
    }

    fn terms_of(&self, kept: &Kept) -> &[(u32, f32)] {
        &self.entries[kept.terms.clone()]
    }

    fn idf(&self, term: u32) -> f32 {
        let df = self.terms[term as usize].posts.len() as f32;
        ((1.0 + self.kept.len() as f32) / (1.0 + df)).ln() + 1.0
    }

    fn length(&self, kept: &Kept) -> f32 {
        self.terms_of(kept).iter().map(|(term, tf)| (tf * self.idf(*term)).powi(2)).sum::<f32>().sqrt()
    }

    /// Whether a word mostly names an administrative region.
    fn region(&self, term: u32) -> bool {
        let term = &self.terms[term as usize];
        term.region as usize * 2 > term.posts.len()
    }

    fn rare(&self, term: u32, gate: &Gate) -> bool {
        let most = gate.rare.max((gate.rare_share * self.kept.len() as f32) as usize);
        self.terms[term as usize].posts.len() <= most && !self.region(term)
    }

    /// Earlier messages that belong with the one at `at`, likest first.
    #[must_use]
    pub fn matches(&self, at: usize, gate: &Gate) -> Vec<Match> {
        let kept = &self.kept[at];
        let mut found: Vec<Match> = self.same_incident(at, kept, gate);
        for other in self.copies(at, kept, gate) {
            match found.iter_mut().find(|have| have.at == other) {
                Some(have) => have.copy = true,
                None => found.push(Match {
                    at: other,
                    score: self.cosine(kept, &self.kept[other]),
                    copy: true,
                    shared: Vec::new(),
                }),
            }
        }
        found.sort_by(|a, b| {
            (b.copy, b.score)
                .partial_cmp(&(a.copy, a.score))
                .unwrap_or(std::cmp::Ordering::Equal)
                .then(a.at.cmp(&b.at))
        });
        found
    }

    fn near(&self, kept: &Kept, other: usize, gate: &Gate) -> bool {
        (kept.day - self.kept[other].day).abs() <= gate.window
    }

    fn same_incident(&self, at: usize, kept: &Kept, gate: &Gate) -> Vec<Match> {
        let rare: Vec<u32> =
            self.terms_of(kept).iter().map(|(term, _)| *term).filter(|term| self.rare(*term, gate)).collect();
        let mut shared: HashMap<u32, u16> = HashMap::new();
        for term in &rare {
            let earlier = self.terms[*term as usize].posts.iter().take_while(|post| (**post as usize) < at);
            earlier.for_each(|post| *shared.entry(*post).or_default() += 1);
        }
        let enough = shared.into_iter().filter(|(_, count)| usize::from(*count) >= gate.shared);
        let near = enough.map(|(post, _)| post as usize).filter(|post| self.near(kept, *post, gate));
        let judge = |post: usize| {
            let other = &self.kept[post];
            let score = self.cosine(kept, other);
            (score >= gate.cosine).then(|| Match {
                at: post,
                score,
                copy: false,
                shared: self.names(&rare, other),
            })
        };
        near.filter_map(judge).collect()
    }

    /// Rare words that the other has too, rarest first.
    fn names(&self, rare: &[u32], other: &Kept) -> Vec<String> {
        let theirs = self.terms_of(other);
        let has = |term: &&u32| theirs.binary_search_by_key(*term, |(term, _)| *term).is_ok();
        let mut both: Vec<&Term> = rare.iter().filter(has).map(|term| &self.terms[*term as usize]).collect();
        both.sort_by_key(|term| (term.posts.len(), term.text.clone()));
        both.into_iter().map(|term| term.text.clone()).collect()
    }

    fn cosine(&self, a: &Kept, b: &Kept) -> f32 {
        let (mut sum, mut there) = (0f32, self.terms_of(b).iter().peekable());
        for (term, tf) in self.terms_of(a) {
            while there.next_if(|(other, _)| other < term).is_some() {}
            if let Some((_, other)) = there.next_if(|(other, _)| other == term) {
                sum += tf * other * self.idf(*term).powi(2);
            }
        }
        let length = a.length * b.length;
        if length > 0.0 { (sum / length).min(1.0) } else { 0.0 }
    }

    /// The likeness of two messages: cosine of their words, 0 to 1.
    #[must_use]
    pub fn likeness(&self, a: usize, b: usize) -> f32 {
        self.cosine(&self.kept[a], &self.kept[b])
    }

    fn copies(&self, at: usize, kept: &Kept, gate: &Gate) -> Vec<usize> {
        if kept.exact == 0 {
            return Vec::new();
        }
        let close = |other: &usize| (self.kept[*other].hash ^ kept.hash).count_ones() <= 3;
        let hashes = (0..BANDS).flat_map(|band| self.before(at, band)).filter(close);
        let all = hashes.chain(self.before(at, BANDS));
        let mut found: Vec<usize> = all.filter(|post| self.near(kept, *post, gate)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The last messages before the one at `at` that have the same stretch of the hash, or the same letters.
    fn before(&self, at: usize, band: usize) -> impl Iterator<Item = usize> {
        let before = move |at: &usize| {
            let before = self.kept[*at].before[band];
            (before != NONE).then_some(before as usize)
        };
        std::iter::successors(before(&at), before).take(LAST)
    }

    /// Words that at least half of the messages have, with how many of them; regions last, rarest of all first.
    #[must_use]
    pub fn common(&self, members: &[usize], count: usize) -> Vec<Common> {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        members
            .iter()
            .flat_map(|at| self.terms_of(&self.kept[*at]))
            .for_each(|(term, _)| *counts.entry(*term).or_default() += 1);
        let mut common: Vec<(u32, usize)> =
            counts.into_iter().filter(|(_, n)| *n * 2 >= members.len()).collect();
        let weight = |(term, n): &(u32, usize)| *n as f32 * self.idf(*term);
        common.sort_by(|a, b| {
            self.region(a.0).cmp(&self.region(b.0)).then(weight(b).total_cmp(&weight(a))).then(a.0.cmp(&b.0))
        });
        common.truncate(count);
        let of = |(term, messages): (u32, usize)| Common {
            word: self.terms[term as usize].text.clone(),
            messages,
            region: self.region(term),
        };
        common.into_iter().map(of).collect()
    }
}

/// A word that messages have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// The word.
    pub word: String,
    /// How many of the messages have it.
    pub messages: usize,
    /// It names an administrative region.
    pub region: bool,
}

/// 64 bits over runs of four letters (Charikar 2002): texts that differ little differ in few bits.
fn simhash(letters: &[char]) -> u64 {
    let mut votes = [0i32; 64];
    for run in letters.windows(4) {
        let hash = fnv(run.iter().collect::<String>().as_bytes());
        votes
            .iter_mut()
            .enumerate()
            .for_each(|(bit, vote)| *vote += if hash >> bit & 1 == 1 { 1 } else { -1 });
    }
    votes.iter().enumerate().fold(0, |hash, (bit, vote)| hash | (u64::from(*vote > 0) << bit))
}

/// Stretches of a hash.
const BANDS: usize = 4;

/// Four stretches of 16 bits: two hashes within three bits have one of them in common. Each by its place among all that there are.
fn bands(hash: u64) -> impl Iterator<Item = usize> {
    (0..BANDS).map(move |band| band << 16 | usize::from((hash >> (16 * band)) as u16))
}
