//! Seals: which number of a text came from which figure. A number that is left as it was keeps its seal wherever the prose
//! around it goes; one that is changed loses it, and the place remembers what stood there.

use std::ops::Range;

use numerals::{Claim, Finding, Ledger, Role, Verdict};
use serde::{Deserialize, Serialize};

use super::diff::{Piece, carried, pieces};

/// A number that came from a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Where, in bytes of the text.
    pub at: Range<usize>,
    /// What of which figure.
    pub fact: String,
}

impl Seal {
    /// The same in a text of which it was a part from `begin` on.
    pub(super) fn moved(self, begin: usize) -> Self {
        Self { at: self.at.start + begin..self.at.end + begin, ..self }
    }
}

/// A number that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Where it stood, in bytes of the text as it is now.
    pub at: Range<usize>,
    /// What of which figure.
    pub fact: String,
    /// As it was written.
    pub words: String,
}

/// The seals of one version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seals {
    /// Whole ones, in the order of the text.
    pub whole: Vec<Seal>,
    /// Broken ones.
    pub broken: Vec<Broken>,
}

impl Seals {
    /// Those of a text as it was made.
    pub(super) fn of(claims: &[Claim], ledger: &Ledger) -> Self {
        let seal = |claim: &Claim| {
            let fact = ledger.facts.get(claim.fact)?.id.clone();
            Some(Seal { at: claim.span.clone(), fact })
        };
        Self { whole: claims.iter().filter_map(seal).collect(), broken: Vec::new() }
    }

    /// What the second reader is told.
    pub(super) fn claims(&self, ledger: &Ledger) -> Vec<Claim> {
        let claim = |seal: &Seal| {
            let fact = ledger.facts.iter().position(|fact| fact.id == seal.fact)?;
            Some(Claim { span: seal.at.clone(), fact })
        };
        self.whole.iter().filter_map(claim).collect()
    }

    /// The seals of `new`, which was `old`; and what the second reader says of it.
    pub(super) fn carry(&self, old: &str, new: &str, ledger: &Ledger) -> (Self, Vec<Finding>) {
        let pieces = pieces(old, new);
        let mut seals = Self::default();
        for seal in &self.whole {
            let (at, same) = carried(&pieces, &seal.at);
            if same {
                seals.whole.push(Seal { at, fact: seal.fact.clone() });
            } else {
                let words = old.get(seal.at.clone()).unwrap_or_default().to_owned();
                seals.broken.push(Broken { at, fact: seal.fact.clone(), words });
            }
        }
        seals.broken.extend(self.broken.iter().map(|one| moved(one, &pieces)));
        seals.heal(new);
        let findings = numerals::check(new, ledger, &seals.claims(ledger));
        seals.seal_again(&findings, ledger);
        (seals, findings)
    }

    /// Days and sums of examples are theirs again where the same words stand again: no other words would do, since the reader knows the days
    /// of all examples alike.
    fn heal(&mut self, new: &str) {
        let is_back = |one: &Broken| {
            is_of_example(&one.fact) && new.get(one.at.clone()).is_some_and(|words| words == one.words)
        };
        let (back, broken) = std::mem::take(&mut self.broken).into_iter().partition(is_back);
        self.broken = broken;
        self.whole.extend(Vec::into_iter(back).map(|one: Broken| Seal { at: one.at, fact: one.fact }));
    }

    /// Adds what was written into the text together with its seals.
    pub(super) fn put(&mut self, new: Vec<Seal>) {
        self.whole.retain(|seal| !new.iter().any(|one| meet(&seal.at, &one.at)));
        self.whole.extend(new);
        self.whole.sort_by_key(|seal| seal.at.start);
    }

    /// Seals numbers that were typed and are borne out; forgets places where no number stands any more, or the same again.
    fn seal_again(&mut self, findings: &[Finding], ledger: &Ledger) {
        let counts = |one: &&Finding| matches!(one.numeral.role, Role::Quantity | Role::Ordinal);
        for finding in findings.iter().filter(counts).filter(|one| one.verdict == Verdict::Verified) {
            let Some(fact) = finding.fact.and_then(|at| ledger.facts.get(at)) else { continue };
            let at = finding.numeral.span.clone();
            if !self.whole.iter().any(|seal| meet(&seal.at, &at)) {
                self.whole.push(Seal { at: at.clone(), fact: fact.id.clone() });
            }
            self.broken.retain(|one| !(meet(&one.at, &at) && one.fact == fact.id));
        }
        self.whole.sort_by_key(|seal| seal.at.start);
        let is_number = |one: &Broken| findings.iter().any(|found| meet(&found.numeral.span, &one.at));
        self.broken.retain(is_number);
        self.broken.sort_by_key(|one| one.at.start);
        self.broken.dedup_by(|later, earlier| later.at == earlier.at && later.fact == earlier.fact);
    }

    /// What stood where a number is now.
    pub fn before(&self, span: &Range<usize>) -> Option<&Broken> {
        self.broken.iter().find(|one| meet(&one.at, span))
    }

    /// The figure of a number.
    pub fn fact(&self, span: &Range<usize>) -> Option<&str> {
        self.whole.iter().find(|seal| meet(&seal.at, span)).map(|seal| seal.fact.as_str())
    }
}

/// Whether a fact is of an example and not of a figure.
pub(crate) fn is_of_example(fact: &str) -> bool {
    fact.starts_with("example.")
}

fn moved(one: &Broken, pieces: &[Piece]) -> Broken {
    Broken { at: carried(pieces, &one.at).0, ..one.clone() }
}

const fn meet(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use numerals::{Fact, Quotient, Told};

    fn ledger() -> Ledger {
        let fact = |id: &str, name: &str, value| Fact {
            id: id.to_owned(),
            subject: id.to_owned(),
            names: vec![name.to_owned()],
            part: String::new(),
            part_names: Vec::new(),
            unit: "件".to_owned(),
            told: Told::Value,
            value: Quotient::whole(value),
        };
        Ledger { facts: vec![fact("c", "投诉", 84), fact("r", "举报", 12)], ..Ledger::default() }
    }

    fn made() -> (&'static str, Seals) {
        let text = "接收投诉84件，举报12件。";
        let claims: Vec<Claim> = [("84件", 0), ("12件", 1)]
            .map(|(words, fact)| {
                let at = text.find(words).unwrap();
                Claim { span: at..at + words.len(), fact }
            })
            .to_vec();
        (text, Seals::of(&claims, &ledger()))
    }

    #[test]
    fn prose_moves_and_seals_go_with_it() {
        let (text, seals) = made();
        let new = "今年以来，我局接收投诉84件，另有举报12件，办理认真。";
        let (carried, findings) = seals.carry(text, new, &ledger());
        assert_eq!((carried.whole.len(), carried.broken.len()), (2, 0));
        assert!(findings.iter().all(Finding::holds), "{findings:?}");
        assert_eq!(&new[carried.whole[1].at.clone()], "12件");
    }

    #[test]
    fn a_changed_number_loses_its_seal_and_gets_it_back() {
        let (text, seals) = made();
        let changed = text.replace("84件", "85件");
        let (broken, findings) = seals.carry(text, &changed, &ledger());
        assert_eq!((broken.whole.len(), broken.broken.len()), (1, 1));
        assert_eq!((broken.broken[0].words.as_str(), broken.broken[0].fact.as_str()), ("84件", "c"));
        assert!(findings.iter().any(|one| one.verdict == Verdict::Contradicted && one.why.contains("84")));
        // Prose around it changes: the place still remembers.
        let (later, _) = broken.carry(&changed, &format!("总之，{changed}"), &ledger());
        assert_eq!(later.broken.len(), 1);
        let (back, _) = broken.carry(&changed, text, &ledger());
        assert_eq!(back, seals);
        // Written in another way it is the same number.
        let (words, findings) = seals.carry(text, &text.replace("84件", "八十四件"), &ledger());
        assert_eq!((words.whole.len(), words.broken.len()), (2, 0), "{findings:?}");
        let (gone, _) = seals.carry(text, "举报12件。", &ledger());
        assert_eq!((gone.whole.len(), gone.broken.len()), (1, 0));
    }
}
