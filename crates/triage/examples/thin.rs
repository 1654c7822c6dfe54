//! What rules for labels with few samples are worth: `thin WORDS [KEPT,… [LABEL,…]] < LINES`, lines `label TAB group TAB text`, words a
//! list of `Lexicon`. Of one label after the other only some samples are kept in the folds that are learned from, none is taken away from
//! those that are measured. Prints lines of a table: samples kept, macro-F1 of the model alone and with the words, mean F1 of the
//! thinned label alone and with the words, and at what bounds.

use std::{collections::BTreeSet, error::Error, io::Read as _};

use triage::{Figures, Judged, Lexicon, Sample, Settings, measure, train_with};

/// Samples kept of the thinned label; what is no number keeps all.
const KEPT: &str = "3,10,30,100,all";
const FOLDS: usize = 5;

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn f1_of(figures: &Figures, label: &str) -> f64 {
    figures.labels.iter().find(|one| one.label == label).map_or(0.0, |one| one.f1)
}

/// Outer folds of groups, by the order in which groups come.
fn folds(samples: &[Sample]) -> Vec<usize> {
    let groups: Vec<&str> =
        samples.iter().map(|one| one.group).collect::<BTreeSet<_>>().into_iter().collect();
    samples.iter().map(|one| groups.binary_search(&one.group).unwrap_or(0) % FOLDS).collect()
}

/// Alone, with the words, and the bounds chosen.
type Answers = (Vec<Judged>, Vec<Judged>, Vec<u32>);

/// Answers on every fold by models that learned on the others, with few samples of `label`: alone, and with the words.
fn judged(
    samples: &[Sample],
    folds: &[usize],
    words: &Lexicon,
    (label, kept): (&str, usize),
) -> Result<Answers, Box<dyn Error>> {
    let (mut alone, mut with, mut bounds) = (Vec::new(), Vec::new(), Vec::new());
    for fold in 0..FOLDS {
        let mut left = kept;
        let others = samples.iter().zip(folds).filter(|(_, f)| **f != fold).map(|(one, _)| *one);
        let learned: Vec<Sample> = others
            .filter(|one| {
                let own = one.label == label;
                let keep = !own || left > 0;
                left = left.saturating_sub(usize::from(own));
                keep
            })
            .collect();
        let model = train_with(&learned, &Settings::default(), words)?.model;
        bounds.push(model.rules_below);
        for one in samples.iter().zip(folds).filter(|(_, f)| **f == fold).map(|(one, _)| one) {
            let (verdict, rule) = model.classify_with(one.text, words);
            let judged = Judged { truth: one.label.to_owned(), verdict, group: one.group.to_owned() };
            let mut told = judged.clone();
            if let Some(rule) = rule {
                let said = told.verdict.probability;
                told.verdict.ranked.retain(|(label, _)| *label != rule.label);
                told.verdict.ranked.insert(0, (rule.label, said));
            }
            alone.push(judged);
            with.push(told);
        }
    }
    Ok((alone, with, bounds))
}

fn main() -> Result<(), Box<dyn Error>> {
    let words = Lexicon::of(&std::fs::read_to_string(std::env::args().nth(1).ok_or("no list of words")?)?);
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let rows: Vec<Vec<&str>> = input.lines().map(|line| line.splitn(3, '\t').collect()).collect();
    let rows = rows.iter().filter(|row| row.len() == 3);
    let samples: Vec<Sample> =
        rows.map(|row| Sample { text: row[2], label: row[0], group: row[1] }).collect();
    let folds = folds(&samples);
    let all: BTreeSet<&str> = samples.iter().map(|one| one.label).collect();
    let (kept, wanted) =
        (std::env::args().nth(2).unwrap_or_else(|| KEPT.to_owned()), std::env::args().nth(3));
    let labels: Vec<&str> = match &wanted {
        Some(wanted) => wanted.split(',').filter(|label| all.contains(label)).collect(),
        None => all.into_iter().collect(),
    };
    for kept in kept.split(',').map(|kept| kept.parse().unwrap_or(usize::MAX)) {
        let (mut macro_f1, mut own, mut bounds) =
            ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()], Vec::new());
        // all samples: one run says it for every label
        for label in labels.iter().take(if kept == usize::MAX { 1 } else { labels.len() }) {
            let (alone, with, of) = judged(&samples, &folds, &words, (label, kept))?;
            for (at, judged) in [alone, with].iter().enumerate() {
                let figures = measure(judged, 1.0);
                macro_f1[at].push(figures.macro_f1);
                own[at].push(f1_of(&figures, label));
            }
            bounds.extend(of);
        }
        let said = if kept == usize::MAX { "all".to_owned() } else { kept.to_string() };
        let seen: BTreeSet<u32> = bounds.into_iter().collect();
        println!(
            "{said}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{seen:?}",
            mean(&macro_f1[0]),
            mean(&macro_f1[1]),
            mean(&own[0]),
            mean(&own[1])
        );
    }
    Ok(())
}
