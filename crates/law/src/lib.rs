#![doc = include_str!("../README.md")]

mod arithmetic;
mod calendar;
mod classification;
mod explain;
mod library;
mod report;
mod ruleset;

pub use arithmetic::{Due, LawError, Pause, Roll};
pub use calendar::{Calendar, DayKind};
pub use classification::{Classification, Listed, Node, Tree};
pub use explain::{Explanation, Rolled};
pub use library::Law;
pub use report::{Filing, ReportTag, Reports, Reward, RewardGrade, Tell};
pub use ruleset::{ClockRule, Extension, Ground, PauseReason, ReportArticles, RuleSet, Unit};
