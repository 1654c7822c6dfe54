//! Putting something else in the place of what ships: files of the same shape, one clock, a tree. Everything is looked at
//! before it stands; what is wrong is told with its line.

use jiff::civil::Date;

use crate::{
    Classification, ClockRule, Law, LawError, Listed, Node, Notice, Replaced, RuleSet, Tree, library::Clocks,
    lines,
};

/// Days and working days beyond which a length is a slip of the hand.
const LONGEST: u16 = 3_660;

fn wrong(text: &str, part: &str, words: impl Into<String>) -> LawError {
    let line = text.lines().position(|line| line.contains(part)).map_or(1, |at| at + 1);
    LawError::Line { line, words: words.into() }
}

fn check_clock(text: &str, clock: &ClockRule) -> Result<(), LawError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if clock.key.is_empty() || !clock.key.chars().all(plain) {
        return Err(wrong(text, &clock.key, format!("期限代号“{}”只能用小写字母、数字和下划线", clock.key)));
    }
    let longest = clock.length.max(clock.extension.as_ref().map_or(0, |more| more.length));
    if clock.length == 0 || longest > LONGEST {
        let words = format!("“{}”的长度应在 1 至 {LONGEST} 之间", clock.title);
        return Err(wrong(text, &format!("\"{}\"", clock.key), words));
    }
    if clock.valid_to.is_some_and(|to| clock.valid_from.is_some_and(|from| to < from)) {
        return Err(wrong(
            text,
            &format!("\"{}\"", clock.key),
            format!("“{}”的失效日早于生效日", clock.title),
        ));
    }
    if clock.article.trim().is_empty() || clock.title.trim().is_empty() {
        let words = format!("“{}”没有写名称或者条款", clock.key);
        return Err(wrong(text, &format!("\"{}\"", clock.key), words));
    }
    Ok(())
}

impl RuleSet {
    /// Reads a file of one rule set.
    ///
    /// # Errors
    /// [`LawError::Line`] with what is missing or cannot be.
    pub fn from_toml(text: &str) -> Result<Self, LawError> {
        let set: Self = lines::read(text)?;
        if set.valid_to.is_some_and(|to| to < set.valid_from) {
            return Err(wrong(text, "valid_to", "失效日早于施行日"));
        }
        if set.id.is_empty() || !set.id.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(wrong(text, "id", "代号 id 只能用字母和数字，例如 R121"));
        }
        if set.clocks.is_empty() {
            return Err(wrong(text, "clocks", "没有任何期限"));
        }
        set.clocks.iter().try_for_each(|clock| check_clock(text, clock))?;
        for (at, clock) in set.clocks.iter().enumerate() {
            let same = |other: &ClockRule| other.key == clock.key && other.valid_from == clock.valid_from;
            if set.clocks.iter().skip(at + 1).any(same) {
                return Err(wrong(
                    text,
                    &format!("\"{}\"", clock.key),
                    format!("期限“{}”写了两次", clock.key),
                ));
            }
        }
        Ok(set)
    }
}

impl ClockRule {
    /// Reads one clock, as [`ClockRule::to_toml`] writes it.
    ///
    /// # Errors
    /// [`LawError::Line`] with what is missing or cannot be.
    pub fn from_toml(text: &str) -> Result<Self, LawError> {
        let clock = lines::read(text)?;
        check_clock(text, &clock)?;
        Ok(clock)
    }

    /// The clock as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
}

impl Law {
    /// Puts a rule set in the place of the one with its id, or adds it. An order for complaints that would reach into the
    /// days of the new one ends on the day before. Gives the id.
    pub fn put_rule_set(&mut self, set: RuleSet) {
        let (from, id) = (set.valid_from, set.id.clone());
        if set.complaint_rules {
            for other in self.rule_sets.iter_mut().filter(|other| other.complaint_rules && other.id != id) {
                let reaches = other.valid_from < from && other.valid_to.is_none_or(|end| from <= end);
                if let (true, Ok(before)) = (reaches, from.yesterday()) {
                    other.valid_to = Some(before);
                }
            }
        }
        match self.rule_sets.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = set,
            None => self.rule_sets.push(set),
        }
        self.rule_sets.sort_by_key(|set| set.valid_from);
    }

    /// Puts a clock into the rule set `id`, or among the clocks of other procedures when `id` is empty, for periods that
    /// start on its `valid_from` or later; earlier ones keep what they have.
    ///
    /// # Errors
    /// [`LawError::Line`] when there is no such rule set.
    pub fn put_clock(&mut self, id: &str, clock: ClockRule) -> Result<(), LawError> {
        let clocks = if id.is_empty() {
            &mut self.clocks
        } else {
            let set = self.rule_sets.iter_mut().find(|set| set.id == id);
            let words = format!("没有代号为“{id}”的规定");
            &mut set.ok_or(LawError::Line { line: 1, words })?.clocks
        };
        clocks.retain(|known| known.key != clock.key || known.valid_from != clock.valid_from);
        if id.is_empty() {
            // Outside the orders the days of two of a key must not overlap.
            let before = clock.valid_from.and_then(|from| from.yesterday().ok());
            for known in clocks.iter_mut().filter(|known| known.key == clock.key && known.valid_to.is_none())
            {
                if known.valid_from < clock.valid_from {
                    known.valid_to = before;
                }
            }
        }
        clocks.push(clock);
        self.statutes_anew();
        Ok(())
    }

    /// Puts the clocks of a file in the place of those with their keys.
    ///
    /// # Errors
    /// [`LawError::Line`] when the text is not one; then nothing is changed.
    pub fn put_clocks(&mut self, text: &str) -> Result<(), LawError> {
        let read: Clocks = lines::read(text)?;
        read.clocks.iter().try_for_each(|clock| check_clock(text, clock))?;
        self.clocks.retain(|known| !read.clocks.iter().any(|clock| clock.key == known.key));
        self.clocks.extend(read.clocks);
        self.statutes_anew();
        Ok(())
    }

    /// Puts a file of trees and lists in the place of all of them.
    ///
    /// # Errors
    /// [`LawError::Line`] when the text is not one; then nothing is changed.
    pub fn put_classification(&mut self, text: &str) -> Result<(), LawError> {
        self.classification = lines::read(text)?;
        Ok(())
    }

    /// Puts a file of the data folder in its place, by its path in `law/`: `rulesets/….toml`, `clocks.toml`,
    /// `calendar/….toml`, `calendar/….json`, `classification.toml`.
    ///
    /// # Errors
    /// [`LawError::File`] with file and line; then nothing is changed.
    pub fn put_file(&mut self, path: &str, text: &str) -> Result<(), LawError> {
        let outcome = match path.split_once('/') {
            None if path == "clocks.toml" => self.put_clocks(text),
            None if path == "classification.toml" => self.put_classification(text),
            Some(("rulesets", name)) if name.ends_with(".toml") => {
                RuleSet::from_toml(text).map(|set| self.put_rule_set(set))
            }
            Some(("calendar", name)) if name.ends_with(".toml") => self.calendar.overlay(text),
            Some(("calendar", name)) if name.ends_with(".json") => {
                let year = name.trim_end_matches(".json").parse();
                let year = year.map_err(|_| wrong(text, "", "文件名应为年份，例如 2027.json"));
                let source = format!("数据目录的 law/{path}");
                year.and_then(|year| Notice::read(text, year))
                    .map(|notice| self.calendar.apply(&notice, &source))
            }
            _ => Err(wrong(
                text,
                "",
                "不认识这个文件，可以放 rulesets/、calendar/、clocks.toml、classification.toml",
            )),
        };
        outcome.map_err(|error| LawError::File { file: path.to_owned(), error: Box::new(error) })
    }

    /// The clock in force for periods that start on `day`: of the rule set `id`, or of other procedures when it is empty.
    pub fn clock_of(&self, id: &str, key: &str, day: Date) -> Option<&ClockRule> {
        if id.is_empty() {
            return self.clocks.iter().find(|clock| clock.key == key && clock.starts_on(day));
        }
        self.rule_set(id)?.clock_on(key, day)
    }
}

impl Classification {
    /// Tree by its word: `goods`, `problems`.
    pub fn tree_mut(&mut self, word: &str) -> Option<&mut Tree> {
        match word {
            "goods" => Some(&mut self.goods),
            "problems" => Some(&mut self.problems),
            _ => None,
        }
    }

    /// List by its word.
    pub fn list_mut(&mut self, word: &str) -> Option<&mut Vec<Listed>> {
        Some(match word {
            "demands" => &mut self.demands,
            "channels" => &mut self.channels,
            "return_reasons" => &mut self.return_reasons,
            "notice_channels" => &mut self.notice_channels,
            "proofs" => &mut self.proofs,
            "sales_ways" => &mut self.sales_ways,
            "topics" => &mut self.topics,
            _ => return None,
        })
    }

    /// The entries of the tree or list with this word, in reading order; `None` when there is none.
    pub fn entries(&self, word: &str) -> Option<Vec<Node>> {
        let mut copy = self.clone();
        if let Some(tree) = copy.tree_mut(word) {
            return Some(std::mem::take(&mut tree.nodes));
        }
        let list = std::mem::take(copy.list_mut(word)?);
        let node = |one: Listed| Node { code: one.code, name: one.name, retired_on: one.retired_on };
        Some(list.into_iter().map(node).collect())
    }

    /// Puts the entries of an edition in the place of the tree or list with this word.
    pub fn put_entries(&mut self, word: &str, edition: u32, nodes: Vec<Node>) {
        if let Some(tree) = self.tree_mut(word) {
            *tree = Tree { edition, nodes };
        } else if let Some(list) = self.list_mut(word) {
            let one = |node: Node| Listed { code: node.code, name: node.name, retired_on: node.retired_on };
            *list = nodes.into_iter().map(one).collect();
        }
    }
}

impl Replaced {
    /// Marks what a bureau put in the place of `before`.
    pub fn new(on: Date, who: impl Into<String>, why: impl Into<String>, before: impl Into<String>) -> Self {
        Self { on, who: who.into(), why: why.into(), before: before.into() }
    }
}
