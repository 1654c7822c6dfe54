//! Times taken, and how they are told.

use std::{fmt, time::Duration};

/// How long each of many took, and how many failed.
#[derive(Clone, Default)]
pub struct Took {
    times: Vec<Duration>,
    pub errors: Vec<String>,
}

impl Took {
    pub fn add(&mut self, took: Duration) {
        self.times.push(took);
    }

    pub fn fail(&mut self, what: String) {
        self.errors.push(what);
    }

    pub fn join(&mut self, other: Self) {
        self.times.extend(other.times);
        self.errors.extend(other.errors);
    }

    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// The time below which `share` of all lie, in milliseconds.
    pub fn at(&self, share: f64) -> f64 {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list"
        )]
        let place = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1).min(last);
        sorted.get(place).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.1} | {:.1} | {:.1} | {}",
            self.at(0.5),
            self.at(0.95),
            self.at(0.99),
            self.errors.len()
        )?;
        let mut seen: Vec<&String> = self.errors.iter().collect();
        seen.dedup();
        seen.into_iter().take(2).try_for_each(|error| write!(f, " ({error})"))
    }
}
