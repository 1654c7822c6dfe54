//! Rules: a proposal that shares duty evenly. Everybody has as many holidays, weekends and worked days as the others as far as
//! leave allows; who stood longest ago comes first; nobody stands two days in a row while somebody else can, unless that one is
//! two turns ahead.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::OfficerId;

use super::Class;

/// A place to fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The day.
    pub day: Date,
    /// What the day is.
    pub class: Class,
}

/// Somebody who may be proposed.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    /// Days on which he or she cannot: leave, and turns that stand already.
    pub away: BTreeSet<Date>,
    /// Days with a turn, past ones and those that stand already.
    pub stood: BTreeSet<Date>,
    /// Turns of the past year by class of day.
    pub counts: BTreeMap<Class, u32>,
}

impl Candidate {
    fn total(&self) -> u32 {
        self.counts.values().sum()
    }

    fn rested(&self, day: Date) -> bool {
        let beside = [day.yesterday(), day.tomorrow()];
        !beside.iter().flatten().any(|beside| self.stood.contains(beside))
    }
}

/// Who never stood begins where those who stood least are, not at nothing: a newcomer does not make up for a year.
fn welcome(candidates: &mut BTreeMap<OfficerId, Candidate>) {
    for class in Class::ALL {
        let of = |one: &Candidate| one.counts.get(class).copied().unwrap_or(0);
        let least = candidates.values().filter(|one| !one.stood.is_empty()).map(of).min().unwrap_or(0);
        for one in candidates.values_mut().filter(|one| one.stood.is_empty()) {
            one.counts.insert(*class, least);
        }
    }
}

/// Who takes each of `places`, in their order; `None` where nobody can. The same question has the same answer.
pub fn share(places: &[Place], mut candidates: BTreeMap<OfficerId, Candidate>) -> Vec<Option<OfficerId>> {
    welcome(&mut candidates);
    let mut chosen = Vec::with_capacity(places.len());
    for place in places {
        let same = |one: &Candidate| one.counts.get(&place.class).copied().unwrap_or(0);
        let free = candidates.iter().filter(|(_, one)| !one.away.contains(&place.day));
        let least = free.clone().map(|(_, one)| same(one)).min().unwrap_or(0);
        // Rest comes before evenness, but nobody gets two ahead for it.
        let key = |(id, one): &(&OfficerId, &Candidate)| {
            let last = one.stood.range(..=place.day).next_back().copied();
            (same(one) > least + 1, !one.rested(place.day), same(one), one.total(), last, **id)
        };
        let best = free.min_by_key(key).map(|(id, _)| *id);
        if let Some(one) = best.and_then(|id| candidates.get_mut(&id)) {
            one.away.insert(place.day);
            one.stood.insert(place.day);
            *one.counts.entry(place.class).or_default() += 1;
        }
        chosen.push(best);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(number: u128) -> OfficerId {
        format!("01900000-0000-7000-8000-{number:012}").parse().unwrap()
    }

    fn month(first: &str, days: usize) -> Vec<Place> {
        let calendar = &law::Law::in_use().calendar;
        let first: Date = first.parse().unwrap();
        let all = first.series(jiff::Span::new().days(1)).take(days);
        all.map(|day| Place { day, class: Class::of(calendar, day) }).collect()
    }

    #[test]
    fn holidays_weekends_and_worked_days_are_shared_evenly_whoever_is_away() {
        let places = month("2026-09-01", 61);
        let mut candidates: BTreeMap<OfficerId, Candidate> =
            (1..=5).map(|number| (officer(number), Candidate::default())).collect();
        let leave: BTreeSet<Date> = places[..7].iter().map(|place| place.day).collect();
        candidates.get_mut(&officer(2)).unwrap().away.extend(leave.clone());
        let chosen = share(&places, candidates);
        assert!(chosen.iter().all(Option::is_some));
        for class in Class::ALL {
            let count = |number| {
                let mine = places
                    .iter()
                    .zip(&chosen)
                    .filter(|(place, who)| place.class == *class && **who == Some(officer(number)));
                mine.count()
            };
            let counts: Vec<usize> = (1..=5).map(count).collect();
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            assert!(most - least <= 1, "{class:?}: {counts:?}");
        }
        let on_leave = places
            .iter()
            .zip(&chosen)
            .any(|(place, who)| *who == Some(officer(2)) && leave.contains(&place.day));
        assert!(!on_leave);
        assert!(chosen.windows(2).all(|pair| pair[0] != pair[1]), "nobody stands two days in a row");
    }

    #[test]
    fn who_is_alone_stands_every_day_and_nobody_means_nobody() {
        let places = month("2026-09-01", 3);
        let alone = BTreeMap::from([(officer(1), Candidate::default())]);
        assert_eq!(share(&places, alone), vec![Some(officer(1)); 3]);
        assert_eq!(share(&places, BTreeMap::new()), vec![None; 3]);
    }

    #[test]
    fn a_newcomer_does_not_make_up_for_a_year() {
        let places = month("2026-09-01", 6);
        let old = |number: u128| {
            let stood = BTreeSet::from(["2026-08-01".parse().unwrap()]);
            let counts = BTreeMap::from([(Class::Worked, 40), (Class::Weekend, 15), (Class::Holiday, 5)]);
            (officer(number), Candidate { stood, counts, ..Candidate::default() })
        };
        let candidates = BTreeMap::from([old(1), old(2), (officer(3), Candidate::default())]);
        let chosen = share(&places, candidates);
        let new = chosen.iter().filter(|who| **who == Some(officer(3))).count();
        assert_eq!(new, 2, "{chosen:?}");
    }
}
