//! Streams: counts by day, and which stream lies within which.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::rhythm::Rhythm;

/// Stands between the levels of a value that lies in a tree, the general one first: `G01`, [`BELOW`], `G01.03`. The value makes a
/// stream on each level.
pub const BELOW: char = '\u{1f}';

/// Whether `value` is `own` or lies below it.
///
/// ```
/// use sentinel::watch::panel::lies_in;
/// assert!(lies_in("G01\u{1f}G01.03", "G01") && lies_in("G01", "G01"));
/// assert!(!lies_in("G01.03", "G01") && !lies_in("G01", "G01\u{1f}G01.03"));
/// ```
pub fn lies_in(value: &str, own: &str) -> bool {
    value.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(BELOW))
}

/// One complaint: its day (any numbering, ascending with time), the values of its columns, and who complained. Words are shared: a large
/// office has the same ones a hundred thousand times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Day number.
    pub day: i32,
    /// Values of the stream columns, the general ones first (category, area…).
    pub values: Vec<Arc<str>>,
    /// Who; `None` counts as somebody else each time.
    pub person: Option<Arc<str>>,
}

/// A stream: a value for some columns, any value for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// One entry per column; `None` is any value.
    pub key: Vec<Option<String>>,
    /// The stream whose activity it is measured against; `None` is everything.
    pub group: Option<usize>,
}

impl Stream {
    /// How much is fixed: columns, and levels of a value that lies in a tree.
    pub fn depth(&self) -> usize {
        self.key.iter().flatten().map(|value| value.split(BELOW).count()).sum()
    }

    /// Whether `other` lies within this stream (and is not the same).
    pub fn holds(&self, other: &Self) -> bool {
        self.depth() < other.depth()
            && self.key.iter().zip(&other.key).all(|(own, theirs)| match (own, theirs) {
                (None, _) => true,
                (Some(own), Some(theirs)) => lies_in(theirs, own),
                (Some(_), None) => false,
            })
    }
}

/// Counts of many streams over the same days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Panel {
    /// Number of the first day; day `i` of the panel is `first + i`.
    pub first: i32,
    /// Days.
    pub days: usize,
    /// Streams; empty keys where they come as bare series.
    pub streams: Vec<Stream>,
    /// The days on which something came to a stream, each with what had come by its end; stream after stream. Most streams of a large
    /// office have a dozen days of a thousand.
    steps: Vec<(u32, u32)>,
    /// Where the steps of each stream end.
    ends: Vec<usize>,
    /// Running sums of everything.
    total: Vec<u32>,
    /// What the days are; ordinary weekdays where nothing was said.
    pub rhythm: Rhythm,
}

/// The same person in the same stream within so many days counts once.
pub const SAME_PERSON: i32 = 28;

impl Panel {
    /// Bare series of equal length, measured against their sum. `first` is the number of the first day.
    pub fn of_series(first: i32, series: &[Vec<u32>]) -> Self {
        let days = series.first().map_or(0, Vec::len);
        let stream = |i: usize| Stream { key: vec![Some(i.to_string())], group: None };
        let streams = (0..series.len()).map(stream).collect();
        let mut panel = Self { first, days, streams, ..Self::default() };
        let mut total = vec![0; days];
        for counts in series {
            assert_eq!(counts.len(), days, "series of equal length");
            panel.push((0..).zip(counts.iter().copied()));
            total.iter_mut().zip(counts).for_each(|(t, y)| *t += y);
        }
        panel.total = running(&total);
        panel
    }

    /// Streams of every combination of the columns that occurs: category, area, category × area… A person counts once in
    /// [`SAME_PERSON`] days in each stream.
    pub fn of_events(events: &[Event]) -> Self {
        let columns = events.iter().map(|event| event.values.len()).max().unwrap_or(0);
        let masks: Vec<u32> = (1..1_u32 << columns).collect();
        Self::build(events, &masks, |_| true, 0)
    }

    /// Streams of the combinations in `masks` only (bit `c` is column `c`; of a combination its parts that leave out the last
    /// column must be there, they are what it is measured against). A value that is empty is not known, and makes no stream;
    /// a stream with fewer than `fewest` complaints in all makes none either. A value with levels ([`BELOW`]) makes streams on all.
    ///
    /// ```
    /// use sentinel::watch::panel::{Event, Panel};
    /// let event = |day, sort: &str| Event { day, values: vec![sort.into()], person: None };
    /// let panel = Panel::of_masks(&[event(1, "G01\u{1f}G01.03"), event(1, "G01\u{1f}G01.10"), event(2, "G01")], &[1], 0);
    /// let [all, milk, fruit] = [0, 2, 1].map(|at| panel.sums(at)[2]);
    /// assert_eq!((panel.streams.len(), all, milk, fruit), (3, 3, 1, 1));
    /// assert!(panel.streams[0].holds(&panel.streams[1]) && !panel.streams[1].holds(&panel.streams[2]));
    /// ```
    pub fn of_masks(events: &[Event], masks: &[u32], fewest: u32) -> Self {
        Self::build(events, masks, |value| !value.is_empty(), fewest)
    }

    fn build(events: &[Event], masks: &[u32], known: impl Fn(&str) -> bool, fewest: u32) -> Self {
        let Some(first) = events.iter().map(|event| event.day).min() else { return Self::default() };
        let last = events.iter().map(|event| event.day).max().unwrap_or(first);
        let days = (last - first) as usize + 1;
        let columns = events.iter().map(|event| event.values.len()).max().unwrap_or(0);
        let numbered = Numbered::of(events, columns);
        let mut found: BTreeMap<Vec<Option<&str>>, Vec<i32>> = BTreeMap::new();
        for mask in std::iter::once(0).chain(masks.iter().copied()) {
            let fixed: Vec<usize> = (0..columns).filter(|c| mask >> c & 1 == 1).collect();
            for (part, on) in numbered.counted(&fixed, &known) {
                // most parts of a large office come once or twice: only those that can ring get a row of days
                if mask != 0 && on.len() < fewest as usize {
                    continue;
                }
                let mut key = vec![None; columns];
                fixed.iter().zip(part).for_each(|(c, value)| key[*c] = Some(numbered.words[value as usize]));
                found.insert(key, on);
            }
        }
        Self::of_parts(first, days, found)
    }

    /// Of the days of each part, ascending.
    fn of_parts(first: i32, days: usize, mut found: BTreeMap<Vec<Option<&str>>, Vec<i32>>) -> Self {
        let columns = found.keys().next().map_or(0, Vec::len);
        let mut total = vec![0; days];
        let all = found.remove(&vec![None; columns]).unwrap_or_default();
        all.into_iter().for_each(|day| total[(day - first) as usize] += 1);
        let at: BTreeMap<Vec<Option<&str>>, usize> =
            found.keys().enumerate().map(|(i, key)| (key.clone(), i)).collect();
        let mut panel = Self { first, days, total: running(&total), ..Self::default() };
        for (key, on) in &found {
            let mut above = key.clone();
            let fixed: Vec<usize> = (0..columns).filter(|c| key[*c].is_some()).collect();
            let group = (fixed.len() > 1).then(|| {
                above[fixed[fixed.len() - 1]] = None;
                at[&above]
            });
            let key = key.iter().map(|value| value.map(str::to_owned)).collect();
            panel.streams.push(Stream { key, group });
            panel.push(on.iter().map(|day| ((day - first) as u32, 1)));
        }
        panel
    }

    /// The same panel with an office's calendar.
    #[must_use]
    pub fn with(mut self, rhythm: Rhythm) -> Self {
        self.rhythm = rhythm;
        self
    }

    /// One more stream, of counts on ascending days.
    fn push(&mut self, counts: impl Iterator<Item = (u32, u32)>) {
        let (begin, mut sum) = (self.steps.len(), 0);
        for (day, count) in counts.filter(|(_, count)| *count > 0) {
            sum += count;
            match self.steps[begin..].last_mut() {
                Some(last) if last.0 == day => last.1 = sum,
                _ => self.steps.push((day, sum)),
            }
        }
        self.ends.push(self.steps.len());
    }

    fn steps(&self, stream: usize) -> &[(u32, u32)] {
        let begin = if stream == 0 { 0 } else { self.ends[stream - 1] };
        &self.steps[begin..self.ends[stream]]
    }

    /// What came to a stream before each day; the last entry is all.
    pub fn sums(&self, stream: usize) -> Vec<u32> {
        let mut sums = Vec::with_capacity(self.days + 1);
        let mut before = 0;
        for (day, sum) in self.steps(stream) {
            sums.resize(*day as usize + 1, before);
            before = *sum;
        }
        sums.resize(self.days + 1, before);
        sums
    }

    /// What came to a stream before a day.
    fn before(&self, stream: usize, day: usize) -> u32 {
        let steps = self.steps(stream);
        let past = steps.partition_point(|(on, _)| (*on as usize) < day);
        if past == 0 { 0 } else { steps[past - 1].1 }
    }

    /// What came in all before each day.
    pub fn total(&self) -> &[u32] {
        &self.total
    }

    /// The counts of a stream by day.
    pub fn counts(&self, stream: usize) -> Vec<u32> {
        self.sums(stream).windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// What came to a stream in the `window` days that end with `day`.
    pub fn within(&self, stream: usize, day: usize, window: usize) -> u32 {
        self.before(stream, day + 1) - self.before(stream, (day + 1).saturating_sub(window))
    }
}

/// Events in the order of their days, words as numbers.
struct Numbered<'a> {
    words: Vec<&'a str>,
    /// For each word what it lies in, the general first, itself last.
    levels: Vec<Vec<u32>>,
    events: Vec<(i32, Vec<u32>, Option<u32>)>,
}

impl<'a> Numbered<'a> {
    fn of(events: &'a [Event], columns: usize) -> Self {
        let mut order: Vec<&Event> = events.iter().collect();
        order.sort_by_key(|event| event.day);
        let (mut words, mut numbers) = (Vec::new(), HashMap::new());
        let mut number = |word: &'a str| {
            *numbers.entry(word).or_insert_with(|| {
                words.push(word);
                words.len() as u32 - 1
            })
        };
        let mut one = |event: &'a Event| {
            let value = |c: usize| event.values.get(c).map_or("", |value| &**value);
            let values = (0..columns).map(|c| number(value(c))).collect();
            (event.day, values, event.person.as_deref().map(&mut number))
        };
        let events: Vec<(i32, Vec<u32>, Option<u32>)> = order.into_iter().map(&mut one).collect();
        let known: Vec<&'a str> = numbers.keys().copied().collect();
        let mut levels: HashMap<u32, Vec<u32>> = HashMap::new();
        for word in known.into_iter().filter(|word| word.contains(BELOW)) {
            let ends = word.char_indices().filter(|(_, letter)| *letter == BELOW).map(|(at, _)| at);
            let mut above: Vec<u32> = ends
                .map(|end| {
                    let next = words.len() as u32;
                    *numbers.entry(&word[..end]).or_insert_with(|| {
                        words.push(&word[..end]);
                        next
                    })
                })
                .collect();
            above.push(numbers[word]);
            levels.insert(numbers[word], above);
        }
        let levels =
            (0..words.len() as u32).map(|word| levels.remove(&word).unwrap_or_else(|| vec![word])).collect();
        Self { words, levels, events }
    }

    /// The parts in which an event's values lie: every level of each of the columns `fixed`.
    fn parts(&self, values: &[u32], fixed: &[usize]) -> Vec<Vec<u32>> {
        let mut parts = vec![Vec::with_capacity(fixed.len())];
        for c in fixed {
            match &self.levels[values[*c] as usize][..] {
                [only] => parts.iter_mut().for_each(|part| part.push(*only)),
                levels => {
                    let with = |part: &Vec<u32>| {
                        levels.iter().map(|level| [&part[..], &[*level]].concat()).collect::<Vec<_>>()
                    };
                    parts = parts.iter().flat_map(with).collect();
                }
            }
        }
        parts
    }

    /// The days of each part of the columns `fixed`; the same person counts once in [`SAME_PERSON`] days.
    fn counted(&self, fixed: &[usize], known: &impl Fn(&str) -> bool) -> Vec<(Vec<u32>, Vec<i32>)> {
        let mut places: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut seen: HashMap<(usize, u32), i32> = HashMap::new();
        let mut parts: Vec<(Vec<u32>, Vec<i32>)> = Vec::new();
        for (day, values, person) in &self.events {
            if !fixed.iter().all(|c| known(self.words[values[*c] as usize])) {
                continue;
            }
            for part in self.parts(values, fixed) {
                let place = *places.entry(part).or_insert_with_key(|part| {
                    parts.push((part.clone(), Vec::new()));
                    parts.len() - 1
                });
                if let Some(person) = person {
                    let last = seen.entry((place, *person)).or_insert(i32::MIN);
                    if *last != i32::MIN && day - *last < SAME_PERSON {
                        continue;
                    }
                    *last = *day;
                }
                parts[place].1.push(*day);
            }
        }
        parts
    }
}

fn running(counts: &[u32]) -> Vec<u32> {
    let mut sum = 0;
    let mut sums = Vec::with_capacity(counts.len() + 1);
    sums.push(0);
    sums.extend(counts.iter().map(|y| {
        sum += y;
        sum
    }));
    sums
}
