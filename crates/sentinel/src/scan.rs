//! Scans over places and time: which neighbouring places had too many, and since when.
//!
//! Expectation-based Poisson (Neill and others 2005), population-based (Kulldorff 2001) and space-time permutation (Kulldorff and
//! others 2005). Chance by replicates from a seed; Gumbel's approximation by Abrams, Kulldorff and Kleinman (2010).

use std::collections::BTreeSet;

use crate::random::Chance;

/// How a zone is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Against the counts expected there; the rest of the map says nothing.
    Expectation,
    /// Against the share of the population; the total is given.
    Population,
    /// Against the counts alone: the share of the place times the share of the time.
    Permutation,
}

/// Counts and what they are compared with: `rows` of time, oldest first, one number for each place in each.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Counts by time and place.
    pub counts: Vec<Vec<u32>>,
    /// Expected counts or population by time and place; not read by [`Kind::Permutation`].
    pub baselines: Vec<Vec<f64>>,
}

/// A zone in the last `duration` rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Places, ascending.
    pub places: Vec<usize>,
    /// Rows of time, up to the last.
    pub duration: usize,
    /// Counted.
    pub count: u32,
    /// Expected.
    pub expected: f64,
    /// Log-likelihood ratio.
    pub score: f64,
}

/// `C ln(C/B) + B − C` where more came than expected, else 0.
///
/// ```
/// // New Mexico, Los Alamos and Santa Fe, 1986–89
/// assert!((sentinel::scan::expectation(43.0, 20.658_531) - 9.180_617).abs() < 1e-6);
/// ```
pub fn expectation(count: f64, expected: f64) -> f64 {
    if count <= expected {
        return 0.0;
    }
    if expected <= 0.0 {
        return f64::INFINITY;
    }
    count * (count / expected).ln() + expected - count
}

/// Kulldorff's ratio where `expected` is normalised to the `total`.
pub fn conditional(count: f64, expected: f64, total: f64) -> f64 {
    if count <= expected || expected <= 0.0 {
        return 0.0;
    }
    let rest = total - count;
    let outside = if rest > 0.0 { rest * (rest / (total - expected)).ln() } else { 0.0 };
    count * (count / expected).ln() + outside
}

/// Great-circle distance in km of two `(longitude, latitude)` in degrees.
pub fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lon, lat) = ((b.0 - a.0).to_radians(), (b.1 - a.1).to_radians());
    let haversine = (lat / 2.0).sin().powi(2)
        + a.1.to_radians().cos() * b.1.to_radians().cos() * (lon / 2.0).sin().powi(2);
    2.0 * 6_371.0 * haversine.sqrt().min(1.0).asin()
}

/// Every place with its 0, 1, … `k − 1` nearest others; each set once, the smallest first.
pub fn nearest(places: &[(f64, f64)], k: usize) -> Vec<Vec<usize>> {
    let mut zones = BTreeSet::new();
    for from in places {
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by(|a, b| {
            distance(*from, places[*a]).total_cmp(&distance(*from, places[*b])).then(a.cmp(b))
        });
        for size in 1..=k.min(places.len()) {
            let mut zone = order[..size].to_vec();
            zone.sort_unstable();
            zones.insert((size, zone));
        }
    }
    zones.into_iter().map(|(_, zone)| zone).collect()
}

impl Map {
    fn total(&self) -> f64 {
        self.counts.iter().flatten().map(|y| f64::from(*y)).sum()
    }

    /// What is expected at each time and place.
    fn expected(&self, kind: Kind) -> Vec<Vec<f64>> {
        let total = self.total();
        match kind {
            Kind::Expectation => self.baselines.clone(),
            Kind::Population => {
                let all: f64 = self.baselines.iter().flatten().sum();
                self.baselines.iter().map(|row| row.iter().map(|b| b * total / all).collect()).collect()
            }
            Kind::Permutation => {
                let places = self.counts.first().map_or(0, Vec::len);
                let of_place: Vec<f64> =
                    (0..places).map(|p| self.counts.iter().map(|row| f64::from(row[p])).sum()).collect();
                let times = self.counts.iter().map(|row| row.iter().map(|y| f64::from(*y)).sum::<f64>());
                times.map(|t| of_place.iter().map(|p| p * t / total.max(1.0)).collect()).collect()
            }
        }
    }

    /// Every zone at its best duration, the highest score first; zones that score nothing are left out.
    pub fn scan(&self, zones: &[Vec<usize>], kind: Kind) -> Vec<Cluster> {
        let (total, expected) = (self.total(), self.expected(kind));
        let mut found: Vec<Cluster> =
            zones.iter().filter_map(|zone| self.best(zone, kind, &expected, total)).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.places.cmp(&b.places)));
        found
    }

    fn best(&self, zone: &[usize], kind: Kind, expected: &[Vec<f64>], total: f64) -> Option<Cluster> {
        let (mut count, mut sum, mut best) = (0, 0.0, None::<Cluster>);
        for (duration, (row, means)) in self.counts.iter().zip(expected).rev().enumerate() {
            count += zone.iter().map(|p| row[*p]).sum::<u32>();
            sum += zone.iter().map(|p| means[*p]).sum::<f64>();
            let score = match kind {
                Kind::Expectation => expectation(f64::from(count), sum),
                Kind::Population | Kind::Permutation => conditional(f64::from(count), sum, total),
            };
            if score > best.as_ref().map_or(0.0, |b| b.score) {
                best = Some(Cluster {
                    places: zone.to_vec(),
                    duration: duration + 1,
                    count,
                    expected: sum,
                    score,
                });
            }
        }
        best
    }

    /// The map under chance alone.
    fn replicate(&self, kind: Kind, expected: &[Vec<f64>], chance: &mut Chance) -> Self {
        let mut counts: Vec<Vec<u32>> = self.counts.iter().map(|row| vec![0; row.len()]).collect();
        match kind {
            Kind::Expectation => {
                for (row, means) in counts.iter_mut().zip(expected) {
                    for (y, mean) in row.iter_mut().zip(means) {
                        *y = chance.poisson(*mean);
                    }
                }
            }
            Kind::Population => {
                let mut cells = Vec::new();
                let mut sum = 0.0;
                for (t, row) in expected.iter().enumerate() {
                    for (p, mean) in row.iter().enumerate() {
                        sum += mean;
                        cells.push((sum, t, p));
                    }
                }
                for _ in 0..self.total() as u64 {
                    let at = chance.between(0.0, sum);
                    let cell = cells.partition_point(|(upto, ..)| *upto <= at).min(cells.len() - 1);
                    counts[cells[cell].1][cells[cell].2] += 1;
                }
            }
            Kind::Permutation => {
                let cases = |(t, row): (usize, &Vec<u32>)| {
                    let each = |(p, y): (usize, &u32)| std::iter::repeat_n((t, p), *y as usize);
                    row.iter().enumerate().flat_map(each).collect::<Vec<_>>()
                };
                let cases: Vec<(usize, usize)> = self.counts.iter().enumerate().flat_map(cases).collect();
                let mut times: Vec<usize> = cases.iter().map(|case| case.0).collect();
                chance.shuffle(&mut times);
                for (t, (_, p)) in times.into_iter().zip(cases) {
                    counts[t][p] += 1;
                }
            }
        }
        Self { counts, baselines: self.baselines.clone() }
    }

    /// The highest scores of `replicates` maps under chance alone.
    pub fn replicates(&self, zones: &[Vec<usize>], kind: Kind, replicates: usize, seed: u64) -> Vec<f64> {
        let (mut chance, expected) = (Chance::new(seed), self.expected(kind));
        let mut highest = |_| {
            let map = self.replicate(kind, &expected, &mut chance);
            map.scan(zones, kind).first().map_or(0.0, |cluster| cluster.score)
        };
        (0..replicates).map(&mut highest).collect()
    }
}

/// Chance of a score at least as high, by its rank among replicates.
pub fn p_by_rank(score: f64, replicates: &[f64]) -> f64 {
    let above = replicates.iter().filter(|r| **r >= score).count();
    (above as f64 + 1.0) / (replicates.len() as f64 + 1.0)
}

/// Chance of a score at least as high, by Gumbel's distribution fitted to the replicates (moments).
pub fn p_by_gumbel(score: f64, replicates: &[f64]) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    let n = replicates.len() as f64;
    let mean = replicates.iter().sum::<f64>() / n;
    let variance = replicates.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let scale = (6.0 * variance).sqrt() / std::f64::consts::PI;
    let mode = mean - EULER * scale;
    -(-(-(score - mode) / scale).exp()).exp_m1()
}
