//! What other laws order about reports (举报): telling, filing, reward (令第121号 第三十五条、第三十六条).

use jiff::civil::Date;
use serde::Deserialize;

use crate::Ground;

/// What the data file `reports.toml` holds.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Reports {
    /// Laws that order a reporter to be told.
    pub tags: Vec<ReportTag>,
    /// When a case is filed.
    pub filing: Filing,
    /// What a reporter is paid.
    pub reward: Reward,
}

/// What a reporter is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tell {
    /// What the office did with the report.
    Handling,
    /// How the matter ended: for a filed case, the end of the case.
    Result,
}

/// A law that orders a reporter to be told.
#[derive(Clone, Debug, Deserialize)]
pub struct ReportTag {
    /// Stable key.
    pub key: String,
    /// The field, for people.
    pub name: String,
    /// The law.
    pub law: String,
    /// Its article.
    pub article: String,
    /// What it orders.
    pub text: String,
    /// First day in force.
    pub valid_from: Date,
    /// Last day in force; `None` while it is.
    pub valid_to: Option<Date>,
    /// The clock it starts on the day of receipt; `None` where it says 及时 only.
    pub clock: Option<String>,
    /// What is told.
    pub tell: Tell,
    /// Whether only a reporter who gave a name must be told.
    #[serde(default)]
    pub real_name: bool,
    /// Whether it must be told in writing.
    #[serde(default)]
    pub written: bool,
    /// Whether what lies outside the office's duty is handed over, and that told in writing.
    #[serde(default)]
    pub transfer: bool,
    /// Classes of problems ([`crate::Classification::problems`]) for which it is proposed.
    #[serde(default)]
    pub problems: Vec<String>,
    /// Whether the law promises a reward.
    #[serde(default)]
    pub reward: bool,
    /// How sure the text is (see `law/README.md`).
    pub confidence: String,
}

/// When a case is filed and when it need not be (行政处罚程序规定 第十九条、第二十条).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Filing {
    /// The order.
    pub law: String,
    /// All must hold.
    pub conditions: Vec<Ground>,
    /// Grounds for not filing.
    pub not_filed: Vec<Ground>,
}

/// What a reporter is paid (国市监稽规〔2021〕4号).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Reward {
    /// The rule's title.
    pub law: String,
    /// Its number.
    pub paper: String,
    /// First day in force.
    pub valid_from: Date,
    /// Most for one case, in yuan.
    pub cap: i64,
    /// From this sum on, in yuan, the finance department must agree.
    pub agreement_from: i64,
    /// How sure the text is.
    pub confidence: String,
    /// The grades, highest first.
    pub grades: Vec<RewardGrade>,
}

/// A grade of the reward.
#[derive(Clone, Debug, Deserialize)]
pub struct RewardGrade {
    /// 1, 2 or 3.
    pub grade: i64,
    /// For people.
    pub name: String,
    /// Per cent of fine and confiscation.
    pub percent: i64,
    /// Least, in yuan.
    pub floor: i64,
    /// What the report must have brought.
    pub text: String,
}

/// The clock by which a reporter who gave a name is told what was decided (令第20号 第三十一条第二款).
pub const FILING_NOTICE: &str = "filing_notice";

impl Reports {
    /// The tag with `key`.
    pub fn tag(&self, key: &str) -> Option<&ReportTag> {
        self.tags.iter().find(|tag| tag.key == key)
    }

    /// The tags in force on `day`, the day of receipt.
    pub fn tags_on(&self, day: Date) -> impl Iterator<Item = &ReportTag> {
        self.tags.iter().filter(move |tag| tag.in_force(day))
    }

    /// Whether the clock `key` is one by which a reporter must be told: of a law that orders it, or of the decision
    /// (令第20号 第三十一条第二款).
    pub fn is_telling(&self, key: &str) -> bool {
        key == FILING_NOTICE || self.tags.iter().any(|tag| tag.clock.as_deref() == Some(key))
    }
}

impl ReportTag {
    /// Whether the law is in force on `day`.
    pub fn in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day <= end)
    }

    /// Whether it is proposed for a report about `problem`.
    pub fn is_likely(&self, problem: Option<&str>) -> bool {
        problem.is_some_and(|problem| self.problems.iter().any(|class| problem.starts_with(class.as_str())))
    }

    /// As papers cite it.
    pub fn citation(&self) -> String {
        format!("{}{}", self.law, self.article)
    }
}

impl Reward {
    /// The grade with number `grade`.
    pub fn grade(&self, grade: i64) -> Option<&RewardGrade> {
        self.grades.iter().find(|one| one.grade == grade)
    }
}
