//! Incidents out of matches: groups of messages that tell the same, with what officers said about pairs.

use std::collections::{BTreeMap, BTreeSet};

use crate::repeats::{Gate, Index, Match};

/// What officers decided about pairs of messages; it holds against every figure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// These two belong together.
    pub must: Vec<(usize, usize)>,
    /// These two do not.
    pub cannot: Vec<(usize, usize)>,
}

/// Least mean likeness of two groups that are joined (average linkage).
const MEAN: f32 = 0.12;
/// Pieces that are larger are not split any further.
const LARGE: usize = 1_500;

/// Groups of two and more, each ascending, the groups by their first message.
#[must_use]
pub fn cluster(index: &Index, gate: &Gate, ties: &Ties) -> Vec<Vec<usize>> {
    let mut edges: Vec<(usize, usize)> = ties.must.clone();
    for at in 0..index.len() {
        edges.extend(index.matches(at, gate).iter().map(|Match { at: earlier, .. }| (*earlier, at)));
    }
    let pieces = pieces(index.len(), &edges);
    let mut groups: Vec<Vec<usize>> =
        pieces.into_iter().flat_map(|piece| split(index, &piece, ties)).collect();
    groups.retain(|group| group.len() > 1 && (speaks(index, group) || tied(group, ties)));
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.sort();
    groups
}

/// Whether the messages have more in common than the name of a region.
fn speaks(index: &Index, group: &[usize]) -> bool {
    index.common(group, 40).iter().any(|common| !common.region)
}

fn tied(group: &[usize], ties: &Ties) -> bool {
    ties.must.iter().any(|(a, b)| group.contains(a) && group.contains(b))
}

/// Connected pieces.
fn pieces(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut above: Vec<usize> = (0..count).collect();
    for (a, b) in edges {
        let (a, b) = (root(&mut above, *a), root(&mut above, *b));
        above[a.max(b)] = a.min(b);
    }
    let mut pieces: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..count {
        pieces.entry(root(&mut above, at)).or_default().push(at);
    }
    pieces.into_values().filter(|piece| piece.len() > 1).collect()
}

fn root(above: &mut [usize], mut at: usize) -> usize {
    while above[at] != at {
        above[at] = above[above[at]];
        at = above[at];
    }
    at
}

/// Average linkage inside a piece, so that a chain of single likenesses does not join everything.
fn split(index: &Index, piece: &[usize], ties: &Ties) -> Vec<Vec<usize>> {
    if piece.len() > LARGE {
        return vec![piece.to_vec()];
    }
    let place = |at: usize| piece.binary_search(&at).ok();
    let mut sums: Vec<Vec<f32>> =
        piece.iter().map(|a| piece.iter().map(|b| index.likeness(*a, *b)).collect()).collect();
    for (pairs, value) in [(&ties.must, 1e6), (&ties.cannot, f32::NEG_INFINITY)] {
        for (a, b) in pairs.iter().filter_map(|(a, b)| Some((place(*a)?, place(*b)?))) {
            (sums[a][b], sums[b][a]) = (value, value);
        }
    }
    let mut groups: Vec<Vec<usize>> = piece.iter().map(|at| vec![*at]).collect();
    while let Some((a, b)) = closest(&groups, &sums) {
        let moved = std::mem::take(&mut groups[b]);
        groups[a].extend(moved);
        let gone = std::mem::take(&mut sums[b]);
        for (other, value) in gone.iter().enumerate() {
            if other != a && other != b && !groups[other].is_empty() {
                sums[a][other] += value;
                sums[other][a] = sums[a][other];
            }
        }
    }
    groups.into_iter().filter(|group| !group.is_empty()).collect()
}

/// The two groups with the highest mean likeness, if it is high enough.
fn closest(groups: &[Vec<usize>], sums: &[Vec<f32>]) -> Option<(usize, usize)> {
    let mut best = (MEAN, None);
    for (a, group) in groups.iter().enumerate().filter(|(_, group)| !group.is_empty()) {
        for (b, other) in groups.iter().enumerate().skip(a + 1).filter(|(_, other)| !other.is_empty()) {
            let mean = sums[a][b] / (group.len() * other.len()) as f32;
            if mean > best.0 {
                best = (mean, Some((a, b)));
            }
        }
    }
    best.1
}

/// Distinct people among the messages: those without a name count as one at most.
#[must_use]
pub fn distinct_people(people: &[&str]) -> usize {
    people.iter().collect::<BTreeSet<_>>().len()
}

/// Names for new groups that keep the old names where they can: a group takes the name of the old group with which it shares most
/// messages, each name once; others get `fresh(first message)`.
#[must_use]
pub fn keep_names(
    groups: &[Vec<usize>],
    old: &BTreeMap<usize, String>,
    mut fresh: impl FnMut(usize) -> String,
) -> Vec<String> {
    let mut wishes: Vec<(usize, usize, &str)> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        group
            .iter()
            .filter_map(|member| old.get(member))
            .for_each(|name| *counts.entry(name).or_default() += 1);
        wishes.extend(counts.into_iter().map(|(name, count)| (count, at, name)));
    }
    wishes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(b.2)));
    let (mut names, mut taken): (Vec<Option<String>>, BTreeSet<&str>) =
        (vec![None; groups.len()], BTreeSet::new());
    for (_, at, name) in wishes {
        if names[at].is_none() && taken.insert(name) {
            names[at] = Some(name.to_owned());
        }
    }
    names.into_iter().zip(groups).map(|(name, group)| name.unwrap_or_else(|| fresh(group[0]))).collect()
}
