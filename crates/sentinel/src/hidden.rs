//! Hidden rules nobody complains about: what is mentioned everywhere in passing, a little at each trader, and hardly ever complained of.
//!
//! Absence of complaints is not absence of harm (Liu, Bhandaram and Garg 2022; Agostini, Pierson and Garg 2023). Four weak signals, for a
//! person to read together: practices mined from the words of every contact ([`practices`]), the same small amount at many traders
//! ([`amounts`]), sectors and areas that complain less than expected ([`silence`]), and what a probe of a few shops proves
//! ([`crate::interval::none_of`], [`crate::interval::wilson`]).

use std::collections::{BTreeMap, BTreeSet};

use crate::{interval::wilson, special::gamma_p};

/// A contact of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Whether it is a complaint; consultations, withdrawals and reviews are not.
    pub complaint: bool,
    /// Trader, where one is known.
    pub trader: Option<String>,
    /// What was said.
    pub text: String,
}

/// Endings of words for something that is taken from people.
pub const ENDINGS: [&str; 4] = ["费", "卡", "券", "押金"];
/// A practice has at least so many contacts.
pub const FEWEST: usize = 5;
/// Characters before the ending.
const LONGEST: usize = 5;

/// A practice as it is spoken of.
#[derive(Clone, Debug, PartialEq)]
pub struct Practice {
    /// The word.
    pub term: String,
    /// Contacts that mention it without complaining.
    pub mentions: u32,
    /// Complaints that name it.
    pub complaints: u32,
    /// Different traders.
    pub traders: u32,
    /// The most contacts of one trader.
    pub most: u32,
    /// Rank: wide (many traders), thin (few at each), silent (few complaints).
    pub score: f64,
    /// Positions of the contacts.
    pub rows: Vec<usize>,
}

#[derive(Default)]
struct Found {
    rows: BTreeSet<usize>,
    left: BTreeMap<char, u32>,
}

fn han(c: &char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(c)
}

/// Every run of 1 to 5 characters before an ending, with what stands to its left.
fn candidates(contacts: &[Contact]) -> BTreeMap<String, Found> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for (row, contact) in contacts.iter().enumerate() {
        let text: Vec<char> = contact.text.chars().collect();
        for ending in ENDINGS {
            let ending: Vec<char> = ending.chars().collect();
            for at in 1..=text.len().saturating_sub(ending.len()) {
                if text[at..at + ending.len()] != ending[..] {
                    continue;
                }
                let before = text[..at].iter().rev().take(LONGEST).take_while(|c| han(c)).count();
                for size in 1..=before {
                    let term: String = text[at - size..at + ending.len()].iter().collect();
                    let entry = found.entry(term).or_default();
                    let left = at.checked_sub(size + 1).map_or(' ', |i| text[i]);
                    if entry.rows.insert(row) {
                        *entry.left.entry(if han(&left) { left } else { ' ' }).or_default() += 1;
                    }
                }
            }
        }
    }
    found.retain(|_, f| f.rows.len() >= FEWEST);
    found
}

/// A word stands free when different things stand to its left: no neighbour has more than 60 %, the edge of a phrase aside.
fn free(found: &Found) -> bool {
    let all: u32 = found.left.values().sum();
    let most = found.left.iter().filter(|(c, _)| **c != ' ').map(|(_, n)| *n).max().unwrap_or(0);
    f64::from(most) <= 0.6 * f64::from(all)
}

/// Mines practices, the most suspicious first.
///
/// ```
/// use sentinel::hidden::{Contact, practices};
/// let say = |i: usize, text: &str| Contact { complaint: false, trader: Some(format!("饭店{i}")), text: text.into() };
/// let contacts: Vec<Contact> = (0..12)
///     .map(|i| say(i, ["吃饭收消毒餐具费合理吗", "另收了消毒餐具费", "账单有消毒餐具费一元"][i % 3]))
///     .collect();
/// assert_eq!(practices(&contacts)[0].term, "消毒餐具费");
/// ```
pub fn practices(contacts: &[Contact]) -> Vec<Practice> {
    let mut found = candidates(contacts);
    found.retain(|_, f| free(f));
    let sizes: BTreeMap<String, usize> = found.iter().map(|(term, f)| (term.clone(), f.rows.len())).collect();
    found.retain(|term, f| {
        let mine = f.rows.len() as f64;
        // a longer word that is nearly always meant, or a shorter one that is more than this
        let longer = sizes.iter().filter(|(t, _)| t.len() > term.len() && t.ends_with(term.as_str()));
        let shorter = sizes.iter().filter(|(t, _)| t.len() < term.len() && term.ends_with(t.as_str()));
        let meant = longer.map(|(_, n)| *n as f64).fold(0.0, f64::max) >= 0.7 * mine;
        let part = shorter.map(|(_, n)| *n as f64).any(|n| mine < 0.3 * n && mine < FEWEST as f64 * 4.0);
        !meant && !part
    });
    let mut ranked: Vec<Practice> =
        found.into_iter().map(|(term, found)| weigh(contacts, term, found.rows)).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.term.cmp(&b.term)));
    ranked
}

fn weigh(contacts: &[Contact], term: String, rows: BTreeSet<usize>) -> Practice {
    let complaints = rows.iter().filter(|row| contacts[**row].complaint).count() as u32;
    let all = rows.len() as u32;
    let mut by_trader: BTreeMap<&str, u32> = BTreeMap::new();
    for trader in rows.iter().filter_map(|row| contacts[*row].trader.as_deref()) {
        *by_trader.entry(trader).or_default() += 1;
    }
    let known: u32 = by_trader.values().sum();
    let traders = by_trader.len() as u32;
    // wide and thin: the chance that two contacts are of different traders
    let pairs: f64 = by_trader.values().map(|n| f64::from(*n) * f64::from(n - 1)).sum();
    let apart = if known > 1 { 1.0 - pairs / (f64::from(known) * f64::from(known - 1)) } else { 0.0 };
    let silent = wilson(all - complaints, all, 0.95).low;
    let score = f64::from(traders).ln_1p() * apart.powi(2) * silent.powi(3);
    let most = by_trader.values().copied().max().unwrap_or(0);
    Practice {
        term,
        mentions: all - complaints,
        complaints,
        traders,
        most,
        score,
        rows: rows.into_iter().collect(),
    }
}

/// The same small amount, in fen, at many traders: `(amount, traders, contacts)`, the widest first. Amounts above `small` are left out.
///
/// ```
/// let found = sentinel::hidden::amounts(&[(100, "甲"), (100, "乙"), (100, "丙"), (9_900, "甲")], 500);
/// assert_eq!(found, [(100, 3, 3)]);
/// ```
pub fn amounts(told: &[(i64, &str)], small: i64) -> Vec<(i64, usize, usize)> {
    let mut by_amount: BTreeMap<i64, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for (amount, trader) in told.iter().filter(|(amount, _)| (1..=small).contains(amount)) {
        let entry = by_amount.entry(*amount).or_default();
        entry.0.insert(trader);
        entry.1 += 1;
    }
    let mut found: Vec<_> = by_amount.into_iter().map(|(a, (traders, n))| (a, traders.len(), n)).collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0)));
    found
}

/// Chance that a sector in an area complains less than three tenths of what its outlets, turnover or households let expect: Gamma–Poisson,
/// prior with mean 1 and weight 2. Near 1 is a silence to ask about.
///
/// ```
/// use sentinel::hidden::silence;
/// assert!(silence(2, 40.0) > 0.99);
/// assert!(silence(30, 40.0) < 0.01);
/// ```
pub fn silence(observed: u32, expected: f64) -> f64 {
    gamma_p(2.0 + f64::from(observed), 0.3 * (2.0 + expected))
}

/// The words of consultations that end without complaint more than others do: `(term, consultations, complaints, share)` where the whole
/// 95 % interval of the complaining share lies under `mean`.
pub fn futile(practices: &[Practice], mean: f64) -> Vec<(&str, u32, u32, f64)> {
    let share = |p: &Practice| f64::from(p.complaints) / f64::from(p.complaints + p.mentions).max(1.0);
    let under = |p: &&Practice| wilson(p.complaints, (p.complaints + p.mentions).max(1), 0.95).high < mean;
    practices.iter().filter(under).map(|p| (p.term.as_str(), p.mentions, p.complaints, share(p))).collect()
}
