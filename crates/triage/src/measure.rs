//! How good a model is, honestly: macro-F1 with an interval over groups, accuracy at each coverage, calibration.

use std::collections::BTreeMap;

use crate::{Verdict, calibrate::error, svm::Chance};

/// A document's true label and what was said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The true label.
    pub truth: String,
    /// What the model said.
    pub verdict: Verdict,
    /// Documents of one group are drawn together by the bootstrap; empty: by itself.
    pub group: String,
}

impl Judged {
    fn best(&self) -> (&str, f32) {
        self.verdict.ranked.first().map_or(("", 0.0), |(label, p)| (label, *p))
    }

    fn right(&self) -> bool {
        self.best().0 == self.truth
    }
}

/// Figures of one label.
#[derive(Debug, Clone, PartialEq)]
pub struct OfLabel {
    /// The label.
    pub label: String,
    /// True documents of it.
    pub count: usize,
    /// Precision, 0 to 1.
    pub precision: f64,
    /// Recall, 0 to 1.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// Accuracy among the surest part of the documents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Covered {
    /// Share of documents that are answered.
    pub coverage: f64,
    /// Accuracy among them.
    pub accuracy: f64,
    /// Least probability among them.
    pub from: f32,
}

/// Figures of a model on labelled documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Documents.
    pub count: usize,
    /// Share of right first answers.
    pub accuracy: f64,
    /// Unweighted mean of F1 over the true labels.
    pub macro_f1: f64,
    /// 95 % bootstrap interval of macro-F1 over groups.
    pub interval: (f64, f64),
    /// Share where the truth is among the first three.
    pub top3: f64,
    /// Expected calibration error over ten equal bins.
    pub ece: f64,
    /// Accuracy at 100 %, 95 %, … 50 % coverage.
    pub curve: Vec<Covered>,
    /// Coverage and accuracy at the probability given as sure.
    pub sure: Covered,
    /// Each label.
    pub labels: Vec<OfLabel>,
}

/// Draws of the bootstrap.
const DRAWS: usize = 500;

/// Figures; `sure` is the probability from which answers count as sure, fixed before.
#[must_use]
pub fn measure(judged: &[Judged], sure: f32) -> Figures {
    let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
    let right = judged.iter().filter(|one| one.right()).count();
    let among = |one: &&Judged| one.verdict.ranked.iter().take(3).any(|(label, _)| *label == one.truth);
    let names = names(judged);
    let table = labels(judged, &names);
    let held = judged.iter().filter(|one| one.best().1 >= sure);
    let (kept, good) = held.fold((0, 0), |(kept, good), one| (kept + 1, good + usize::from(one.right())));
    Figures {
        count: judged.len(),
        accuracy: share(right, judged.len()),
        macro_f1: table.iter().map(|label| label.f1).sum::<f64>() / table.len().max(1) as f64,
        interval: interval(judged, &names),
        top3: share(judged.iter().filter(among).count(), judged.len()),
        ece: error(judged),
        curve: (0..=10).map(|step| covered(judged, 1.0 - 0.05 * f64::from(step))).collect(),
        sure: Covered { coverage: share(kept, judged.len()), accuracy: share(good, kept), from: sure },
        labels: table,
    }
}

/// Unweighted mean of F1 over the true labels.
pub(crate) fn macro_f1<'a>(judged: impl Iterator<Item = &'a Judged>) -> f64 {
    // true, said, both
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for one in judged {
        counts.entry(&one.truth).or_default()[0] += 1;
        counts.entry(one.best().0).or_default()[1] += 1;
        counts.entry(&one.truth).or_default()[2] += usize::from(one.right());
    }
    let f1 = |c: &[usize; 3]| 2.0 * c[2] as f64 / (c[0] + c[1]).max(1) as f64;
    let of: Vec<f64> = counts.values().filter(|c| c[0] > 0).map(f1).collect();
    of.iter().sum::<f64>() / of.len().max(1) as f64
}

/// True labels, ascending.
fn names(judged: &[Judged]) -> Vec<&str> {
    judged
        .iter()
        .map(|one| one.truth.as_str())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn labels(judged: &[Judged], names: &[&str]) -> Vec<OfLabel> {
    let of = |name: &&str| {
        let truth = judged.iter().filter(|one| one.truth == *name).count();
        let said = judged.iter().filter(|one| one.best().0 == *name).count();
        let both = judged.iter().filter(|one| one.truth == *name && one.right()).count();
        let share = |all: usize| both as f64 / all.max(1) as f64;
        let f1 = 2.0 * both as f64 / (truth + said).max(1) as f64;
        OfLabel { label: (*name).to_owned(), count: truth, precision: share(said), recall: share(truth), f1 }
    };
    names.iter().map(of).collect()
}

/// Bootstrap over groups, seeded.
fn interval(judged: &[Judged], names: &[&str]) -> (f64, f64) {
    let class = |label: &str| names.binary_search(&label).unwrap_or(names.len());
    let mut groups: BTreeMap<(&str, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for (at, one) in judged.iter().enumerate() {
        let alone = if one.group.is_empty() { at } else { 0 };
        groups.entry((&one.group, alone)).or_default().push((class(&one.truth), class(one.best().0)));
    }
    let groups: Vec<Vec<(usize, usize)>> = groups.into_values().collect();
    if groups.is_empty() {
        return (0.0, 0.0);
    }
    let mut chance = Chance(2026);
    let mut draw = || {
        let mut counts = vec![[0usize; 3]; names.len() + 1];
        for _ in 0..groups.len() {
            for (truth, said) in &groups[chance.below(groups.len())] {
                counts[*truth][0] += 1;
                counts[*said][1] += 1;
                counts[*truth][2] += usize::from(truth == said);
            }
        }
        let f1 = |c: &[usize; 3]| 2.0 * c[2] as f64 / (c[0] + c[1]).max(1) as f64;
        counts[..names.len()].iter().map(f1).sum::<f64>() / names.len() as f64
    };
    let mut draws: Vec<f64> = (0..DRAWS).map(|_| draw()).collect();
    draws.sort_by(f64::total_cmp);
    (draws[DRAWS / 40], draws[DRAWS - 1 - DRAWS / 40])
}

/// Surest first.
fn ordered(judged: &[Judged]) -> Vec<(f32, bool)> {
    let mut all: Vec<(f32, bool)> = judged.iter().map(|one| (one.best().1, one.right())).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all
}

fn covered(judged: &[Judged], coverage: f64) -> Covered {
    let all = ordered(judged);
    let kept = ((coverage * all.len() as f64).round() as usize).min(all.len());
    let right = all[..kept].iter().filter(|(_, right)| *right).count();
    Covered {
        coverage,
        accuracy: right as f64 / kept.max(1) as f64,
        from: all[..kept].last().map_or(1.0, |(p, _)| *p),
    }
}

/// The least probability above which answers reach the precision asked; 1 where none do.
pub(crate) fn sure_from(judged: &[Judged], precision: f64) -> f32 {
    let (mut right, mut best) = (0usize, 1f32);
    for (at, (p, good)) in ordered(judged).into_iter().enumerate() {
        right += usize::from(good);
        if right as f64 >= precision * (at + 1) as f64 {
            best = p;
        }
    }
    best
}
