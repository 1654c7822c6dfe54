//! One incident, one alarm, also across streams of which none lies within the other: a shop, its brand, what it sells in an area.
//!
//! [`rollup`](super::rollup) knows counts and which stream lies within which. Here the rows speak: a stream explains another's
//! excess when it holds [`EXPLAINS`] of the people in it, less what it would have held anyway.

use std::collections::BTreeSet;

use super::rollup::EXPLAINS;

/// Of an excess that a told alarm was seen in already, so much is enough to stay silent.
const NAMED: f64 = 0.5;

/// What an alarm rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// How much its stream says; the most specific has the lowest.
    pub rank: usize,
    /// People in its window.
    pub observed: f64,
    /// Expected there.
    pub expected: f64,
    /// Rows in its window, ascending.
    pub own: Vec<usize>,
    /// Rows of its stream from the begin of its window on, ascending: an incident goes on after it was told.
    pub since: Vec<usize>,
}

/// An alarm that is told, and those that are not told on their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Place of the alarm.
    pub at: usize,
    /// Places of those it explains.
    pub also: Vec<usize>,
}

impl Seen {
    fn excess(&self) -> f64 {
        (self.observed - self.expected).max(1.0)
    }

    /// The share of an alarm's rows that is excess.
    fn beyond(&self) -> f64 {
        (1.0 - self.expected / self.observed.max(1.0)).max(0.0)
    }

    /// The share of `other`'s excess among `rows` of this alarm's stream.
    fn holds(&self, rows: &[usize], other: &Self, who: &impl Fn(usize) -> u32) -> f64 {
        self.beyond() * people(&[rows], other, who) / other.excess()
    }
}

/// Different people of `of` in any of the lists.
fn people(lists: &[&[usize]], of: &Seen, who: &impl Fn(usize) -> u32) -> f64 {
    let within = |row: &&usize| lists.iter().any(|rows| rows.binary_search(row).is_ok());
    of.own.iter().filter(within).map(|row| who(*row)).collect::<BTreeSet<u32>>().len() as f64
}

/// Whether the alarm `before` has told what `now` tells. One that says at least as much goes on telling what comes to its
/// stream; a general one only what it rang for, so that it does not hide what happens later within it. `named`: whether the stream
/// of `now` was seen to ring for the same before. `who` says whose a row is.
///
/// ```
/// use sentinel::watch::joined::{Seen, told};
/// let shop = Seen { rank: 1, observed: 8.0, expected: 0.1, own: (0..8).collect(), since: (0..12).collect() };
/// // goods in an area: two at other shops beside the incident's, where two were expected
/// let goods = Seen { rank: 3, observed: 14.0, expected: 2.0, own: (0..14).collect(), since: (0..20).collect() };
/// assert!(told(&shop, &goods, false, |row| row as u32));
/// // later, at another shop that sells the same
/// let other = Seen { rank: 1, observed: 6.0, expected: 0.1, own: (14..20).collect(), since: (14..20).collect() };
/// assert!(!told(&goods, &other, false, |row| row as u32));
/// ```
pub fn told(before: &Seen, now: &Seen, named: bool, who: impl Fn(usize) -> u32) -> bool {
    if before.rank > now.rank {
        let holds = before.holds(&before.own, now, &who);
        return holds >= NAMED || (holds > 0.0 && now.holds(&now.own, before, &who) >= EXPLAINS);
    }
    before.holds(&before.since, now, &who) >= if named { NAMED } else { EXPLAINS }
}

/// Which alarms are told, most specific first, and which are explained by them.
///
/// A general one is explained by one that says more, or by two together: those are two incidents. Where it is not, and explains
/// some that say more, it is told and they are its evidence: a brand rather than each of its shops.
///
/// ```
/// use sentinel::watch::joined::{Joined, Seen, joined};
/// let seen = |rank, rows: std::ops::Range<usize>| Seen { rank, observed: rows.len() as f64, expected: 0.1, own: rows.clone().collect(), since: rows.collect() };
/// let shops = [seen(1, 0..5), seen(1, 5..10), seen(1, 10..15), seen(2, 0..15)];
/// assert_eq!(joined(&shops, |row| row as u32), [Joined { at: 3, also: vec![0, 1, 2] }]);
/// // one shop and its brand
/// assert_eq!(joined(&[seen(2, 0..6), seen(1, 0..5)], |row| row as u32), [Joined { at: 1, also: vec![0] }]);
/// ```
pub fn joined(seen: &[Seen], who: impl Fn(usize) -> u32) -> Vec<Joined> {
    let mut order: Vec<usize> = (0..seen.len()).collect();
    order.sort_by(|a, b| {
        let (one, other) = (&seen[*a], &seen[*b]);
        one.rank.cmp(&other.rank).then(other.excess().total_cmp(&one.excess())).then(a.cmp(b))
    });
    let mut kept: Vec<Joined> = Vec::new();
    for at in order {
        let now = &seen[at];
        if let Some(place) = explained(&kept, seen, now, &who) {
            kept[place].also.push(at);
            continue;
        }
        let of_it = |head: &Joined| now.holds(&now.since, &seen[head.at], &who) >= EXPLAINS;
        let (within, others): (Vec<Joined>, Vec<Joined>) = kept.into_iter().partition(of_it);
        kept = others;
        let also = within.into_iter().flat_map(|head| std::iter::once(head.at).chain(head.also));
        kept.push(Joined { at, also: also.collect() });
    }
    kept
}

/// The place of the alarm that tells most of what `now` tells, when it or the two that do explain it.
fn explained(kept: &[Joined], seen: &[Seen], now: &Seen, who: &impl Fn(usize) -> u32) -> Option<usize> {
    let share = |head: &Joined| seen[head.at].holds(&seen[head.at].since, now, who);
    let mut shares: Vec<(f64, usize)> = kept.iter().map(share).zip(0..).collect();
    shares.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (first, place) = *shares.first()?;
    if first >= EXPLAINS {
        return Some(place);
    }
    let (second, other) = *shares.get(1).filter(|(share, _)| *share > 0.0)?;
    let (one, two) = (&seen[kept[place].at], &seen[kept[other].at]);
    let both = people(&[&one.since, &two.since], now, who) * one.beyond().min(two.beyond()) / now.excess();
    // a general alarm is no incident of its own
    (second > 0.0 && both >= EXPLAINS && one.rank < now.rank && two.rank < now.rank).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(rank: usize, expected: f64, rows: std::ops::Range<usize>) -> Seen {
        let own: Vec<usize> = rows.collect();
        Seen { rank, observed: own.len() as f64, expected, since: own.clone(), own }
    }

    #[test]
    fn two_shops_of_one_area_are_two_incidents_and_the_area_is_none() {
        let found = [seen(4, 6.0, 0..22), seen(1, 0.1, 0..8), seen(1, 0.1, 8..16)];
        let heads = joined(&found, |row| row as u32);
        assert_eq!(heads, [Joined { at: 1, also: vec![0] }, Joined { at: 2, also: vec![] }]);
    }

    #[test]
    fn what_everybody_has_explains_nothing() {
        // twelve more than ninety of an ordinary sort, and five of them at one shop
        let found = [seen(5, 90.0, 0..102), seen(1, 0.1, 0..5)];
        let heads: Vec<usize> = joined(&found, |row| row as u32).into_iter().map(|head| head.at).collect();
        assert_eq!(heads, [1, 0], "the shop does not explain twelve, and the sort does not explain the shop");
    }

    #[test]
    fn one_person_is_one_however_often() {
        let found = [seen(1, 0.1, 0..8), seen(3, 0.1, 4..16)];
        let heads = joined(&found, |row| if (4..8).contains(&row) { 4 } else { row as u32 });
        assert_eq!(heads.len(), 2, "four rows of one person explain nothing of twelve");
    }

    #[test]
    fn a_stream_that_was_seen_before_needs_half() {
        let shop = Seen { since: (0..14).collect(), ..seen(1, 0.1, 0..8) };
        let goods = seen(3, 0.0, 4..20);
        assert!(told(&shop, &goods, true, |row| row as u32) && !told(&shop, &goods, false, |row| row as u32));
    }

    #[test]
    fn a_general_alarm_told_first_has_told_the_shop_that_it_was_about() {
        let goods = seen(3, 2.0, 0..10);
        let shop = seen(1, 0.1, 1..11);
        assert!(told(&goods, &shop, false, |row| row as u32));
    }
}
