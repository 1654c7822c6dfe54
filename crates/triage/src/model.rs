//! A learned model: what it answers, why, and how it is kept.

use std::cell::RefCell;

use crate::{
    calibrate::Isotonic,
    grams::{Counter, Features, Idf, each, letters, place},
    normal::normalise,
    train::fnv,
    tree::{LEVEL, Node, Table},
};

/// What a model says about a text. Advice: a person decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The deepest label that is likelier than not, at least one of the first level.
    pub label: String,
    /// Its probability, 0 to 1.
    pub probability: f32,
    /// The likeliest paths to the deepest level with their probabilities, best first, at most five.
    pub ranked: Vec<(String, f32)>,
}

/// A reason for an answer: letters of the text and how much they weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// One or two characters.
    pub gram: String,
    /// What they added to this label above the others; below nought they spoke against it.
    pub pull: f32,
}

/// A deeper label is given where its probability is at least this.
const LIKELIER: f32 = 0.5;
/// Paths that are followed at each level.
const WIDTH: usize = 8;
/// Paths that are told.
const SHOWN: usize = 5;

/// A way down the tree with the probability of all its steps.
#[derive(Debug, Clone, Default)]
struct Path {
    label: String,
    probability: f32,
}

impl Path {
    fn likelier(&self, other: &Path) -> std::cmp::Ordering {
        other.probability.total_cmp(&self.probability)
    }
}

/// A learned model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(crate) idf: Idf,
    pub(crate) nodes: Vec<Node>,
    /// Probability from which an answer counts as sure: chosen on unseen samples for the precision asked.
    pub sure: f32,
    /// How many samples it was learned from.
    pub samples: usize,
    /// Samples of a label below which words decide where the model is not sure; 0: they only refine.
    pub rules_below: u32,
    /// Samples of each label and of those above, ascending.
    pub(crate) counts: Vec<(String, u32)>,
    /// What its first answer is worth, where that was better than the temperature alone.
    pub(crate) isotonic: Option<Isotonic>,
    /// What else is to be kept with it, by name: columns, days, who made it.
    pub notes: Vec<(String, String)>,
}

thread_local! {
    static COUNTER: RefCell<Option<(u32, Counter)>> = const { RefCell::new(None) };
}

impl Model {
    /// What it says about a text.
    #[must_use]
    pub fn classify(&self, text: &str) -> Verdict {
        let verdict = self.judge(&self.features(text));
        self.isotonic.as_ref().map(|steps| steps.told(verdict.clone())).unwrap_or(verdict)
    }

    fn features(&self, text: &str) -> Features {
        let bits = self.idf.bits;
        let counted = COUNTER.with_borrow_mut(|slot| {
            if slot.as_ref().is_none_or(|(have, _)| *have != bits) {
                *slot = Some((bits, Counter::new(bits)));
            }
            slot.as_mut().map(|(_, counter)| counter.count(text)).unwrap_or_default()
        });
        self.idf.weigh(&counted)
    }

    fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.binary_search_by(|node| node.path.as_str().cmp(path)).ok().map(|at| &self.nodes[at])
    }

    pub(crate) fn judge(&self, features: &Features) -> Verdict {
        let mut open = vec![Path { label: String::new(), probability: 1.0 }];
        let mut done: Vec<Path> = Vec::new();
        let mut answer: Option<Path> = None;
        while !open.is_empty() {
            let mut next = Vec::new();
            for path in open {
                let Some(node) = self.node(&path.label) else {
                    done.push(path);
                    continue;
                };
                for (class, share) in node.classes.iter().zip(node.probabilities(features)) {
                    let to = if *class == path.label { &mut done } else { &mut next };
                    to.push(Path { label: class.clone(), probability: path.probability * share });
                }
            }
            next.sort_by(Path::likelier);
            next.truncate(WIDTH);
            // the first level is always answered, a deeper one only below the answer and where it is likelier than not
            let best = next.first().filter(|best| {
                answer.as_ref().is_none_or(|above| {
                    best.probability >= LIKELIER && best.label.starts_with(above.label.as_str())
                })
            });
            answer = best.cloned().or(answer);
            open = next;
        }
        done.sort_by(Path::likelier);
        let ranked = done.into_iter().take(SHOWN).map(|path| (path.label, path.probability)).collect();
        let answer = answer.unwrap_or_default();
        Verdict { label: answer.label, probability: answer.probability, ranked }
    }

    /// Why a text gets this label: the characters that pulled most, for it and against it, strongest first.
    #[must_use]
    pub fn explain(&self, text: &str, label: &str, count: usize) -> Vec<Reason> {
        let parent = label.rfind(LEVEL).map_or("", |at| &label[..at]);
        let Some(node) = self.node(parent) else { return Vec::new() };
        let class = node.classes.iter().position(|class| class == label);
        let (Some(class), Some(table)) = (class, node.table.as_ref()) else { return Vec::new() };
        let (features, mut reasons) = (self.features(text), Vec::<Reason>::new());
        let mut seen = std::collections::HashSet::new();
        each(&normalise(text), |gram| {
            let place = place(gram, self.idf.bits);
            if let Ok(at) = features.places.binary_search(&place)
                && seen.insert(gram)
            {
                let pull = features.weights[at] * table.pull(place, class);
                match reasons.iter_mut().find(|reason| reason.gram == letters(gram)) {
                    Some(reason) => reason.pull += pull,
                    None => reasons.push(Reason { gram: letters(gram), pull }),
                }
            }
        });
        reasons.sort_by(|a, b| b.pull.abs().total_cmp(&a.pull.abs()).then_with(|| a.gram.cmp(&b.gram)));
        reasons.truncate(count);
        reasons
    }

    /// A note kept with the model.
    #[must_use]
    pub fn note(&self, name: &str) -> Option<&str> {
        self.notes.iter().find(|(key, _)| key == name).map(|(_, words)| words.as_str())
    }

    /// All labels that it can give at the deepest level, ascending.
    #[must_use]
    pub fn labels(&self) -> Vec<&str> {
        let deep = self.nodes.iter().flat_map(|node| &node.classes);
        let mut labels: Vec<&str> =
            deep.map(String::as_str).filter(|class| self.node(class).is_none()).collect();
        labels.sort_unstable();
        labels
    }

    /// A name for exactly this model: 16 hexadecimal digits over its bytes.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{:016x}", fnv(&self.to_bytes()))
    }

    /// The model as bytes, little-endian, to be kept.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put(&mut out, self.idf.bits);
        put(&mut out, self.samples as u32);
        out.extend(self.sure.to_le_bytes());
        put(&mut out, self.rules_below);
        put(&mut out, self.counts.len() as u32);
        for (label, count) in &self.counts {
            put_text(&mut out, label);
            put(&mut out, *count);
        }
        let steps = self.isotonic.iter().flat_map(|steps| &steps.points);
        put_all(&mut out, &steps.flat_map(|(said, right)| [*said, *right]).collect::<Vec<f32>>());
        put(&mut out, self.notes.len() as u32);
        for (name, words) in &self.notes {
            put_text(&mut out, name);
            put_text(&mut out, words);
        }
        put_all(&mut out, &self.idf.values);
        put(&mut out, self.nodes.len() as u32);
        for node in &self.nodes {
            put_text(&mut out, &node.path);
            put(&mut out, node.classes.len() as u32);
            node.classes.iter().for_each(|class| put_text(&mut out, class));
            out.extend(node.heat.to_le_bytes());
            put(&mut out, u32::from(node.table.is_some()));
            if let Some(table) = &node.table {
                put(&mut out, table.rows.len() as u32);
                table.rows.iter().for_each(|row| put(&mut out, *row));
                put_all(&mut out, &table.weights);
            }
        }
        out
    }

    /// A model from its bytes; none where they are not a model of this format, or damaged.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Model> {
        let old = bytes.strip_prefix(BEFORE);
        let mut rest = Reader(old.or_else(|| bytes.strip_prefix(MAGIC))?);
        let (bits, samples, sure) = (rest.number()?, rest.number()? as usize, rest.float()?);
        let (rules_below, counts, isotonic) = if old.is_some() { (0, Vec::new(), None) } else { rest.few()? };
        let notes = (0..rest.number()?).map(|_| Some((rest.text()?, rest.text()?))).collect::<Option<_>>()?;
        let values = rest.floats()?;
        if !(8..=24).contains(&bits) || values.len() != 1 << bits {
            return None;
        }
        let mut nodes = Vec::new();
        for _ in 0..rest.number()? {
            nodes.push(rest.node(1 << bits)?);
        }
        let sorted = nodes.windows(2).all(|pair| pair[0].path < pair[1].path);
        (rest.0.is_empty() && sorted && !nodes.is_empty()).then_some(Model {
            idf: Idf { bits, values },
            nodes,
            sure,
            samples,
            rules_below,
            counts,
            isotonic,
            notes,
        })
    }
}

const MAGIC: &[u8] = b"xiaobao triage 2\n";
/// The format before: without counts of labels and steps.
const BEFORE: &[u8] = b"xiaobao triage 1\n";

type Few = (u32, Vec<(String, u32)>, Option<Isotonic>);

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u32);
    out.extend(text.as_bytes());
}

fn put_all(out: &mut Vec<u8>, values: &[f32]) {
    put(out, values.len() as u32);
    values.iter().for_each(|value| out.extend(value.to_le_bytes()));
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn float(&mut self) -> Option<f32> {
        self.number().map(f32::from_bits).filter(|value| value.is_finite())
    }

    fn floats(&mut self) -> Option<Vec<f32>> {
        let count = self.number()? as usize;
        let bytes = self.take(count.checked_mul(4)?)?;
        bytes.chunks_exact(4).map(|four| Reader(four).float()).collect()
    }

    fn text(&mut self) -> Option<String> {
        let count = self.number()? as usize;
        String::from_utf8(self.take(count)?.to_vec()).ok()
    }

    /// The bound of the rules, counts of labels, steps.
    fn few(&mut self) -> Option<Few> {
        let below = self.number()?;
        let counts: Vec<(String, u32)> =
            (0..self.number()?).map(|_| Some((self.text()?, self.number()?))).collect::<Option<_>>()?;
        let points: Vec<(f32, f32)> = self.floats()?.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        let rising = points.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1);
        let within =
            points.iter().all(|(said, right)| (0.0..=1.0).contains(said) && (0.0..=1.0).contains(right));
        let sorted = counts.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let isotonic = (!points.is_empty()).then_some(Isotonic { points });
        (rising && within && sorted).then_some((below, counts, isotonic))
    }

    fn node(&mut self, places: usize) -> Option<Node> {
        let path = self.text()?;
        let count = self.number()?;
        let classes: Vec<String> = (0..count).map(|_| self.text()).collect::<Option<_>>()?;
        let (heat, table) = (self.float()?, self.number()? == 1);
        let table = if table { Some(self.table(classes.len(), places)?) } else { None };
        (table.is_some() == (classes.len() > 1)).then_some(Node { path, classes, table, heat })
    }

    fn table(&mut self, classes: usize, places: usize) -> Option<Table> {
        let count = self.number()? as usize;
        let bytes = self.take(count.checked_mul(4)?)?;
        let rows: Vec<u32> =
            bytes.chunks_exact(4).map(|four| Reader(four).number()).collect::<Option<_>>()?;
        let weights = self.floats()?;
        let held = weights.len().checked_div(classes)? as u32;
        let whole = rows.len() == places && held > 0 && weights.len() == held as usize * classes;
        (whole && rows.iter().all(|row| *row == u32::MAX || *row < held)).then_some(Table {
            classes,
            rows,
            weights,
        })
    }
}
