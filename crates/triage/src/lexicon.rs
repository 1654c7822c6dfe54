//! Categories by words, for an office that has not closed enough matters to learn from and for categories with few of them. It is a
//! list of words that somebody wrote, and says so: no figure stands behind it.

use std::{collections::HashMap, sync::LazyLock};

use crate::normal::normalise;

/// A code of a tree as a path of its levels.
///
/// ```
/// assert_eq!(triage::path_of("G01.03.02"), "G01/G01.03/G01.03.02");
/// ```
#[must_use]
pub fn path_of(code: &str) -> String {
    let above = code.match_indices('.').map(|(at, _)| &code[..at]);
    above.chain(std::iter::once(code)).collect::<Vec<_>>().join("/")
}

/// A category that words point to.
#[derive(Debug, Clone, PartialEq)]
pub struct Pointed {
    /// The label as the list has it: a code or a path.
    pub label: String,
    /// Its name.
    pub name: String,
    /// Words of the text that point there.
    pub words: Vec<String>,
    /// Letters of those words; more and longer words weigh more. No probability.
    pub weight: u32,
    /// Whether they only say where something was bought: anything that says what it was goes before.
    pub place: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    label: String,
    name: String,
    words: Vec<String>,
    place: bool,
}

/// Marks a line of the list whose words say where something was bought.
const PLACE: &str = "@place";

/// Words that mean something else within a longer word (第一 in 第一次, 冰箱 in 放在冰箱), or anywhere beside another (`~`: 苹果 beside 手机).
static GUARDS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.collect()))
    };
    include_str!("../data/guards.txt").lines().filter_map(line).collect()
});

/// Whether a text says a word and means it.
#[must_use]
pub fn says(text: &str, word: &str) -> bool {
    let Some(guards) = GUARDS.get(word) else { return text.contains(word) };
    let beside = |guard: &&str| guard.strip_prefix('~').is_some_and(|other| text.contains(other));
    if guards.iter().any(beside) {
        return false;
    }
    // where the longer word would have to begin
    let inside = |at: usize, guard: &&str| {
        let own = guard.find(word).and_then(|own| at.checked_sub(own));
        own.and_then(|start| text.get(start..)).is_some_and(|rest| rest.starts_with(guard))
    };
    text.match_indices(word).any(|(at, _)| !guards.iter().any(|guard| inside(at, guard)))
}

/// A list of labels with their words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexicon {
    lines: Vec<Line>,
}

static SHIPPED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of(include_str!("../data/lexicon.txt")));

impl Lexicon {
    /// A list of lines: label, name, words, parted by blanks.
    #[must_use]
    pub fn of(text: &str) -> Lexicon {
        let read = |line: &str| {
            let mut parts = line.split_whitespace();
            let (label, name) = (parts.next()?.to_owned(), parts.next()?.to_owned());
            let (marks, words): (Vec<&str>, Vec<&str>) = parts.partition(|word| *word == PLACE);
            let (place, words): (bool, Vec<String>) =
                (!marks.is_empty(), words.into_iter().map(normalise).collect());
            (!words.is_empty()).then_some(Line { label, name, words, place })
        };
        Lexicon { lines: text.lines().filter_map(read).collect() }
    }

    /// The list that ships: goods and services (`G…`, `S…`) and problems (`P…`) of the first edition of the classification.
    #[must_use]
    pub fn shipped() -> &'static Lexicon {
        &SHIPPED
    }

    /// The same list for labels that are paths: `G01.10` as `G01/G01.10`.
    #[must_use]
    pub fn as_paths(&self) -> Lexicon {
        let line = |line: &Line| Line { label: path_of(&line.label), ..line.clone() };
        Lexicon { lines: self.lines.iter().map(line).collect() }
    }

    /// Labels that the words of a text point to, the heaviest first; only those that begin with `under`.
    ///
    /// ```
    /// let found = triage::Lexicon::shipped().point("在超市买的牛奶已經過期、發霉", "P");
    /// assert_eq!(found[0].name, "变质过期");
    /// assert_eq!(found[0].words, ["过期", "发霉"]);
    /// // 苹果 is a telephone here, the refrigerator is where it was kept, the mall is where it was bought
    /// let first = |text| triage::Lexicon::shipped().point(text, "").into_iter().next().map(|one| one.name);
    /// assert_eq!(first("在商场买的苹果12手机是翻新机").as_deref(), Some("手机"));
    /// assert_eq!(first("买的苹果是烂的").as_deref(), Some("水果"));
    /// assert_eq!(first("面筋放置在冰箱内，第二天长毛").as_deref(), Some("米面制品"));
    /// ```
    #[must_use]
    pub fn point(&self, text: &str, under: &str) -> Vec<Pointed> {
        let text: String = normalise(text).chars().filter(|c| !c.is_whitespace()).collect();
        let of = |line: &Line| {
            let held: Vec<&String> = line.words.iter().filter(|word| says(&text, word)).collect();
            // 牛奶 inside 纯牛奶 is one word
            let inside = |word: &&String| {
                held.iter().any(|other| other.len() > word.len() && other.contains(word.as_str()))
            };
            let words: Vec<String> =
                held.iter().filter(|word| !inside(word)).map(|word| (*word).clone()).collect();
            let letters: u32 = words.iter().map(|word| word.chars().count() as u32).sum();
            let weight = if line.place { letters.min(1) } else { letters };
            Pointed { label: line.label.clone(), name: line.name.clone(), words, weight, place: line.place }
        };
        let lines = self.lines.iter().filter(|line| line.label.starts_with(under));
        let mut found: Vec<Pointed> = lines.map(of).filter(|one| !one.words.is_empty()).collect();
        // equal weights: the deeper label says more
        found.sort_by(|a, b| {
            b.weight.cmp(&a.weight).then(b.label.len().cmp(&a.label.len())).then(a.label.cmp(&b.label))
        });
        found
    }
}
