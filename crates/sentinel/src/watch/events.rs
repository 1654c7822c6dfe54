//! Complaints as the detector reads them: columns of numbers, words once.

use std::{
    num::NonZeroU64,
    ops::{Range, RangeInclusive},
};

use super::words::Words;

/// Complaints, each with its day (any numbering, ascending with time), the values of its columns (the general ones first: category, area…)
/// and who complained. A complaint of six columns takes 36 bytes; a word or somebody who comes again takes nothing more.
///
/// ```
/// use sentinel::watch::events::Events;
/// let mut events = Events::new(2);
/// let somebody = events.person("a mark of somebody");
/// events.push(1, &["G01\u{1f}G01.03", "north"], somebody);
/// events.push(2, &["G02", "north"], None);
/// assert_eq!((events.len(), events.day(0), events.value(1, 0)), (2, 1, "G02"));
/// // a value lies in every level of its tree
/// assert_eq!(events.rows(&[Some("G01"), None], 0..=9), [0]);
/// assert_eq!(events.rows(&[None, Some("north")], 2..=2), [1]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Events {
    columns: usize,
    days: Vec<i32>,
    /// Numbers of words, event after event.
    values: Vec<u32>,
    people: Vec<Option<NonZeroU64>>,
    words: Words,
}

impl Events {
    /// None yet, of so many columns.
    pub fn new(columns: usize) -> Self {
        Self { columns, ..Self::default() }
    }

    /// One more. Columns that are not said are empty, those beyond the last are not kept. `person` is any number of theirs, a hash or
    /// [`Events::person`]; `None` counts as somebody else each time.
    pub fn push(&mut self, day: i32, values: &[impl AsRef<str>], person: Option<NonZeroU64>) {
        for column in 0..self.columns {
            let word = self.words.number(values.get(column).map_or("", AsRef::as_ref));
            self.values.push(word);
        }
        self.days.push(day);
        self.people.push(person);
    }

    /// A number for somebody by name; nobody where it is empty.
    pub fn person(&mut self, name: &str) -> Option<NonZeroU64> {
        let number = (!name.is_empty()).then(|| self.words.number(name));
        number.and_then(|number| NonZeroU64::new(u64::from(number) + 1))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Columns of each.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The day of the one at a place.
    pub fn day(&self, at: usize) -> i32 {
        self.days[at]
    }

    /// Days in the order in which they were put in.
    pub fn days(&self) -> &[i32] {
        &self.days
    }

    /// Who told the one at a place, by the number that was given.
    pub fn who(&self, at: usize) -> Option<NonZeroU64> {
        self.people[at]
    }

    /// A value of the one at a place.
    pub fn value(&self, at: usize, column: usize) -> &str {
        self.words.get(self.word(at, column))
    }

    /// All values of the one at a place.
    pub fn values(&self, at: usize) -> Vec<&str> {
        (0..self.columns).map(|column| self.value(at, column)).collect()
    }

    pub(super) fn word(&self, at: usize, column: usize) -> u32 {
        self.values[at * self.columns + column]
    }

    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    /// The same in the order of their days; those of one day stay as they were.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let order = self.by_day();
        let values = order.iter().flat_map(|at| {
            let at = *at as usize;
            self.values[at * self.columns..(at + 1) * self.columns].iter().copied()
        });
        Self {
            columns: self.columns,
            values: values.collect(),
            days: order.iter().map(|at| self.days[*at as usize]).collect(),
            people: order.iter().map(|at| self.people[*at as usize]).collect(),
            words: self.words.clone(),
        }
    }

    /// Places in the order of their days; those of one day as they were put in.
    pub fn by_day(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        if !self.days.is_sorted() {
            order.sort_by_key(|at| self.days[*at as usize]);
        }
        order
    }

    /// Places of those on some days; events must lie in the order of their days.
    pub fn on(&self, days: RangeInclusive<i32>) -> Range<usize> {
        let begin = self.days.partition_point(|day| day < days.start());
        let end = self.days.partition_point(|day| day <= days.end());
        begin..end.max(begin)
    }

    /// Places of those on some days that lie in a stream: a value for some columns, any for the others. Events must lie in the order of
    /// their days.
    pub fn rows(&self, key: &[Option<&str>], days: RangeInclusive<i32>) -> Vec<usize> {
        let fixed = key.iter().enumerate().filter_map(|(column, own)| Some((column, (*own)?)));
        let fixed = fixed.map(|(column, own)| Some((column, self.words.find(own)?)));
        // a word that nobody said lies in nothing
        let Some(fixed) = fixed.collect::<Option<Vec<(usize, u32)>>>() else { return Vec::new() };
        let lies = |at: usize, (column, own): &(usize, u32)| {
            *column < self.columns && self.words.texts.lies_in(self.word(at, *column), *own)
        };
        self.on(days).filter(|at| fixed.iter().all(|fixed| lies(*at, fixed))).collect()
    }

    /// Whose each is, by a number: the same person the same number, somebody unknown one of his own. Numbers are below
    /// the count of events.
    pub fn people(&self) -> Vec<u32> {
        let mut known: Vec<NonZeroU64> = self.people.iter().copied().flatten().collect();
        known.sort_unstable();
        known.dedup();
        let mut next = known.len() as u32;
        let number = |person: &Option<NonZeroU64>| match person.map(|mark| known.binary_search(&mark)) {
            Some(Ok(number)) => number as u32,
            _ => {
                next += 1;
                next - 1
            }
        };
        self.people.iter().map(number).collect()
    }

    /// Bytes of memory.
    pub fn held(&self) -> usize {
        self.days.capacity() * size_of::<i32>()
            + self.values.capacity() * size_of::<u32>()
            + self.people.capacity() * size_of::<Option<NonZeroU64>>()
            + self.words.held()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_numbered_and_somebody_unknown_is_somebody_else() {
        let mut events = Events::new(1);
        let (one, other) = (events.person("one"), NonZeroU64::new(u64::MAX));
        for person in [one, None, other, one, None] {
            events.push(0, &[""], person);
        }
        assert_eq!(events.people(), [0, 2, 1, 0, 3]);
        assert_eq!(events.person(""), None);
    }

    #[test]
    fn the_days_are_put_in_order_and_a_day_stays_as_it_was() {
        let mut events = Events::new(2);
        for (day, value) in [(3, "a"), (1, "b"), (3, "c"), (1, "d"), (2, "e")] {
            events.push(day, &[value], None);
        }
        let sorted = events.sorted();
        let values: Vec<Vec<&str>> = (0..5).map(|at| sorted.values(at)).collect();
        assert_eq!(values, [["b", ""], ["d", ""], ["e", ""], ["a", ""], ["c", ""]]);
        assert_eq!((sorted.on(2..=3), sorted.on(4..=9)), (2..5, 5..5));
        assert_eq!(sorted.rows(&[Some("nobody said this"), None], 0..=9), [0_usize; 0]);
    }
}
