//! Words, each kept once, by number.

use std::hash::{BuildHasher as _, RandomState};

/// Stands between the levels of a value that lies in a tree, the general one first: `G01`, [`BELOW`], `G01.03`. The value makes a
/// stream on each level.
pub const BELOW: char = '\u{1f}';

/// No word.
pub(super) const NONE: u32 = u32::MAX;

/// Words one after the other in one text, and for each the word that it lies in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Texts {
    text: String,
    ends: Vec<usize>,
    above: Vec<u32>,
}

impl Texts {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, word: u32) -> &str {
        let at = word as usize;
        let begin = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[begin..self.ends[at]]
    }

    /// The word that it lies in, one level above; [`NONE`] where it lies in none.
    pub fn above(&self, word: u32) -> u32 {
        self.above[word as usize]
    }

    pub fn push(&mut self, word: &str, above: u32) {
        self.text.push_str(word);
        self.ends.push(self.text.len());
        self.above.push(above);
    }

    /// The word and what it lies in, the most general last.
    pub fn levels(&self, word: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(word), |word| Some(self.above(*word)).filter(|above| *above != NONE))
    }

    /// Whether `word` is `own` or lies below it.
    pub fn lies_in(&self, word: u32, own: u32) -> bool {
        self.levels(word).any(|level| level == own)
    }

    pub fn held(&self) -> usize {
        self.text.capacity()
            + self.ends.capacity() * size_of::<usize>()
            + self.above.capacity() * size_of::<u32>()
    }
}

/// Words, each kept once and known by its number, in three pieces of memory however many there are: a large office has a hundred
/// thousand traders and the same few hundred categories a million times.
///
/// ```
/// use sentinel::watch::words::Words;
/// let mut words = Words::default();
/// assert_eq!([words.number("甲"), words.number("乙"), words.number("甲")], [0, 1, 0]);
/// assert_eq!((words.get(1), words.find("乙"), words.find("丙")), ("乙", Some(1), None));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub(super) texts: Texts,
    /// By hash, a word's number and one more; 0 is free. At most three quarters are taken.
    places: Vec<u32>,
    chance: RandomState,
}

impl Words {
    /// How many there are, levels of values that lie in a tree among them.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The word with a number that was given out.
    pub fn get(&self, word: u32) -> &str {
        self.texts.get(word)
    }

    /// The number of a word that is kept.
    pub fn find(&self, word: &str) -> Option<u32> {
        self.place(word).ok()
    }

    /// The number of a word, which is kept from now on. Of a value with levels ([`BELOW`]) each level is.
    pub fn number(&mut self, word: &str) -> u32 {
        if let Some(known) = self.find(word) {
            return known;
        }
        let mut above = NONE;
        for (end, _) in word.match_indices(BELOW) {
            above = self.put(&word[..end], above);
        }
        self.put(word, above)
    }

    fn put(&mut self, word: &str, above: u32) -> u32 {
        if (self.len() + 1) * 4 > self.places.len() * 3 {
            self.grow();
        }
        match self.place(word) {
            Ok(known) => known,
            Err(place) => {
                self.texts.push(word, above);
                self.places[place] = self.len() as u32;
                self.len() as u32 - 1
            }
        }
    }

    /// The number of a word, or the free place where it would stand.
    fn place(&self, word: &str) -> Result<u32, usize> {
        if self.places.is_empty() {
            return Err(0);
        }
        let mask = self.places.len() - 1;
        let mut place = self.chance.hash_one(word) as usize & mask;
        loop {
            match self.places[place].checked_sub(1) {
                None => return Err(place),
                Some(number) if self.get(number) == word => return Ok(number),
                Some(_) => place = (place + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(64);
        self.places = vec![0; size];
        for number in 0..self.len() as u32 {
            let mut place = self.chance.hash_one(self.get(number)) as usize & (size - 1);
            while self.places[place] != 0 {
                place = (place + 1) & (size - 1);
            }
            self.places[place] = number + 1;
        }
    }

    /// Bytes of memory.
    pub fn held(&self) -> usize {
        self.texts.held() + self.places.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_one_number_however_many_there_are() {
        let mut words = Words::default();
        let word = |at: usize| format!("名{at}");
        for at in 0..5_000 {
            assert_eq!(words.number(&word(at)) as usize, at);
        }
        assert!(
            (0..5_000).all(|at| words.number(&word(at)) as usize == at && words.get(at as u32) == word(at))
        );
        assert_eq!((words.len(), words.find("名5000"), words.find("")), (5_000, None, None));
    }

    #[test]
    fn a_value_with_levels_lies_in_what_stands_before() {
        let mut words = Words::default();
        let leaf = words.number("G01\u{1f}G01.03\u{1f}G01.03.02");
        let levels: Vec<&str> = words.texts.levels(leaf).map(|level| words.get(level)).collect();
        assert_eq!(levels, ["G01\u{1f}G01.03\u{1f}G01.03.02", "G01\u{1f}G01.03", "G01"]);
        assert_eq!(words.number("G01\u{1f}G01.03"), 1);
        assert!(words.texts.lies_in(leaf, 0) && !words.texts.lies_in(0, leaf));
    }
}
