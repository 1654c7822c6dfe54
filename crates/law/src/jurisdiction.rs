//! Whose matter it is (管辖; 令第121号 第十三条、第十四条、第二十九条、第三十一条、第三十二条): questions and rules as data
//! (`law/jurisdiction.toml`), answered by one pure function. Advice, never a decision.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Listed;

/// A question of a few answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// Stable key.
    pub code: String,
    /// For people.
    pub title: String,
    /// What can be answered.
    pub answers: Vec<Listed>,
}

/// Where the region that decides is to be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whereabouts {
    /// Premises or domicile of the trader.
    Trader,
    /// The address that the platform shows.
    Shown,
    /// Domicile of the platform.
    Platform,
    /// Where the act happened.
    Act,
    /// A place the officer names: publisher, advertiser.
    Named,
}

/// A rule: conditions, whose matter it is, by which article.
#[derive(Clone, Debug, Deserialize)]
pub struct JurisdictionRule {
    /// Stable key.
    pub code: String,
    /// The rule sets it belongs to.
    pub rule_sets: Vec<String>,
    /// `complaint` or `report`.
    pub kind: String,
    /// Question and the answer it wants.
    pub when: BTreeMap<String, String>,
    /// Whose matter it is, in words.
    pub whose: String,
    /// Where to look for the region.
    pub place: Whereabouts,
    /// The article.
    pub article: String,
    /// Whether the officer must write down what proves the answer.
    #[serde(default)]
    pub evidence: bool,
}

/// Questions and rules.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Jurisdiction {
    /// The questions in the order to ask.
    pub questions: Vec<Question>,
    /// The rules; the first that holds answers.
    pub rules: Vec<JurisdictionRule>,
}

/// What the rules say to the answers so far.
#[derive(Clone, Copy, Debug)]
pub enum Advice<'a> {
    /// This rule holds.
    Rule(&'a JurisdictionRule),
    /// This question must be answered first.
    Ask(&'a Question),
    /// No rule fits: the order does not speak of it.
    Silent,
}

impl Jurisdiction {
    /// The question with `code`.
    pub fn question(&self, code: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.code == code)
    }

    /// The questions that some rule for this kind of matter asks.
    pub fn questions_for(&self, rule_set: &str, kind: &str) -> Vec<&Question> {
        let asked = |question: &&Question| {
            self.rules_for(rule_set, kind).any(|rule| rule.when.contains_key(&question.code))
        };
        self.questions.iter().filter(asked).collect()
    }

    fn rules_for<'a>(&'a self, rule_set: &str, kind: &str) -> impl Iterator<Item = &'a JurisdictionRule> {
        let fits = move |rule: &&JurisdictionRule| {
            rule.kind == kind && rule.rule_sets.iter().any(|set| set == rule_set)
        };
        self.rules.iter().filter(fits)
    }

    /// Whose matter it is, for a `kind` under `rule_set`, by answers question → answer. An answer to a question that no
    /// rule asks changes nothing.
    ///
    /// ```
    /// use law::{Advice, Law};
    /// let answers = [("respondent".to_owned(), "ordinary".to_owned())].into();
    /// let Advice::Rule(rule) = Law::shipped().jurisdiction.advise("R121", "complaint", &answers) else { panic!() };
    /// assert_eq!(rule.article, "令第121号第十三条");
    /// ```
    pub fn advise(&self, rule_set: &str, kind: &str, answers: &BTreeMap<String, String>) -> Advice<'_> {
        for rule in self.rules_for(rule_set, kind) {
            let given = |question: &String| answers.get(question).filter(|answer| !answer.is_empty());
            if rule
                .when
                .iter()
                .any(|(question, wanted)| given(question).is_some_and(|answer| answer != wanted))
            {
                continue;
            }
            // In the order of the questions, so that the first one open is asked first.
            let open = self
                .questions
                .iter()
                .find(|question| rule.when.contains_key(&question.code) && given(&question.code).is_none());
            return open.map_or(Advice::Rule(rule), Advice::Ask);
        }
        Advice::Silent
    }
}

/// Which of `units` (something, its region code of GB/T 2260 or longer) covers `region`: the one whose code, without the
/// zeros at its end, is the longest beginning of it. The first of several alike.
///
/// ```
/// let units = [("city", "230100"), ("south", "230103"), ("north", "230104")];
/// assert_eq!(law::nearest_unit(units, "230103"), Some("south"));
/// assert_eq!(law::nearest_unit(units, "230199"), Some("city"));
/// assert_eq!(law::nearest_unit(units, "310101"), None);
/// ```
pub fn nearest_unit<'a, T>(units: impl IntoIterator<Item = (T, &'a str)>, region: &str) -> Option<T> {
    let mut best: Option<(usize, T)> = None;
    for (unit, code) in units {
        let code = code.trim().trim_end_matches('0');
        // An odd length has lost a zero that belongs to it: 2310 is a city, not a part of 231.
        let length = code.len() + code.len() % 2;
        let covers = code.len() >= 2 && region.starts_with(code) && region.len() >= length;
        let exact = region.get(..length).is_some_and(|head| head.trim_end_matches('0') == code);
        if covers && exact && best.as_ref().is_none_or(|(longest, _)| length > *longest) {
            best = Some((length, unit));
        }
    }
    best.map(|(_, unit)| unit)
}
