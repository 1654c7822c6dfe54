#![doc = include_str!("../README.md")]

mod arithmetic;
mod calendar;
mod classification;
mod escalation;
mod explain;
mod hours;
mod jurisdiction;
mod library;
mod lines;
mod notice;
mod peaks;
mod replace;
mod report;
mod ruleset;

pub use arithmetic::{Due, LawError, Pause, Roll};
pub use calendar::{Calendar, DayKind};
pub use classification::{Classification, Listed, Node, Tree};
pub use escalation::{Level, Mark, Reminded, reached};
pub use explain::{Explanation, Rolled};
pub use hours::{Deferral, Hours, OfficeHours, Receipt, Season};
pub use jurisdiction::{Advice, Jurisdiction, JurisdictionRule, Question, Whereabouts, nearest_unit};
pub use library::Law;
pub use notice::{Notice, NoticeDay};
pub use peaks::{Peak, PeakDays};
pub use report::{FILING_NOTICE, Filing, ReportTag, Reports, Reward, RewardGrade, Tell};
pub use ruleset::{ClockRule, Extension, Ground, PauseReason, Replaced, ReportArticles, RuleSet, Unit};
