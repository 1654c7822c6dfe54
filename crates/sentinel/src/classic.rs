//! The published detectors, each a pure function of a series of counts. Positions are from 0.

pub mod bayes;
pub mod bocpd;
pub mod cusum;
pub mod ears;
pub mod farrington;
pub mod ratio;
pub mod reference;

/// What a detector says about one day or week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Position in the series, from 0.
    pub at: usize,
    /// The highest count, or the highest statistic, without alarm.
    pub upper: f64,
    /// Whether it alarms.
    pub alarm: bool,
}
