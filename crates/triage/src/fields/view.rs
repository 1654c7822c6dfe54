//! A text letter by letter in one spelling, with the place of each letter in the original.

use std::ops::Range;

use crate::normal::{is_chinese, normalise};

/// Letters in one spelling (half width, simplified, small), each with its byte in the original.
pub(crate) struct View {
    pub letters: Vec<char>,
    starts: Vec<usize>,
}

impl View {
    pub fn of(text: &str) -> View {
        let mut view = View { letters: Vec::new(), starts: Vec::new() };
        for (at, c) in text.char_indices() {
            let mut folded = [0; 4];
            let spelt = normalise(c.encode_utf8(&mut folded));
            let mut one = spelt.chars();
            let letter = match (one.next(), one.next()) {
                (Some(letter), None) => letter,
                _ => c,
            };
            view.letters.push(letter);
            view.starts.push(at);
        }
        view.starts.push(text.len());
        view
    }

    /// Bytes of a range of letters.
    pub fn bytes(&self, letters: &Range<usize>) -> Range<usize> {
        self.starts[letters.start]..self.starts[letters.end]
    }

    /// The letter that begins at a byte.
    pub fn letter_at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start < byte)
    }

    pub fn get(&self, at: usize) -> Option<char> {
        self.letters.get(at).copied()
    }

    pub fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.get(at))
    }

    /// Letters of a word at a place: how many, when it stands there.
    pub fn word(&self, at: usize, word: &str) -> Option<usize> {
        let mut count = 0;
        for c in word.chars() {
            if self.get(at + count) != Some(c) {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// The first of some words (parted by spaces) that stands at a place, and its letters.
    pub fn any<'a>(&self, at: usize, words: &'a str) -> Option<(&'a str, usize)> {
        words.split(' ').find_map(|word| Some((word, self.word(at, word)?)))
    }

    /// Whether a text ends before a place with one of some words.
    pub fn after(&self, at: usize, words: &str) -> bool {
        words.split(' ').any(|word| {
            at.checked_sub(word.chars().count()).is_some_and(|start| self.word(start, word).is_some())
        })
    }

    /// The next place that is no blank.
    pub fn skip(&self, mut at: usize) -> usize {
        while self.get(at).is_some_and(char::is_whitespace) {
            at += 1;
        }
        at
    }

    pub fn text(&self, letters: &Range<usize>) -> String {
        self.letters[letters.clone()].iter().collect()
    }

    pub fn chinese(&self, at: usize) -> bool {
        self.get(at).is_some_and(is_chinese)
    }
}
