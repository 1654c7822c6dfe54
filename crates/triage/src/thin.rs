//! Words where samples are few: a label that was seen a few times is learned badly, one below `Settings::least` not at all. There the
//! words of a list decide, where they point to one label and the model is not sure, or refine its answer; and they say that they are
//! words, with no probability. Up to how many samples is chosen on unseen samples, never on those that are measured.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Judged, Lexicon, Model, Pointed, Verdict,
    measure::macro_f1,
    tree::{LEVEL, levels},
};

/// Bounds that are tried: samples of a label below which words decide; the least of the best is taken.
const BOUNDS: [u32; 6] = [0, 10, 30, 60, 100, 300];

/// How often each label and each above it was seen, ascending by label.
pub(crate) fn counts<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    labels.flat_map(levels).for_each(|path| *counts.entry(path).or_default() += 1);
    counts.into_iter().map(|(path, count)| (path.to_owned(), count)).collect()
}

fn lies_under(label: &str, above: &str) -> bool {
    label.strip_prefix(above).is_some_and(|below| below.starts_with(LEVEL))
}

/// The trees of these labels, told by the letter they begin with.
pub(crate) fn trees<'a>(labels: impl Iterator<Item = &'a str>) -> BTreeSet<Option<char>> {
    labels.map(|label| label.chars().next()).collect()
}

/// What the words of a text point to in some trees: 结块 says what was wrong, and nothing of what it was.
pub(crate) fn point(words: &Lexicon, text: &str, trees: &BTreeSet<Option<char>>) -> Vec<Pointed> {
    words.point_among(text, |label| trees.contains(&label.chars().next()))
}

/// The label that words point to, where they point to one: of two as heavy, of which neither lies in the other, none.
fn one(pointed: &[Pointed]) -> Option<&Pointed> {
    let (first, others) = pointed.split_first()?;
    let rival = others.iter().take_while(|other| other.weight == first.weight);
    let related =
        |other: &Pointed| lies_under(&first.label, &other.label) || lies_under(&other.label, &first.label);
    rival.into_iter().all(related).then_some(first)
}

impl Model {
    /// How many samples a label was learned from, with what lies below it.
    #[must_use]
    pub fn samples_of(&self, label: &str) -> u32 {
        let at = self.counts.binary_search_by(|(path, _)| path.as_str().cmp(label));
        at.map_or(0, |at| self.counts[at].1)
    }

    /// What words decide in the place of `verdict`: `pointed` is what they point to, the heaviest first, in labels of this model. A
    /// rule only refines an answer, to a label with few samples or none, or replaces one that is not sure by one with few.
    #[must_use]
    pub fn ruled<'a>(&self, verdict: &Verdict, pointed: &'a [Pointed]) -> Option<&'a Pointed> {
        ruled((&self.counts, self.rules_below, self.sure), verdict, pointed)
    }

    /// What the model says, and what the words of a list decide in its place where it has learned too little.
    ///
    /// ```
    /// use triage::{Lexicon, Sample, Settings, train};
    /// let texts = ["蛋糕里吃出头发", "饭店的菜变质了", "电动车电池鼓包", "手机屏幕坏了不保修"];
    /// let labels = ["食品", "食品", "商品", "商品"];
    /// let samples: Vec<Sample> = texts.iter().zip(labels).map(|(text, label)| Sample { text, label, group: "" }).collect();
    /// let model = train(&samples, &Settings { folds: 2, ..Settings::default() }).expect("two labels").model;
    /// let words = Lexicon::of("食品/饮料 饮料 奶茶 果汁");
    /// assert_eq!(model.classify_with("饭店的奶茶变质了", &words).1.unwrap().label, "食品/饮料");
    /// ```
    #[must_use]
    pub fn classify_with(&self, text: &str, words: &Lexicon) -> (Verdict, Option<Pointed>) {
        let verdict = self.classify(text);
        let pointed = point(words, text, &trees(self.counts.iter().map(|(label, _)| label.as_str())));
        let rule = self.ruled(&verdict, &pointed).cloned();
        (verdict, rule)
    }
}

type Known<'a> = (&'a [(String, u32)], u32, f32);

fn ruled<'a>(
    (counts, below, sure): Known<'_>,
    verdict: &Verdict,
    pointed: &'a [Pointed],
) -> Option<&'a Pointed> {
    let found = one(pointed)?;
    let seen = counts.binary_search_by(|(path, _)| path.as_str().cmp(&found.label));
    let seen = seen.map_or(0, |at| counts[at].1);
    let refines = lies_under(&found.label, &verdict.label);
    // a label that nobody used in all that time does not take the place of one that was
    let replaces = found.label != verdict.label
        && !lies_under(&verdict.label, &found.label)
        && seen > 0
        && verdict.probability < sure;
    (refines && seen < below.max(1) || replaces && seen < below).then_some(found)
}

/// What stands first where a rule decides: it has no probability of its own, so it takes the place of the answer with the answer's.
fn with_rule(one: &Judged, known: Known<'_>, pointed: &[Pointed]) -> Judged {
    let Some(rule) = ruled(known, &one.verdict, pointed) else { return one.clone() };
    let mut verdict = one.verdict.clone();
    let said = verdict.ranked.first().map_or(0.0, |(_, said)| *said);
    verdict.ranked.retain(|(label, _)| *label != rule.label);
    verdict.ranked.insert(0, (rule.label.clone(), said));
    verdict.label.clone_from(&rule.label);
    Judged { verdict, ..one.clone() }
}

/// A model's answers on unseen samples, and what is known of the folds that it learned from.
pub(crate) struct Unseen<'a> {
    pub judged: &'a [Judged],
    pub folds: &'a [usize],
    /// Counts of the labels outside each fold.
    pub counts: &'a [Vec<(String, u32)>],
    pub sure: f32,
}

impl Unseen<'_> {
    fn under(&self, bound: u32, pointed: &[Vec<Pointed>]) -> Vec<Judged> {
        let tell = |at: usize| {
            let known = (self.counts[self.folds[at]].as_slice(), bound, self.sure);
            with_rule(&self.judged[at], known, &pointed[at])
        };
        (0..self.judged.len()).map(tell).collect()
    }

    /// The bound that is best on all samples, and what is said of each sample with the bound that is best on the other folds.
    pub fn bound(&self, pointed: &[Vec<Pointed>]) -> (u32, Vec<Judged>) {
        let tried: Vec<Vec<Judged>> = BOUNDS.iter().map(|bound| self.under(*bound, pointed)).collect();
        let best = |without: Option<usize>| {
            let figure = |at: &usize| {
                let kept = tried[*at].iter().zip(self.folds).filter(|(_, fold)| Some(**fold) != without);
                macro_f1(kept.map(|(one, _)| one))
            };
            let figures: Vec<f64> = (0..BOUNDS.len()).map(|at| figure(&at)).collect();
            // the first of the highest
            (0..BOUNDS.len()).fold(0, |best, at| if figures[at] > figures[best] + 1e-12 { at } else { best })
        };
        let count = self.counts.len();
        let of_fold: Vec<usize> = (0..count).map(|fold| best(Some(fold))).collect();
        let told = (0..self.judged.len()).map(|at| tried[of_fold[self.folds[at]]][at].clone()).collect();
        (BOUNDS[best(None)], told)
    }
}
