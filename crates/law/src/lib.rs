#![doc = include_str!("../README.md")]

mod arithmetic;
mod calendar;
mod classification;
mod explain;
mod library;
mod ruleset;

pub use arithmetic::{Due, LawError, Pause, Roll};
pub use calendar::{Calendar, DayKind};
pub use classification::{Classification, Listed, Node, Tree};
pub use explain::{Explanation, Rolled};
pub use library::Law;
pub use ruleset::{ClockRule, Extension, Ground, PauseReason, RuleSet, Unit};
