//! Rule sets and clocks as they stand in the data files.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a period is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// 工作日.
    #[serde(rename = "wd")]
    WorkingDays,
    /// 自然日.
    #[serde(rename = "nd")]
    NaturalDays,
    /// 小时; runs on the clock, not on working hours.
    #[serde(rename = "h")]
    Hours,
}

impl Unit {
    /// The word in JSON and in the data files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WorkingDays => "wd",
            Self::NaturalDays => "nd",
            Self::Hours => "h",
        }
    }

    /// The Chinese word.
    pub const fn label(self) -> &'static str {
        match self {
            Self::WorkingDays => "个工作日",
            Self::NaturalDays => "日",
            Self::Hours => "小时",
        }
    }
}

/// By how much a period may be lengthened, and by whose approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// In the unit of the clock.
    pub length: u16,
    /// Who approves.
    pub approver: String,
}

/// A reason for which days are not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PauseReason {
    /// Stored word.
    pub code: String,
    /// For people.
    pub name: String,
    /// The paper that proves it.
    pub paper: String,
    /// The article that allows it.
    pub article: String,
    /// False where the text does not say so plainly: then the alarm ignores the pause, to be on the safe side.
    pub certain: bool,
}

/// A clock: what starts it, how long it runs, what stops the counting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRule {
    /// Stable key: `accept`, `mediate`, …
    pub key: String,
    /// For people.
    pub title: String,
    /// What starts it.
    pub trigger: String,
    /// How long, in `unit`.
    pub length: u16,
    /// What the length is counted in.
    pub unit: Unit,
    /// The article.
    pub article: String,
    /// What follows when it runs out.
    #[serde(default)]
    pub consequence: String,
    /// Whether it starts with a receipt that a bureau's office hours may count as of the next working day. Only where the text
    /// speaks of receipt and says nothing of the hour (regulations §8); otherwise the day of receipt stands.
    #[serde(default)]
    pub after_hours: bool,
    /// Whether and how it may be lengthened.
    pub extension: Option<Extension>,
    /// For which reasons days are not counted.
    #[serde(default)]
    pub pauses: Vec<PauseReason>,
    /// In force for periods that start on this day or later; `None` with the order it stands in.
    pub valid_from: Option<Date>,
    /// In force for periods that start on this day or earlier.
    pub valid_to: Option<Date>,
    /// Who put it in the place of what ships, when somebody did.
    #[serde(skip)]
    pub replaced: Option<Replaced>,
}

/// That a bureau put something of its own in the place of what ships: told in every explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// When it was approved.
    pub on: Date,
    /// Who proposed and who approved.
    pub who: String,
    /// Why.
    pub why: String,
    /// What it was before, in words.
    pub before: String,
}

/// A ground for refusing or ending, or a factor to weigh.
#[derive(Clone, Debug, Deserialize)]
pub struct Ground {
    /// The item's number.
    pub code: String,
    /// For a list.
    pub short: String,
    /// The text of the article.
    pub text: String,
    /// What the officer must be able to answer.
    pub ask: String,
    /// The article and item.
    pub article: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Remedy {
    text: String,
}

/// The articles of an order on reports; each empty where the order has none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReportArticles {
    /// A clue found in a complaint (诉转案).
    pub clue: String,
    /// Reports outside the office's power.
    pub outside: String,
    /// The same report is not handled again.
    pub repeat: String,
    /// The reporter is told, or rewarded, where another law orders it.
    pub tell: String,
}

/// A rule set for complaints and reports: one order of the department, in force between two days.
#[derive(Clone, Debug, Deserialize)]
pub struct RuleSet {
    /// `R121`, `R20`, …
    pub id: String,
    /// The order's title.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// Its number; three different orders bear number 51, so never a key by itself.
    pub number: u16,
    /// The year of the order.
    pub year: i16,
    /// First day in force.
    pub valid_from: Date,
    /// Last day in force; `None` while it is.
    pub valid_to: Option<Date>,
    /// `V-H` text read … `K-M` general knowledge (see `law/README.md`).
    pub confidence: String,
    /// Where the text comes from.
    pub source: String,
    /// 投诉, or 申诉 in the older orders.
    pub complaint_word: String,
    /// Whether a real-name reporter is told of the filing decision (令第20号 第三十一条).
    pub report_decision_notice: bool,
    /// Its articles on reports.
    #[serde(default)]
    pub report_articles: ReportArticles,
    /// Whether it is the one chosen for complaints on its days (R75 serves only 工商所 beside R51).
    pub complaint_rules: bool,
    /// Its clocks.
    pub clocks: Vec<ClockRule>,
    /// 不予受理 grounds.
    pub refusal_grounds: Vec<Ground>,
    /// 终止调解 grounds.
    pub termination_grounds: Vec<Ground>,
    /// Factors for "not for living consumption" (令第121号 第十七条).
    #[serde(default)]
    pub factors: Vec<Ground>,
    /// Act of the complaint's procedure → its article in this order; `None` for the order the transition table itself cites.
    /// An act that is not listed has no article that we could read: then none is cited.
    act_articles: Option<BTreeMap<String, String>>,
    remedies: Vec<Remedy>,
    /// Articles as official forms print them, where no clock or ground names them: `identity`, `report_notice`, `ways`…
    #[serde(default)]
    pub articles: BTreeMap<String, String>,
    /// Who put it in the place of what ships, when somebody did.
    #[serde(skip)]
    pub replaced: Option<Replaced>,
}

impl ClockRule {
    /// Whether it counts periods that start on `day`.
    pub fn starts_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Its length in words: `7 个工作日，可延长 15 个工作日`.
    pub fn length_words(&self) -> String {
        let unit = self.unit.label();
        let more = self.extension.as_ref().map(|more| format!("，可延长 {} {unit}", more.length));
        format!("{} {unit}{}", self.length, more.unwrap_or_default())
    }
}

impl RuleSet {
    /// The article of `act` in this order, where the transition table cites `current`; empty when none is known.
    pub fn article<'a>(&'a self, act: &str, current: &'a str) -> &'a str {
        self.act_articles.as_ref().map_or(current, |articles| articles.get(act).map_or("", String::as_str))
    }

    /// A sentence of the office in this order's words: 申诉 where the order says 申诉.
    pub fn say<'a>(&self, sentence: &'a str) -> Cow<'a, str> {
        if self.complaint_word.is_empty() || self.complaint_word == "投诉" {
            return Cow::Borrowed(sentence);
        }
        Cow::Owned(sentence.replace("投诉", &self.complaint_word))
    }

    /// The clock with `key`, if the order has it: the one put in last.
    pub fn clock(&self, key: &str) -> Option<&ClockRule> {
        self.clocks.iter().rev().find(|clock| clock.key == key)
    }

    /// The clock with `key` for a period that starts on `day`: a bureau may have replaced it from a day on.
    pub fn clock_on(&self, key: &str, day: Date) -> Option<&ClockRule> {
        let own = self.clocks.iter().filter(|clock| clock.key == key && clock.starts_on(day));
        own.max_by_key(|clock| clock.valid_from)
    }

    /// A set of one: a clock that stands in no order for complaints and reports, cited by its article alone.
    pub(crate) fn of_statute(clock: ClockRule) -> Self {
        Self {
            id: clock
                .valid_from
                .map_or_else(|| format!("clock:{}", clock.key), |from| format!("clock:{}@{from}", clock.key)),
            title: clock.article.clone(),
            issuer: String::new(),
            number: 0,
            year: clock.valid_from.map_or(0, Date::year),
            valid_from: clock.valid_from.unwrap_or(Date::MIN),
            valid_to: clock.valid_to,
            confidence: "V-H".to_owned(),
            source: clock.article.clone(),
            complaint_word: String::new(),
            report_decision_notice: false,
            report_articles: ReportArticles::default(),
            complaint_rules: false,
            clocks: vec![clock],
            refusal_grounds: Vec::new(),
            termination_grounds: Vec::new(),
            factors: Vec::new(),
            act_articles: None,
            remedies: Vec::new(),
            articles: BTreeMap::new(),
            replaced: None,
        }
    }

    /// The order as papers cite it; empty for a statute, whose articles name it themselves.
    pub fn citation(&self) -> String {
        if self.number == 0 {
            return String::new();
        }
        format!("《{}》（{}令第{}号）", self.title, self.issuer, self.number)
    }

    /// Whether it is in force on `day`.
    pub fn in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day <= end)
    }

    /// The other ways to settle a consumer dispute (消费者权益保护法 第三十九条), which a refusal must name.
    pub fn remedies(&self) -> impl Iterator<Item = &str> {
        self.remedies.iter().map(|remedy| remedy.text.as_str())
    }
}
