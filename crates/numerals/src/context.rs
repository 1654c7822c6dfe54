//! What the words around a numeral say about it.

use std::collections::HashMap;

use crate::{
    ledger::{Base, Fact, Ledger},
    numeral::{Numeral, Role},
};

/// Which way a number is said to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
    Same,
}

const UP: &[&str] = &["增长", "上升", "增加", "提高", "提升", "上涨", "攀升", "增幅", "涨幅", "上扬", "多"];
const DOWN: &[&str] = &["下降", "减少", "降低", "回落", "下滑", "下跌", "降幅", "负增长", "跌幅", "少"];
const SAME: &[&str] = &["持平"];
const YEAR: &[&str] = &["同比", "上年同期", "去年同期", "上年度", "上年", "去年"];
const BEFORE: &[&str] = &["环比", "上期", "上月", "上个月", "上季度", "上一季度", "上一期", "上一月"];
const STOPS: &[char] = &['。', '！', '？', '；', '\n', ';'];
const CLAUSES: &[char] = &['，', '、', '：', '（', '）', '(', ')', ',', '|'];
/// Words between a name and its number, or within a name, that say nothing about it.
const FILLERS: &[&str] = &[
    "消费者",
    "群众",
    "各类",
    "全部",
    "共计",
    "总计",
    "累计",
    "合计",
    "全年",
    "本期",
    "全市",
    "全县",
    "全区",
    "全局",
    "数量",
    "总量",
    "已经",
    "有效",
    "其中",
    "共",
    "的",
    "了",
    "为",
    "达到",
    "达",
    "约",
    "近",
    "是",
    "有",
    "：",
    ":",
    " ",
    "\u{3000}",
    "|",
    "*",
    "“",
    "”",
    "各",
    "均",
    "数",
    "超过",
    "突破",
    "较",
    "比",
    "逾",
    "不足",
    "将近",
];

/// The surroundings of one numeral.
pub(crate) struct Context<'a> {
    /// From the numeral before it, or the beginning of the sentence, to it.
    pub(crate) window: &'a str,
    /// The last clause of that.
    pub(crate) clause: &'a str,
    /// From its end to the next mark or numeral.
    pub(crate) tail: &'a str,
    /// The sentence before the window.
    pub(crate) sentence: &'a str,
    /// The line before the window.
    pub(crate) line: &'a str,
}

impl<'a> Context<'a> {
    /// Of the numeral at `at` among all of `text`.
    pub(crate) fn of(text: &'a str, numerals: &[Numeral], at: usize) -> Self {
        let span = &numerals[at].span;
        let counts = |one: &&Numeral| matches!(one.role, Role::Quantity | Role::Ordinal);
        let before = numerals[..at].iter().rev().find(counts).map_or(0, |one| one.span.end);
        let next = numerals[at + 1..].first().map_or(text.len(), |one| one.span.start);
        Self::around(text, span.start, span.end, before, next)
    }

    /// Of a place that is no numeral.
    pub(crate) fn around(text: &'a str, start: usize, end: usize, before: usize, next: usize) -> Self {
        let head = &text[..start];
        let sentence =
            head.rfind(STOPS).map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
        let line = head.rfind('\n').map_or(0, |at| at + 1);
        let window = &text[before.max(sentence).min(start)..start];
        let mark = window.rfind(CLAUSES);
        let clause =
            mark.map_or(window, |at| &window[at + window[at..].chars().next().map_or(1, char::len_utf8)..]);
        let rest = &text[end..next.max(end)];
        let tail = &rest[..rest.find(|c| STOPS.contains(&c) || CLAUSES.contains(&c)).unwrap_or(rest.len())];
        let from = start - window.len();
        Self {
            window,
            clause,
            tail,
            sentence: &text[sentence.min(from)..from],
            line: &text[line.min(from)..from],
        }
    }

    /// The way the number is said to go, by its own clause.
    pub(crate) fn way(&self) -> Option<Way> {
        // 12.3%的增长; without 的 it is said of the next number.
        let after = |words: &[&str]| {
            self.tail.strip_prefix('的').is_some_and(|tail| words.iter().any(|word| tail.starts_with(word)))
        };
        last_way(self.clause).or_else(|| {
            let (up, down) = (after(UP), after(DOWN));
            if down { Some(Way::Down) } else { up.then_some(Way::Up) }
        })
    }

    /// The period it is compared with: by its clause, else by what was said before in the sentence.
    pub(crate) fn base(&self) -> Option<Base> {
        self.own_base().or_else(|| last_base(self.window)).or_else(|| last_base(self.sentence))
    }

    pub(crate) fn own_base(&self) -> Option<Base> {
        last_base(self.clause)
    }
}

fn last(text: &str, words: &[&str]) -> Option<usize> {
    words.iter().filter_map(|word| text.rfind(word).map(|at| at + word.len())).max()
}

pub(crate) fn last_way(text: &str) -> Option<Way> {
    let ways = [(last(text, UP), Way::Up), (last(text, DOWN), Way::Down), (last(text, SAME), Way::Same)];
    // 负增长 ends where 增长 does and is the longer.
    let found = ways.into_iter().filter_map(|(at, way)| Some((at?, way == Way::Down, way)));
    found.max_by_key(|(at, down, _)| (*at, *down)).map(|(_, _, way)| way)
}

fn last_base(text: &str) -> Option<Base> {
    let (year, before) = (last(text, YEAR), last(text, BEFORE));
    match (year, before) {
        (None, None) => None,
        (year, before) if year >= before => Some(Base::Year),
        _ => Some(Base::Before),
    }
}

/// Without words that say nothing.
fn plain(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match FILLERS.iter().find(|filler| rest.starts_with(**filler)) {
            Some(filler) => rest = &rest[filler.len()..],
            None => {
                left.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    left
}

/// How near a name stands: the larger the nearer, then the longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Near {
    place: u8,
    gap: std::cmp::Reverse<usize>,
    length: usize,
}

impl Near {
    /// Whether the name stands at the number, so that it can be about nothing else.
    pub(crate) const fn is_close(self) -> bool {
        self.place >= 3
    }
}

/// The texts around a numeral without fillers, made once.
pub(crate) struct Surroundings {
    window: String,
    tail: String,
    /// Both.
    joined: String,
    line: String,
}

impl Surroundings {
    pub(crate) fn of(context: &Context<'_>) -> Self {
        let (window, tail) = (plain(context.window), plain(context.tail));
        Self { joined: format!("{window}{tail}"), window, tail, line: plain(context.line) }
    }

    /// How near one of the names of a figure stands.
    fn nearest(&self, names: &[Name]) -> Option<Near> {
        names.iter().filter_map(|name| self.near(name)).max()
    }

    fn near(&self, name: &Name) -> Option<Near> {
        let Name { earlier, word, length } = name;
        let near = |place, gap| Some(Near { place, gap: std::cmp::Reverse(gap), length: *length });
        let before = |upto: usize| {
            earlier.iter().all(|one| self.line.contains(one) || self.window[..upto].contains(one))
        };
        // Over the number: 受理84件投诉.
        let spans = self
            .joined
            .match_indices(word)
            .any(|(at, _)| at < self.window.len() && at + word.len() > self.window.len());
        if spans && before(self.window.len()) {
            return near(5, 0);
        }
        if let Some(at) = self.window.rfind(word).filter(|at| before(*at)) {
            let gap = self.window[at + word.len()..].chars().count();
            return near(if gap <= 1 { 4 } else { 2 }, gap);
        }
        if self.tail.starts_with(word) && before(self.window.len()) {
            return near(3, 0);
        }
        let at = self.line.rfind(word)?;
        let said = earlier.iter().all(|one| self.line[..at].contains(one));
        said.then(|| near(1, self.line[at + word.len()..].chars().count()))?
    }
}

/// A name of a figure, ready to be looked for: what must stand before it, itself without fillers, how long it is.
struct Name {
    earlier: Vec<String>,
    word: String,
    length: usize,
}

impl Name {
    fn of(name: &str) -> Self {
        let mut words: Vec<String> = name.split('…').map(plain).collect();
        let length = words.iter().map(|word| word.chars().count()).sum();
        let word = words.pop().filter(|word| !word.is_empty()).unwrap_or_else(|| name.to_owned());
        Self { earlier: words, word, length }
    }
}

/// The names of all figures of a ledger, made once for a text.
pub(crate) struct Names {
    figures: Vec<(Vec<Name>, Vec<usize>)>,
}

impl Names {
    pub(crate) fn of(ledger: &Ledger) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut figures: Vec<(Vec<Name>, Vec<usize>)> = Vec::new();
        for (at, fact) in ledger.facts.iter().enumerate() {
            let place = *places.entry(&fact.subject).or_insert_with(|| {
                figures.push((fact.names.iter().map(|name| Name::of(name)).collect(), Vec::new()));
                figures.len() - 1
            });
            figures[place].1.push(at);
        }
        Self { figures }
    }

    /// The facts of the figures that are named nearest to a numeral, and how near that is.
    pub(crate) fn nearest(&self, around: &Surroundings) -> Option<(Near, Vec<usize>)> {
        let near: Vec<_> =
            self.figures.iter().filter_map(|(names, facts)| Some((around.nearest(names)?, facts))).collect();
        let best = near.iter().map(|(near, _)| *near).max()?;
        let facts =
            near.into_iter().filter(|(near, _)| *near == best).flat_map(|(_, facts)| facts.iter().copied());
        Some((best, facts.collect()))
    }
}

/// The part of a figure that is named at the numeral; for shares and places also before it in the sentence.
pub(crate) fn part<'a>(context: &Context<'_>, ledger: &'a Ledger, carried: bool) -> Option<&'a str> {
    let parts = || ledger.facts.iter().filter(|fact| !fact.part.is_empty());
    let last_in = |text: &str| {
        let end = |fact: &Fact| {
            let ends = fact
                .part_names
                .iter()
                .filter_map(|name| text.rfind(name.as_str()).map(|at| (at + name.len(), name.len())));
            ends.max()
        };
        parts()
            .filter_map(|fact| Some((end(fact)?, fact.part.as_str())))
            .max_by_key(|(end, _)| *end)
            .map(|(_, part)| part)
    };
    let first_in = |text: &str| {
        let begin = |fact: &Fact| fact.part_names.iter().filter_map(|name| text.find(name.as_str())).min();
        parts()
            .filter_map(|fact| Some((begin(fact)?, fact.part.as_str())))
            .min_by_key(|(begin, _)| *begin)
            .map(|(_, part)| part)
    };
    let near = last_in(context.clause).or_else(|| first_in(context.tail));
    let before = || last_in(context.window).or_else(|| last_in(context.sentence));
    near.or_else(|| if carried { before() } else { None })
}
