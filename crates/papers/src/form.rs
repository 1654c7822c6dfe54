//! Official forms as data: `law/forms/*.toml`, compiled in. Which matters each suits, its fields, and its first editions.

use std::sync::LazyLock;

use jiff::civil::Date;
use law::RuleSet;
use matters::{Kind, Matter};
use serde::Deserialize;

/// What a field holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A line.
    #[default]
    Line,
    /// Several lines.
    Area,
    /// A day.
    Day,
    /// A day with its hour.
    Time,
    /// One of `options`.
    Choice,
    /// 是、否, or not asked yet.
    YesNo,
    /// A ground of 不予受理 of the matter's rule set.
    RefusalGround,
    /// A ground of 终止调解 of the matter's rule set.
    TerminationGround,
}

/// What a personal field holds, for how it is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    /// A name.
    Name,
    /// A telephone number.
    Phone,
    /// A postal address.
    Address,
    /// An identity number.
    Identity,
}

/// A field of a form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Its word in the text.
    pub key: String,
    /// For people.
    pub label: String,
    /// What it holds.
    #[serde(default)]
    pub kind: FieldKind,
    /// Which fact of the matter fills it ([`crate::facts`]); empty: the officer fills it.
    #[serde(default)]
    pub source: String,
    /// Set when it holds personal data.
    pub personal: Option<Personal>,
    /// Whether the paper may not be submitted without it.
    #[serde(default)]
    pub required: bool,
    /// Said beside the field.
    #[serde(default)]
    pub hint: String,
    /// (stored word, Chinese) of a choice.
    #[serde(default)]
    pub options: Vec<(String, String)>,
    /// What it holds at first.
    #[serde(default)]
    pub preset: String,
}

/// An edition that ships with the program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipped {
    /// The rule sets it serves; the first names the series.
    pub rule_sets: Vec<String>,
    /// First day of use.
    pub valid_from: Date,
    /// The title in print.
    pub title: String,
    /// Where it comes from and what to check.
    pub note: String,
    /// The text; empty: that of the form's first edition, which prints words and articles of the matter's rule set.
    #[serde(default)]
    pub text: String,
}

/// An official form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Stable word; the file's name.
    pub key: String,
    /// 文书式样 one to ten of 2026; 0 for those that were struck out.
    #[serde(default)]
    pub sample: u8,
    kinds: Vec<String>,
    /// States in which it suits; empty: all.
    #[serde(default)]
    states: Vec<String>,
    /// The fact without which it does not suit; empty: none.
    #[serde(default)]
    needs: String,
    /// 字 of the number as shipped; empty: a registration sheet without number and approval.
    pub word: String,
    /// Kind word of the notice that tells it.
    #[serde(default)]
    pub notice: String,
    /// Its fields in order.
    pub fields: Vec<FieldRule>,
    /// Its shipped editions, the newest law first.
    pub editions: Vec<Shipped>,
}

macro_rules! forms {
    ($($key:literal),* $(,)?) => {
        &[$(($key, include_str!(concat!("../../../law/forms/", $key, ".toml")))),*]
    };
}

const FILES: &[(&str, &str)] = forms![
    "complaint_register",
    "report_register",
    "distribution",
    "identity",
    "acceptance",
    "refusal",
    "mediation",
    "termination",
    "settlement",
    "report_result",
    "filing",
    "no_filing",
    "distribution_notice",
    "result_report",
];

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let read = |(key, text): &(&str, &str)| match toml::from_str::<Form>(text) {
        Ok(form) => Some(form),
        // The files are compiled in and read by a test, so this arm is for a broken build only.
        Err(error) => {
            debug_assert!(false, "law/forms/{key}.toml: {error}");
            None
        }
    };
    FILES.iter().filter_map(read).collect()
});

/// Every form in the order of the official list.
pub fn all() -> &'static [Form] {
    &FORMS
}

/// The form with `key`.
pub fn find(key: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.key == key)
}

impl Form {
    /// Whether it takes a number, and so an approval.
    pub const fn is_numbered(&self) -> bool {
        !self.word.is_empty()
    }

    /// The shipped edition for a rule set.
    pub fn shipped(&self, rule_set: &str) -> Option<&Shipped> {
        self.editions.iter().find(|edition| edition.rule_sets.iter().any(|id| id == rule_set))
    }

    /// The shipped edition of a series.
    pub fn series(&self, series: &str) -> Option<&Shipped> {
        self.editions.iter().find(|edition| edition.series() == series)
    }

    /// The text of a shipped edition.
    pub fn text_of<'a>(&'a self, edition: &'a Shipped) -> &'a str {
        let first = self.editions.first().map_or("", |first| first.text.as_str());
        if edition.text.is_empty() { first } else { &edition.text }
    }

    /// The name in lists: the title of the newest law.
    pub fn name(&self) -> &str {
        self.editions.first().map_or(&self.key, |edition| &edition.title)
    }

    /// Whether it suits a matter: by kind, state, rule set and the fact it needs.
    pub fn suits(&self, matter: &Matter, has: impl Fn(&str) -> bool) -> bool {
        self.is_for(matter.kind)
            && (self.states.is_empty() || self.states.contains(&matter.state))
            && (self.needs.is_empty() || has(&self.needs))
            && self.shipped(&matter.rule_set).is_some()
    }

    /// Whether it is made for matters of `kind`.
    pub fn is_for(&self, kind: Kind) -> bool {
        self.kinds.iter().any(|own| own == kind.code())
    }

    /// Whether it holds data of a person.
    pub fn is_personal(&self) -> bool {
        self.fields.iter().any(|field| field.personal.is_some())
    }

    /// The names a text of this form may use.
    pub fn names(&self) -> Vec<&str> {
        let own = self.fields.iter().map(|field| field.key.as_str());
        own.chain(COMMON.iter().map(|(name, _)| *name)).collect()
    }

    /// The field with `key`.
    pub fn field(&self, key: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|field| field.key == key)
    }
}

impl Shipped {
    /// The series' word: the first of its rule sets.
    pub fn series(&self) -> &str {
        self.rule_sets.first().map_or("", String::as_str)
    }
}

/// (name, Chinese) of what every text may use beside the form's own fields.
pub const COMMON: &[(&str, &str)] = &[
    ("bureau", "机关全称"),
    ("kind", "事项种类，用于判断：complaint 投诉，report 举报"),
    ("law.title", "适用规定的名称"),
    ("law.word", "“投诉”或者旧规定的“申诉”"),
    ("law.refusal", "不予受理的条款"),
    ("law.termination", "终止调解的条款"),
    ("law.identity", "要求提供身份材料的条款"),
    ("law.identity_refusal", "逾期不提供时适用的条款"),
    ("law.report_notice", "告知举报人的条款"),
    ("law.ways", "消费者权益保护法规定解决途径的条款"),
    ("law.refusal_grounds", "不予受理的各项情形，用于循环：number、text、last"),
    ("law.termination_grounds", "终止调解的各项情形，用于循环：number、text、last"),
];

/// What a rule set lends to the forms: (name, words). Articles are the rule set's data, never constants of ours.
pub(crate) fn law_words(set: &RuleSet) -> Vec<(&'static str, String)> {
    let stem = |grounds: &[law::Ground]| {
        let article = grounds.first().map_or("", |ground| ground.article.as_str());
        article
            .rfind('第')
            .filter(|at| article.ends_with('项') && *at > 0)
            .map_or(article, |at| &article[..at])
            .to_owned()
    };
    let named = |key: &str| set.articles.get(key).cloned().unwrap_or_default();
    vec![
        ("title", set.title.clone()),
        ("word", set.complaint_word.clone()),
        ("refusal", stem(&set.refusal_grounds)),
        ("termination", stem(&set.termination_grounds)),
        ("identity", named("identity")),
        ("identity_refusal", named("identity_refusal")),
        ("report_notice", named("report_notice")),
        ("ways", named("ways")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{facts, language};

    #[test]
    fn every_shipped_form_reads_checks_and_knows_its_sources() {
        assert_eq!(all().len(), FILES.len(), "a file is broken");
        for form in all() {
            for edition in &form.editions {
                let checked = language::check(form.text_of(edition), &form.names(), form.is_numbered());
                assert_eq!(checked, Ok(()), "{} {}", form.key, edition.series());
            }
            for field in form.fields.iter().filter(|field| !field.source.is_empty()) {
                assert!(facts::SOURCES.contains(&field.source.as_str()), "{} {}", form.key, field.source);
            }
            let known = form.notice.is_empty()
                || matters::notices::KINDS.iter().any(|(kind, _)| *kind == form.notice);
            assert!(known, "{}", form.key);
        }
        let samples: Vec<u8> = all().iter().map(|form| form.sample).filter(|sample| *sample > 0).collect();
        assert_eq!(samples, (1..=10).collect::<Vec<_>>(), "the ten forms of 2026, in order");
    }

    #[test]
    fn articles_come_from_the_rule_set() {
        let words = |id: &str, name: &str| {
            let set = law::Law::shipped().rule_set(id).unwrap();
            law_words(set).into_iter().find(|(own, _)| *own == name).unwrap().1
        };
        assert_eq!(words("R121", "refusal"), "第十六条");
        assert_eq!(words("R121", "termination"), "第二十三条第一款");
        assert_eq!(words("R20", "refusal"), "第十五条");
        assert_eq!(words("R20", "termination"), "第二十一条第一款");
        assert_eq!(words("R51", "word"), "申诉");
    }
}
