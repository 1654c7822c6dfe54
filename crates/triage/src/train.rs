//! Learning a model from closed matters.

use std::collections::BTreeMap;

use crate::{
    Calibration, Lexicon, Pointed, Verdict,
    calibrate::{Unseen, chosen, heat},
    grams::{Counter, Features, Idf},
    measure::{Judged, sure_from},
    model::Model,
    normal::normalise,
    svm::Penalty,
    thin,
    tree::{Node, backed_off, fit, members, shape},
};

/// One document with its label.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The text as it came.
    pub text: &'a str,
    /// A path of labels, its levels separated by `/`.
    pub label: &'a str,
    /// What must not stand on both sides of a split: near-duplicates, one person's messages. Empty: the first 30 characters.
    pub group: &'a str,
}

/// How a model is learned. The defaults are what the figures in the README were measured with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Places of features: `1 << bits`.
    pub bits: u32,
    /// The solver.
    pub penalty: Penalty,
    /// Folds by group, for calibration and for figures on unseen documents; at least 2.
    pub folds: usize,
    /// Labels below the first level with fewer samples fall back to their parent.
    pub least: usize,
    /// Precision asked of the answers that count as sure.
    pub precision: f64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { bits: 17, penalty: Penalty::default(), folds: 5, least: 30, precision: 0.975 }
    }
}

/// Why nothing can be learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untrainable {
    /// No sample has a text and a label.
    Empty,
    /// All samples have the same label.
    OneLabel,
    /// Fewer groups than folds.
    FewGroups,
}

impl std::fmt::Display for Untrainable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Untrainable::Empty => "没有既有文字又有类别的样本",
            Untrainable::OneLabel => "全部样本是同一个类别",
            Untrainable::FewGroups => "样本的组数少于折数",
        })
    }
}

impl std::error::Error for Untrainable {}

/// A model, and what models that had not seen the document said about each sample, in the order of the samples.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// Out-of-fold answers of the model alone.
    pub unseen: Vec<Judged>,
    /// The same with the rules for labels with few samples, each by the bound that is best on the other folds.
    pub ruled: Vec<Judged>,
    /// What temperature and steps are worth on unseen samples.
    pub calibration: Calibration,
}

/// Learns a model. The same samples give the same model, bit for bit.
///
/// # Errors
/// [`Untrainable`].
///
/// ```
/// use triage::{Sample, Settings, train};
/// let texts = ["蛋糕里吃出头发", "饭店的菜变质了", "电动车电池鼓包", "手机屏幕坏了不保修"];
/// let labels = ["食品", "食品", "商品", "商品"];
/// let samples: Vec<Sample> = texts.iter().zip(labels).map(|(text, label)| Sample { text, label, group: "" }).collect();
/// let trained = train(&samples, &Settings { folds: 2, ..Settings::default() }).expect("two labels");
/// assert_eq!(trained.model.classify("蛋糕变质了").label, "食品");
/// ```
pub fn train(samples: &[Sample], settings: &Settings) -> Result<Trained, Untrainable> {
    train_with(samples, settings, &Lexicon::shipped().as_paths())
}

/// The same with words of one's own for labels with few samples.
///
/// # Errors
/// [`Untrainable`].
pub fn train_with(samples: &[Sample], settings: &Settings, words: &Lexicon) -> Result<Trained, Untrainable> {
    let labels: Vec<&str> = samples.iter().map(|sample| sample.label).collect();
    let labels = backed_off(&labels, settings.least);
    let first = labels.first().ok_or(Untrainable::Empty)?;
    if labels.iter().all(|label| label == first) {
        return Err(Untrainable::OneLabel);
    }
    let folds = folds(samples, settings.folds.max(2)).ok_or(Untrainable::FewGroups)?;
    let mut counter = Counter::new(settings.bits);
    let counted: Vec<Vec<(u32, u16)>> = samples.iter().map(|sample| counter.count(sample.text)).collect();
    let whole = learn(&counted, &labels, None, settings);
    let parts: Vec<Model> = (0..settings.folds.max(2))
        .map(|fold| learn(&counted, &labels, Some((&folds, fold)), settings))
        .collect();
    let weighed: Vec<Features> =
        counted.iter().zip(&folds).map(|(c, fold)| parts[*fold].idf.weigh(c)).collect();
    let (model, unseen) = calibrated(whole, parts, &weighed, (&labels, &folds), samples);
    let (unseen, isotonic, calibration) = chosen(unseen, &folds);
    let sure = sure_from(&unseen, settings.precision);
    let of = |fold: usize| {
        let others = samples.iter().zip(&folds).filter(|(_, f)| **f != fold);
        thin::counts(others.map(|(sample, _)| sample.label))
    };
    let counts: Vec<Vec<(String, u32)>> = (0..settings.folds.max(2)).map(of).collect();
    let trees = thin::trees(samples.iter().map(|sample| sample.label));
    let pointed: Vec<Vec<Pointed>> =
        samples.iter().map(|sample| thin::point(words, sample.text, &trees)).collect();
    let seen = thin::Unseen { judged: &unseen, folds: &folds, counts: &counts, sure };
    let (rules_below, ruled) = seen.bound(&pointed);
    let counts = thin::counts(samples.iter().map(|sample| sample.label));
    Ok(Trained { model: Model { sure, rules_below, counts, isotonic, ..model }, unseen, ruled, calibration })
}

/// The fold of each sample: groups by their hash, each into the fold that has fewest samples so far.
fn folds(samples: &[Sample], count: usize) -> Option<Vec<usize>> {
    let mut groups: BTreeMap<(u64, String), Vec<usize>> = BTreeMap::new();
    for (at, sample) in samples.iter().enumerate() {
        let group = match sample.group {
            "" => normalise(sample.text).chars().filter(|c| c.is_alphanumeric()).take(30).collect(),
            group => group.to_owned(),
        };
        groups.entry((fnv(group.as_bytes()), group)).or_default().push(at);
    }
    if groups.len() < count {
        return None;
    }
    let (mut sizes, mut folds) = (vec![0usize; count], vec![0; samples.len()]);
    for group in groups.values() {
        let fold = (0..count).min_by_key(|fold| sizes[*fold]).unwrap_or(0);
        sizes[fold] += group.len();
        group.iter().for_each(|at| folds[*at] = fold);
    }
    Some(folds)
}

/// FNV-1a (Fowler, Noll, Vo), 64 bits.
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A model of all samples, or of those outside a fold; not calibrated.
fn learn(
    counted: &[Vec<(u32, u16)>],
    labels: &[&str],
    without: Option<(&[usize], usize)>,
    settings: &Settings,
) -> Model {
    let inside = |at: &usize| without.is_none_or(|(folds, fold)| folds[*at] != fold);
    let idf = Idf::learn(settings.bits, (0..counted.len()).filter(inside).map(|at| counted[at].as_slice()));
    let weighed: Vec<Features> = (0..counted.len())
        .map(|at| if inside(&at) { idf.weigh(&counted[at]) } else { Features::default() })
        .collect();
    let places = idf.values.len();
    let grow = |mut node: Node| {
        let (at, classes) = members(&node, labels);
        let kept = at.into_iter().zip(classes).filter(|(at, _)| inside(at));
        let (documents, classes): (Vec<&Features>, Vec<usize>) =
            kept.map(|(at, class)| (&weighed[at], class)).unzip();
        node.table = fit(&node, (&documents, &classes), places, &settings.penalty);
        node
    };
    let nodes = shape(labels).into_iter().map(grow).collect();
    Model {
        idf,
        nodes,
        sure: 1.0,
        samples: counted.len(),
        rules_below: 0,
        counts: Vec::new(),
        isotonic: None,
        notes: Vec::new(),
    }
}

/// Temperatures for the whole model from what the parts say of what they have not seen; the parts' own answers with temperatures
/// from the other folds.
fn calibrated(
    mut whole: Model,
    mut parts: Vec<Model>,
    weighed: &[Features],
    (labels, folds): (&[&str], &[usize]),
    samples: &[Sample],
) -> (Model, Vec<Judged>) {
    for at in 0..whole.nodes.len() {
        let (members, classes) = members(&whole.nodes[at], labels);
        let unseen: Vec<(usize, Unseen)> = members
            .iter()
            .zip(classes)
            .map(|(member, truth)| {
                let fold = folds[*member];
                (fold, Unseen { scores: parts[fold].nodes[at].scores(&weighed[*member]), truth })
            })
            .collect();
        whole.nodes[at].heat = heat(&unseen.iter().map(|(_, one)| one).collect::<Vec<_>>());
        for (fold, part) in parts.iter_mut().enumerate() {
            let others: Vec<&Unseen> =
                unseen.iter().filter(|(f, _)| *f != fold).map(|(_, one)| one).collect();
            part.nodes[at].heat = heat(&others);
        }
    }
    let judge = |(at, sample): (usize, &Sample)| {
        let verdict: Verdict = parts[folds[at]].judge(&weighed[at]);
        Judged { truth: sample.label.to_owned(), verdict, group: sample.group.to_owned() }
    };
    let judged = samples.iter().enumerate().map(judge).collect();
    (whole, judged)
}
