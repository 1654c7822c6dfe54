#![doc = include_str!("../README.md")]

mod arithmetic;
mod calendar;
mod classification;
mod explain;
mod library;
mod lines;
mod notice;
mod replace;
mod ruleset;

pub use arithmetic::{Due, LawError, Pause, Roll};
pub use calendar::{Calendar, DayKind};
pub use classification::{Classification, Listed, Node, Tree};
pub use explain::{Explanation, Rolled};
pub use library::Law;
pub use notice::{Notice, NoticeDay};
pub use ruleset::{ClockRule, Extension, Ground, PauseReason, Replaced, RuleSet, Unit};
