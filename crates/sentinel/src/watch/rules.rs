//! Rules that bypass statistics.

use std::collections::{BTreeMap, BTreeSet};

/// A complaint as the rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Day number.
    pub day: i32,
    /// Trader, batch or brand.
    pub subject: String,
    /// Who told.
    pub person: String,
    /// Injury, fire or food poisoning.
    pub harmed: bool,
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// The day it rings.
    pub day: i32,
    /// Trader, batch or brand.
    pub subject: String,
    /// Positions of the complaints that made it ring.
    pub rows: Vec<usize>,
    /// Different people in them.
    pub people: usize,
}

/// Harm told by at least `people` different people of the same subject within `days`: rings on the day the last of them tells, and
/// again only when somebody new tells. Two people in seven days is the office's rule.
///
/// ```
/// use sentinel::watch::rules::{Told, harm};
/// let told = |day, person: &str| Told { day, subject: "甲餐厅".into(), person: person.into(), harmed: true };
/// assert!(harm(&[told(1, "a"), told(9, "b")], 2, 7).is_empty());
/// assert!(harm(&[told(1, "a"), told(2, "a")], 2, 7).is_empty(), "the same person twice");
/// assert_eq!(harm(&[told(1, "a"), told(7, "b")], 2, 7)[0].day, 7);
/// ```
pub fn harm(told: &[Told], people: usize, days: i32) -> Vec<Ring> {
    let mut order: Vec<usize> = (0..told.len()).filter(|i| told[*i].harmed).collect();
    order.sort_by_key(|i| (told[*i].day, *i));
    let mut recent: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut rings = Vec::new();
    for i in order {
        let now = &told[i];
        let rows = recent.entry(&now.subject).or_default();
        rows.retain(|row| now.day - told[*row].day < days);
        let somebody_new = rows.iter().all(|row| told[*row].person != now.person);
        rows.push(i);
        let different: BTreeSet<&str> = rows.iter().map(|row| told[*row].person.as_str()).collect();
        if somebody_new && different.len() >= people {
            let subject = now.subject.clone();
            rings.push(Ring { day: now.day, subject, rows: rows.clone(), people: different.len() });
        }
    }
    rings
}

/// Watch-listed subjects (a recall, the press, a superior office): the first complaint rings, further ones do not.
pub fn watched(told: &[Told], list: &[&str]) -> Vec<Ring> {
    let mut order: Vec<usize> =
        (0..told.len()).filter(|i| list.contains(&told[*i].subject.as_str())).collect();
    order.sort_by_key(|i| (told[*i].day, *i));
    let mut seen = BTreeSet::new();
    order.retain(|i| seen.insert(told[*i].subject.as_str()));
    let ring =
        |i: usize| Ring { day: told[i].day, subject: told[i].subject.clone(), rows: vec![i], people: 1 };
    order.into_iter().map(ring).collect()
}
