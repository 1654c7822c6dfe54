//! Linear support vector machines, one against the rest, by dual coordinate descent for the squared hinge loss
//! (Hsieh et al. 2008, the algorithm of LIBLINEAR's `-s 1`). Up to [`LANES`] classes are solved in one pass over the documents:
//! the same order, one look at memory. Nothing here is random but the order, which a seed fixes.

use crate::grams::Features;

/// Classes solved side by side.
pub(crate) const LANES: usize = 8;

/// What the solver is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    /// Cost of a fault (C).
    pub cost: f32,
    /// Rare classes count more: `C · n / (k · n_c)` for a class's own documents, as scikit-learn's `class_weight="balanced"`.
    pub balanced: bool,
    /// Ends when no gradient of a whole pass is larger.
    pub tolerance: f32,
    /// Passes at most.
    pub passes: usize,
    /// Fixes the order of documents.
    pub seed: u64,
}

impl Default for Penalty {
    fn default() -> Penalty {
        Penalty { cost: 2.0, balanced: true, tolerance: 0.1, passes: 60, seed: 42 }
    }
}

/// Weights of a block of classes: one row of [`LANES`] for every place, the last row is the constant.
type Block = Vec<[f32; LANES]>;

/// What is being solved for. Documents that did not move rest for some passes, longer each time, in place of LIBLINEAR's shrinking;
/// the last pass looks at all of them.
struct State {
    weights: Block,
    /// Dual variables, from nought without an upper end.
    alphas: Vec<[f32; LANES]>,
    /// Passes still to rest, and how long the last rest was.
    rest: Vec<(u8, u8)>,
}

struct Problem<'a> {
    documents: &'a [&'a Features],
    squares: Vec<f32>,
}

/// Weights of every class: `weights[class / LANES][place][class % LANES]`; the row after the last place is the constant.
pub(crate) fn solve(
    documents: &[&Features],
    labels: &[usize],
    (classes, places): (usize, usize),
    penalty: &Penalty,
) -> Vec<Block> {
    let squares = documents.iter().map(|d| d.weights.iter().map(|w| w * w).sum::<f32>() + 1.0).collect();
    let problem = Problem { documents, squares };
    let mut sizes = vec![0usize; classes];
    labels.iter().for_each(|label| sizes[*label] += 1);
    (0..classes.div_ceil(LANES))
        .map(|block| problem.block(block * LANES, labels, &sizes, places, penalty))
        .collect()
}

impl Problem<'_> {
    fn block(
        &self,
        first: usize,
        labels: &[usize],
        sizes: &[usize],
        places: usize,
        penalty: &Penalty,
    ) -> Block {
        let lanes = (sizes.len() - first).min(LANES);
        let half = 0.5 / penalty.cost;
        let mut own = [half; LANES];
        if penalty.balanced {
            let even = labels.len() as f32 / sizes.len() as f32;
            own.iter_mut().zip(&sizes[first..]).for_each(|(own, size)| *own *= (*size).max(1) as f32 / even);
        }
        let mut state = State {
            weights: vec![[0f32; LANES]; places + 1],
            alphas: vec![[0f32; LANES]; labels.len()],
            rest: vec![(0, 0); labels.len()],
        };
        let mut order: Vec<usize> = (0..labels.len()).collect();
        let (mut chance, mut all_awake) = (Chance(penalty.seed), true);
        for _ in 0..penalty.passes {
            chance.shuffle(&mut order);
            let mut worst = 0f32;
            for &at in &order {
                if state.rest[at].0 > 0 && !all_awake {
                    state.rest[at].0 -= 1;
                    continue;
                }
                let mine = labels[at].wrapping_sub(first);
                let halves = std::array::from_fn(|lane| if lane == mine { own[lane] } else { half });
                worst = worst.max(self.step(at, (mine, lanes), &halves, &mut state, penalty.tolerance / 4.0));
            }
            if worst < penalty.tolerance && all_awake {
                break;
            }
            all_awake = worst < penalty.tolerance;
        }
        state.weights
    }

    /// One document, all classes of the block; the largest gradient that was followed.
    fn step(
        &self,
        at: usize,
        (mine, lanes): (usize, usize),
        halves: &[f32; LANES],
        state: &mut State,
        least: f32,
    ) -> f32 {
        let document = self.documents[at];
        let places = state.weights.len() - 1;
        let margins = dot(document, &state.weights, places);
        let (mut steps, mut worst) = ([0f32; LANES], 0f32);
        for lane in 0..lanes {
            let sign = if lane == mine { 1.0 } else { -1.0 };
            let alpha = state.alphas[at][lane];
            let gradient = sign * margins[lane] - 1.0 + halves[lane] * alpha;
            let projected = if alpha == 0.0 { gradient.min(0.0) } else { gradient };
            if projected.abs() > least {
                worst = worst.max(projected.abs());
                let next = (alpha - gradient / (self.squares[at] + halves[lane])).max(0.0);
                steps[lane] = (next - alpha) * sign;
                state.alphas[at][lane] = next;
            }
        }
        if worst > 0.0 {
            add(document, &mut state.weights, places, &steps);
            state.rest[at] = (0, 0);
        } else {
            let longer = (state.rest[at].1 * 2 + 1).min(7);
            state.rest[at] = (longer, longer);
        }
        worst
    }
}

fn dot(document: &Features, weights: &[[f32; LANES]], places: usize) -> [f32; LANES] {
    let mut sum = weights[places];
    for (place, value) in document.places.iter().zip(&document.weights) {
        let row = &weights[*place as usize];
        for lane in 0..LANES {
            sum[lane] += row[lane] * value;
        }
    }
    sum
}

fn add(document: &Features, weights: &mut [[f32; LANES]], places: usize, steps: &[f32; LANES]) {
    for (place, value) in document.places.iter().zip(&document.weights) {
        let row = &mut weights[*place as usize];
        for lane in 0..LANES {
            row[lane] += steps[lane] * value;
        }
    }
    for lane in 0..LANES {
        weights[places][lane] += steps[lane];
    }
}

/// SplitMix64 (Steele et al. 2014): the same numbers everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight documents of three classes; coefficients and intercepts by scikit-learn 1.x, `LinearSVC(C=2, tol=1e-12)`.
    #[test]
    fn weights_equal_those_of_liblinear() {
        let rows = [
            [0.6, 0.8, 0.0],
            [0.8, 0.6, 0.0],
            [0.0, 0.6, 0.8],
            [0.0, 0.8, 0.6],
            [0.6, 0.0, 0.8],
            [0.8, 0.0, 0.6],
            [1.0, 0.0, 0.0],
            [0.0, 0.0, 1.0f32],
        ];
        let labels = [0, 0, 1, 1, 2, 2, 0, 1];
        let documents: Vec<Features> =
            rows.iter().map(|row| Features { places: vec![0, 1, 2], weights: row.to_vec() }).collect();
        let documents: Vec<&Features> = documents.iter().collect();
        let golden = [
            (
                false,
                [
                    [0.763113, 0.445582, -1.762963, -0.058416],
                    [-1.762963, 0.445582, 0.763113, -0.058416],
                    [0.907244, -0.773571, 0.907244, -1.100492],
                ],
            ),
            (
                true,
                [
                    [0.747689, 0.439466, -1.739674, -0.068626],
                    [-1.739674, 0.439466, 0.747689, -0.068625],
                    [1.041999, -0.844399, 1.041999, -1.151043],
                ],
            ),
        ];
        for (balanced, expected) in golden {
            let penalty = Penalty { cost: 2.0, balanced, tolerance: 1e-6, passes: 20_000, seed: 7 };
            let blocks = solve(&documents, &labels, (3, 3), &penalty);
            for (class, row) in expected.iter().enumerate() {
                for (place, value) in row.iter().enumerate() {
                    let got = f64::from(blocks[0][place][class]);
                    assert!(
                        (got - value).abs() < 1e-4,
                        "{balanced} class {class} place {place}: {got} is not {value}"
                    );
                }
            }
        }
    }

    #[test]
    fn more_classes_than_lanes_are_solved_in_blocks() {
        let documents: Vec<Features> =
            (0..20).map(|at| Features { places: vec![at], weights: vec![1.0] }).collect();
        let documents: Vec<&Features> = documents.iter().collect();
        let labels: Vec<usize> = (0..20).collect();
        let blocks = solve(&documents, &labels, (20, 20), &Penalty::default());
        assert_eq!(blocks.len(), 3);
        for class in 0..20 {
            let of = |place: usize| blocks[class / LANES][place][class % LANES];
            assert!((0..20).filter(|place| *place != class).all(|place| of(place) < of(class)));
        }
    }
}
