//! Categories by words, for an office that has not closed enough matters to learn from and for categories with few of them. It is a
//! list of words that somebody wrote, and says so: no figure stands behind it.

use std::sync::LazyLock;

use crate::{Model, Verdict, normal::normalise};

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
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    label: String,
    name: String,
    words: Vec<String>,
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
            let words: Vec<String> = parts.map(normalise).collect();
            (!words.is_empty()).then_some(Line { label, name, words })
        };
        Lexicon { lines: text.lines().filter_map(read).collect() }
    }

    /// The list that ships: goods and services (`G…`, `S…`) and problems (`P…`) of the first edition of the classification.
    #[must_use]
    pub fn shipped() -> &'static Lexicon {
        &SHIPPED
    }

    /// Labels that the words of a text point to, the heaviest first; only those that begin with `under`.
    ///
    /// ```
    /// let found = triage::Lexicon::shipped().point("在超市买的牛奶已經過期、發霉", "P");
    /// assert_eq!(found[0].name, "变质过期");
    /// assert_eq!(found[0].words, ["过期", "发霉"]);
    /// ```
    #[must_use]
    pub fn point(&self, text: &str, under: &str) -> Vec<Pointed> {
        let text: String = normalise(text).chars().filter(|c| !c.is_whitespace()).collect();
        let of = |line: &Line| {
            let held: Vec<&String> = line.words.iter().filter(|word| text.contains(word.as_str())).collect();
            // 牛奶 inside 纯牛奶 is one word
            let inside = |word: &&String| {
                held.iter().any(|other| other.len() > word.len() && other.contains(word.as_str()))
            };
            let words: Vec<String> =
                held.iter().filter(|word| !inside(word)).map(|word| (*word).clone()).collect();
            let weight = words.iter().map(|word| word.chars().count() as u32).sum();
            Pointed { label: line.label.clone(), name: line.name.clone(), words, weight }
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

impl Model {
    /// What the model says, and where it stops above the leaves, what the words of a list say about the leaves below: labels with too
    /// few samples are learned by nobody.
    #[must_use]
    pub fn classify_with(&self, text: &str, words: &Lexicon) -> (Verdict, Option<Pointed>) {
        let verdict = self.classify(text);
        let under = format!("{}/", verdict.label);
        let learned = |one: &Pointed| self.labels().contains(&one.label.as_str());
        let below = words.point(text, &under).into_iter().find(|one| !learned(one));
        (verdict, below)
    }
}
