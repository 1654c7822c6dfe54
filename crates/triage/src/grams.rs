//! Hashed features: single characters and pairs of neighbours (hashing vectoriser, Weinberger et al. 2009), weighed
//! `1 + ln tf`, `ln((1 + n) / (1 + df)) + 1`, length 1, as scikit-learn's `TfidfVectorizer(sublinear_tf=True)` does.

use crate::normal::normalise;

/// Numbers of one document: places ascending, each with its weight; the length of the vector is 1 (or 0 for an empty text).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// Places, ascending.
    pub places: Vec<u32>,
    /// Weight at each place.
    pub weights: Vec<f32>,
}

/// Where a gram falls among `1 << bits` places.
pub(crate) fn place((before, here): Gram, bits: u32) -> u32 {
    let both = (u64::from(before) << 32) | u64::from(here as u32);
    let mixed = (both ^ (both >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> (64 - bits)) as u32
}

/// Letters at the head of a text that are counted once more by themselves: the title, or the first words, say what it is about.
const LEAD: usize = 25;
/// Moves a gram of the head to places of its own; beyond all of Unicode.
const HEAD: u32 = 0x20_0000;

/// A gram: the character before (0 for none), plus [`HEAD`] in the head, and the character.
pub(crate) type Gram = (u32, char);

/// The letters of a gram.
pub(crate) fn letters(gram: Gram) -> String {
    char::from_u32(gram.0 % HEAD).filter(|c| *c != '\0').into_iter().chain([gram.1]).collect()
}

/// Every single character and pair of a normalised text. Spaces are nothing, marks end a run.
pub(crate) fn each(text: &str, mut take: impl FnMut(Gram)) {
    let (mut before, mut count) = (0, 0);
    for c in text.chars() {
        if c.is_whitespace() {
            continue;
        }
        if !c.is_alphanumeric() {
            before = 0;
            continue;
        }
        count += 1;
        let heads: &[u32] = if count <= LEAD { &[0, HEAD] } else { &[0] };
        for head in heads {
            take((*head, c));
            if before != 0 {
                take((head + before, c));
            }
        }
        before = c as u32;
    }
}

/// Counts grams; keeps its table between documents, so that it is emptied and not made anew.
#[derive(Debug)]
pub struct Counter {
    bits: u32,
    counts: Vec<u16>,
    seen: Vec<u32>,
}

impl Counter {
    /// A counter for `1 << bits` places; 8 to 24 bits.
    #[must_use]
    pub fn new(bits: u32) -> Counter {
        let bits = bits.clamp(8, 24);
        Counter { bits, counts: vec![0; 1 << bits], seen: Vec::new() }
    }

    /// Places ascending with their counts.
    pub fn count(&mut self, text: &str) -> Vec<(u32, u16)> {
        let text = normalise(text);
        let (bits, counts, seen) = (self.bits, &mut self.counts, &mut self.seen);
        each(&text, |gram| {
            let place = place(gram, bits);
            let count = &mut counts[place as usize];
            if *count == 0 {
                seen.push(place);
            }
            *count = count.saturating_add(1);
        });
        seen.sort_unstable();
        let out = seen.iter().map(|place| (*place, std::mem::take(&mut counts[*place as usize]))).collect();
        seen.clear();
        out
    }
}

/// How much each place is worth, learned from the documents that were counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Idf {
    pub(crate) bits: u32,
    pub(crate) values: Vec<f32>,
}

impl Idf {
    /// Smooth inverse document frequency over counted documents.
    pub fn learn<'a>(bits: u32, documents: impl Iterator<Item = &'a [(u32, u16)]>) -> Idf {
        let bits = bits.clamp(8, 24);
        let (mut seen, mut all) = (vec![0u32; 1 << bits], 0u32);
        for document in documents {
            all += 1;
            document.iter().for_each(|(place, _)| seen[*place as usize] += 1);
        }
        let values = seen.iter().map(|df| ((1.0 + f64::from(all)) / (1.0 + f64::from(*df))).ln() + 1.0);
        Idf { bits, values: values.map(|value| value as f32).collect() }
    }

    /// Weights of a counted document.
    #[must_use]
    pub fn weigh(&self, counted: &[(u32, u16)]) -> Features {
        let weight = |(place, count): &(u32, u16)| {
            LN[usize::from(*count).min(LN.len() - 1)] * self.values[*place as usize]
        };
        let mut weights: Vec<f32> = counted.iter().map(weight).collect();
        let length = weights.iter().map(|weight| weight * weight).sum::<f32>().sqrt();
        if length > 0.0 {
            weights.iter_mut().for_each(|weight| *weight /= length);
        }
        Features { places: counted.iter().map(|(place, _)| *place).collect(), weights }
    }
}

/// `1 + ln n`, up to the count after which more says nothing.
static LN: std::sync::LazyLock<Vec<f32>> =
    std::sync::LazyLock::new(|| (0..256).map(|n| if n == 0 { 0.0 } else { 1.0 + (n as f32).ln() }).collect());
