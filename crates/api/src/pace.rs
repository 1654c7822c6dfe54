//! How often a token may ask: so many requests in each minute of the clock, counted by this process.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;

use crate::token::TokenId;

/// Requests by token, with the minute they belong to.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<BTreeMap<TokenId, (i64, i64)>>);

impl Pace {
    /// Counts a request; the seconds to wait when the minute's share is used up.
    pub(crate) fn count(&self, token: TokenId, most: i64, now: Timestamp) -> Option<i64> {
        let (minute, second) = (now.as_second().div_euclid(60), now.as_second().rem_euclid(60));
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, count) = counts.entry(token).or_insert((minute, 0));
        if *at != minute {
            (*at, *count) = (minute, 0);
        }
        *count += 1;
        (*count > most).then_some(60 - second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_minute_begins_anew() {
        let (pace, token) = (Pace::default(), TokenId::from_uuid(Default::default()));
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(pace.count(token, 2, at(60)), None);
        assert_eq!(pace.count(token, 2, at(70)), None);
        assert_eq!(pace.count(token, 2, at(75)), Some(45));
        assert_eq!(pace.count(token, 2, at(120)), None);
    }
}
