//! A classifier at each branching of the tree of labels (local classifier per parent node, Silla & Freitas 2011). A label is a
//! path, its levels separated by `/`; a flat set of labels is a tree of one node.

use std::collections::BTreeMap;

use crate::{
    grams::Features,
    svm::{LANES, Penalty, solve},
};

/// Marks levels of a label.
pub(crate) const LEVEL: char = '/';

const NONE: u32 = u32::MAX;
/// A place whose weights are all smaller than this is left out.
const NOTHING: f32 = 1e-3;

/// Weights of one node: a row for each place that says something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub classes: usize,
    /// Row of each place, or none.
    pub rows: Vec<u32>,
    /// Rows one after the other; the first is the constant.
    pub weights: Vec<f32>,
}

impl Table {
    fn of(classes: usize, places: usize, blocks: &[Vec<[f32; LANES]>]) -> Table {
        let mut table = Table { classes, rows: vec![NONE; places], weights: Vec::new() };
        let row = |place: usize| {
            let of = move |class: usize| blocks[class / LANES][place][class % LANES];
            (0..classes).map(of).collect::<Vec<f32>>()
        };
        table.weights.extend(row(places));
        for place in 0..places {
            let row = row(place);
            if row.iter().any(|weight| weight.abs() >= NOTHING) {
                table.rows[place] = (table.weights.len() / classes) as u32;
                table.weights.extend(row);
            }
        }
        table
    }

    fn row(&self, place: u32) -> Option<&[f32]> {
        let row = *self.rows.get(place as usize)?;
        (row != NONE).then(|| &self.weights[row as usize * self.classes..][..self.classes])
    }

    /// Decision values of the classes.
    pub fn scores(&self, features: &Features) -> Vec<f32> {
        let mut sum = self.weights[..self.classes].to_vec();
        for (place, value) in features.places.iter().zip(&features.weights) {
            if let Some(row) = self.row(*place) {
                sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * value);
            }
        }
        sum
    }

    /// What a place adds to a class above what it adds to the others on the average, for a weight of 1.
    pub fn pull(&self, place: u32, class: usize) -> f32 {
        let Some(row) = self.row(place) else { return 0.0 };
        let others = row.iter().sum::<f32>() - row[class];
        row[class] - others / (row.len().max(2) - 1) as f32
    }
}

/// One branching.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// Path of the parent, empty at the root.
    pub path: String,
    /// Paths of the children, ascending; the parent's own path stands for "none of the deeper ones".
    pub classes: Vec<String>,
    /// None where there is one class.
    pub table: Option<Table>,
    /// Scores are multiplied by this before they become probabilities.
    pub heat: f32,
}

impl Node {
    /// Decision values; one class has one of nought.
    pub fn scores(&self, features: &Features) -> Vec<f32> {
        self.table.as_ref().map_or_else(|| vec![0.0], |table| table.scores(features))
    }

    pub fn probabilities(&self, features: &Features) -> Vec<f32> {
        softmax(&self.scores(features), self.heat)
    }
}

/// Probabilities of scores multiplied by `heat`.
pub(crate) fn softmax(scores: &[f32], heat: f32) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut out: Vec<f32> = scores.iter().map(|score| ((score - highest) * heat).exp()).collect();
    let sum: f32 = out.iter().sum();
    out.iter_mut().for_each(|value| *value /= sum);
    out
}

/// The label cut to the deepest level that has enough samples; the first level always stays.
pub(crate) fn backed_off<'a>(labels: &[&'a str], least: usize) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in labels {
        levels(label).for_each(|path| *counts.entry(path).or_default() += 1);
    }
    let cut = |label: &&'a str| {
        let kept = levels(label).take_while(|path| !path.contains(LEVEL) || counts[path] >= least);
        kept.last().unwrap_or(label)
    };
    labels.iter().map(cut).collect()
}

/// `a/b/c`: `a`, `a/b`, `a/b/c`.
pub(crate) fn levels(label: &str) -> impl Iterator<Item = &str> {
    label.match_indices(LEVEL).map(|(at, _)| &label[..at]).chain(std::iter::once(label))
}

/// The child of `parent` on the way to `label`; the parent itself where the label ends there; none where it lies elsewhere.
pub(crate) fn child<'a>(parent: &str, label: &'a str) -> Option<&'a str> {
    if parent == label {
        return Some(label);
    }
    levels(label).find(|path| {
        let above = path.rfind(LEVEL).map_or("", |at| &path[..at]);
        above == parent
    })
}

/// The nodes of a set of labels (already backed off), without weights.
pub(crate) fn shape(labels: &[&str]) -> Vec<Node> {
    let mut children: BTreeMap<&str, std::collections::BTreeSet<&str>> = BTreeMap::new();
    for label in labels {
        let mut above = "";
        for path in levels(label) {
            children.entry(above).or_default().insert(path);
            above = path;
        }
    }
    for label in labels {
        // who stops at a place that others pass
        if let Some(below) = children.get_mut(label) {
            below.insert(label);
        }
    }
    let node = |(path, classes): (&str, std::collections::BTreeSet<&str>)| Node {
        path: path.to_owned(),
        classes: classes.into_iter().map(str::to_owned).collect(),
        table: None,
        heat: 1.0,
    };
    children.into_iter().map(node).collect()
}

/// Which documents belong to a node, and to which of its classes.
pub(crate) fn members(node: &Node, labels: &[&str]) -> (Vec<usize>, Vec<usize>) {
    let class = |label: &str| {
        let path = child(&node.path, label)?;
        node.classes.binary_search_by(|class| class.as_str().cmp(path)).ok()
    };
    labels.iter().enumerate().filter_map(|(at, label)| Some((at, class(label)?))).unzip()
}

/// Learns a node from the documents named.
pub(crate) fn fit(
    node: &Node,
    (documents, classes): (&[&Features], &[usize]),
    places: usize,
    penalty: &Penalty,
) -> Option<Table> {
    let count = node.classes.len();
    (count > 1).then(|| Table::of(count, places, &solve(documents, classes, (count, places), penalty)))
}
