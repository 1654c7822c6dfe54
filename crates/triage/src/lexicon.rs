//! Categories by words, for an office that has not closed enough matters to learn from and for categories with few of them. It is a
//! list of words that somebody wrote, and says so: no figure stands behind it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

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

/// How much a word of the list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Force {
    /// `手机?`: mostly said of something on the way, so it counts as one letter.
    Weak,
    Plain,
    /// `掉色+`: seldom said of anything else, counts twofold.
    Sure,
    /// `外卖!`: counts threefold.
    Strong,
    /// `不肯退~`: what the trader answered, which counts where little says what was wrong.
    Answer,
}

/// A word of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it is shown: 没…执照.
    pub shown: String,
    head: String,
    /// What follows, each within a few letters of the same clause, written `没*执照`.
    tails: Vec<String>,
    pub force: Force,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub label: String,
    pub name: String,
    pub words: Vec<Word>,
    pub place: bool,
    /// Codes of the other tree of which alone the line says something: 过期 of food.
    pub of: Vec<String>,
    /// Whether it says something only where one of these is spoken of, not also where nothing is: 缩水 of cleaning.
    pub beside: bool,
}

/// What codes of problems begin with, in the list that ships and in the trees.
pub(crate) const PROBLEMS: char = 'P';

/// Marks a line of the list whose words say where something was bought.
const PLACE: &str = "@place";

/// Marks a line whose words count only of these codes of another tree, or where no code is spoken of.
const OF: &str = "@of=";

/// Marks a line whose words count only where one of these codes of another tree is spoken of.
const BESIDE: &str = "@beside=";

/// Letters between the two parts of a word, at most.
const GAP: usize = 8;

/// Where a clause ends.
pub(crate) const ENDS: [char; 10] = ['，', '。', '；', '！', '？', ',', ';', '!', ' ', '\n'];

impl Word {
    fn of(word: &str) -> Word {
        let marked = [('?', Force::Weak), ('+', Force::Sure), ('!', Force::Strong), ('~', Force::Answer)];
        let marked = marked.into_iter().find_map(|(mark, force)| Some((word.strip_suffix(mark)?, force)));
        let (word, force) = marked.unwrap_or((word, Force::Plain));
        let word = normalise(word);
        let mut parts = word.split('*').map(str::to_owned);
        let (head, tails) = (parts.next().unwrap_or_default(), parts.collect());
        Word { shown: word.replace('*', "…"), head, tails, force }
    }

    /// Where it ends when it stands at `at`.
    fn ends(&self, text: &str, at: usize) -> Option<usize> {
        let rest = text[at..].strip_prefix(self.head.as_str())?;
        let mut end = at + self.head.len();
        if self.tails.is_empty() {
            return means(text, &self.head, at).then_some(end);
        }
        let mut clause = rest.split(ENDS).next()?;
        for tail in &self.tails {
            let gap = clause.find(tail.as_str())?;
            if clause[..gap].chars().count() > GAP {
                return None;
            }
            end += gap + tail.len();
            clause = &clause[gap + tail.len()..];
        }
        Some(end)
    }

    /// Its letters as they count.
    pub(crate) fn letters(&self) -> u32 {
        let letters = self.shown.chars().count() as u32;
        match self.force {
            Force::Weak | Force::Answer => 1,
            Force::Plain => letters,
            Force::Sure => 2 * letters,
            Force::Strong => 3 * letters,
        }
    }
}

/// Words that mean something else within a longer word (第一 in 第一次, 冰箱 in 放在冰箱), or anywhere beside another (`~`: 苹果 beside 手机).
static GUARDS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.collect()))
    };
    include_str!("../data/guards.txt").lines().filter_map(line).collect()
});

/// Whether the word that stands at `at` is meant.
pub(crate) fn means(text: &str, word: &str, at: usize) -> bool {
    let Some(guards) = GUARDS.get(word) else { return true };
    guards.iter().all(|guard| match guard.strip_prefix('~') {
        Some(other) => !text.contains(other),
        None => {
            // where the longer word would have to begin
            let start = guard.find(word).and_then(|own| at.checked_sub(own));
            !start.and_then(|start| text.get(start..)).is_some_and(|rest| rest.starts_with(guard))
        }
    })
}

/// A word of the list where it stands in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit<'a> {
    pub line: usize,
    pub word: &'a Word,
    pub at: usize,
    pub end: usize,
}

/// The first two letters of words, by which their places (line, word) are kept; the second is missing where a part has but one.
type Begin = (char, Option<char>);

/// A list of labels with their words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexicon {
    pub(crate) lines: Vec<Line>,
    /// The list is long, a text is read once.
    begins: HashMap<Begin, Vec<(usize, usize)>>,
}

static SHIPPED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of(include_str!("../data/lexicon.txt")));

impl Lexicon {
    /// A list of lines: label, name, words, parted by blanks; a line that begins with a blank goes on with the one above. A word with `?`
    /// counts little, one with `+` twofold, with `!` threefold, with `~` where little else is said; `没*执照` is both parts within a few letters of one clause.
    #[must_use]
    pub fn of(text: &str) -> Lexicon {
        let mut lines: Vec<Line> = Vec::new();
        for line in text.lines() {
            let mut parts = line.split_whitespace();
            if !line.starts_with(char::is_whitespace) {
                let (Some(label), Some(name)) = (parts.next(), parts.next()) else { continue };
                let (label, name) = (label.to_owned(), name.to_owned());
                lines.push(Line {
                    label,
                    name,
                    words: Vec::new(),
                    place: false,
                    of: Vec::new(),
                    beside: false,
                });
            }
            let Some(last) = lines.last_mut() else { continue };
            for part in parts {
                let of = part.strip_prefix(OF).or_else(|| part.strip_prefix(BESIDE));
                match of {
                    Some(codes) => {
                        last.of.extend(codes.split(',').map(str::to_owned));
                        last.beside = part.starts_with(BESIDE);
                    }
                    None if part == PLACE => last.place = true,
                    None => last.words.push(Word::of(part)),
                }
            }
        }
        lines.retain(|line| !line.words.is_empty());
        Lexicon::indexed(lines)
    }

    fn indexed(lines: Vec<Line>) -> Lexicon {
        let mut begins: HashMap<_, Vec<(usize, usize)>> = HashMap::new();
        for (at, line) in lines.iter().enumerate() {
            for (place, word) in line.words.iter().enumerate() {
                let mut letters = word.head.chars();
                if let Some(first) = letters.next() {
                    begins.entry((first, letters.next())).or_default().push((at, place));
                }
            }
        }
        Lexicon { lines, begins }
    }

    /// Every place where a word of the list stands in a text and is meant, of the lines that `wanted` names.
    pub(crate) fn hits(&self, text: &str, wanted: impl Fn(usize) -> bool) -> Vec<Hit<'_>> {
        let (mut hits, mut here) = (Vec::new(), Vec::new());
        let mut letters = text.char_indices().peekable();
        while let Some((at, first)) = letters.next() {
            let second = letters.peek().map(|(_, second)| *second);
            let one = self.begins.get(&(first, None));
            let two = second.and_then(|second| self.begins.get(&(first, Some(second))));
            here.extend(one.into_iter().chain(two).flatten().copied());
            here.sort_unstable();
            for (line, word) in here.drain(..) {
                let word = &self.lines[line].words[word];
                if let Some(end) = wanted(line).then(|| word.ends(text, at)).flatten() {
                    hits.push(Hit { line, word, at, end });
                }
            }
        }
        hits
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
        Lexicon::indexed(self.lines.iter().map(line).collect())
    }

    /// Words of problems (`P…`) in a text of the list that ships.
    pub(crate) fn wrong(&'static self, text: &str) -> Vec<&'static str> {
        let hits = self.hits(text, |line| {
            let line = &self.lines[line];
            line.label.starts_with(PROBLEMS) && !line.beside
        });
        let mut known = HashSet::new();
        let said = hits.iter().filter(|hit| hit.word.force != Force::Weak).map(|hit| hit.word.shown.as_str());
        said.filter(|word| known.insert(*word)).collect()
    }

    /// Labels that the words of a text point to, the heaviest first; only those that begin with `under`.
    ///
    /// ```
    /// let found = triage::Lexicon::shipped().point("在超市买的牛奶已經過期、發霉", "P");
    /// assert_eq!(found[0].name, "变质过期");
    /// assert_eq!(found[0].words, ["过期", "发霉"]);
    /// // 苹果 is a telephone here, the refrigerator is where it was kept, the mall is where it was bought
    /// let first = |text| triage::Lexicon::shipped().point(text, "G").into_iter().next().map(|one| one.name);
    /// assert_eq!(first("在商场买的苹果12手机是翻新机").as_deref(), Some("手机"));
    /// assert_eq!(first("买的苹果是烂的").as_deref(), Some("水果"));
    /// assert_eq!(first("面筋放置在冰箱内，第二天长毛").as_deref(), Some("米面制品"));
    /// ```
    #[must_use]
    pub fn point(&self, text: &str, under: &str) -> Vec<Pointed> {
        self.point_among(text, |label| label.starts_with(under))
    }

    /// The same of the labels that are wanted.
    pub(crate) fn point_among(&self, text: &str, wanted: impl Fn(&str) -> bool) -> Vec<Pointed> {
        if !self.lines.iter().any(|line| wanted(&line.label)) {
            return Vec::new();
        }
        let text: String = normalise(text).chars().filter(|c| !c.is_whitespace()).collect();
        let mut held: BTreeMap<usize, Vec<&Word>> = BTreeMap::new();
        for hit in self.hits(&text, |line| wanted(&self.lines[line].label) && !self.lines[line].beside) {
            held.entry(hit.line).or_default().push(hit.word);
        }
        let of = |(line, held): (usize, Vec<&Word>)| {
            let line = &self.lines[line];
            // 牛奶 inside 纯牛奶 is one word
            let inside = |word: &Word| {
                let longer = |other: &&&Word| other.shown.len() > word.shown.len();
                held.iter().filter(longer).any(|other| other.shown.contains(&word.shown))
            };
            let outer = |word: &&Word| held.contains(word) && !inside(word);
            let told: Vec<&Word> = line.words.iter().filter(outer).collect();
            let letters: u32 = told.iter().map(|word| word.letters()).sum();
            let words = told.iter().map(|word| word.shown.clone()).collect();
            let weight = if line.place { letters.min(1) } else { letters };
            Pointed { label: line.label.clone(), name: line.name.clone(), words, weight, place: line.place }
        };
        let mut found: Vec<Pointed> = held.into_iter().map(of).collect();
        // equal weights: the deeper label says more
        found.sort_by(|a, b| {
            b.weight.cmp(&a.weight).then(b.label.len().cmp(&a.label.len())).then(a.label.cmp(&b.label))
        });
        found
    }
}
