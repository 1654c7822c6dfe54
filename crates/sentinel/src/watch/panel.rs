//! Streams: counts by day, and which stream lies within which.

use super::{
    build::Build,
    events::Events,
    rhythm::Rhythm,
    words::{NONE, Texts},
};

/// Any value of a column.
pub(super) const ANY: u32 = NONE;
/// No group.
pub(super) const ALL: u32 = u32::MAX;

/// A stream of a panel: a value for some columns, any value for the others.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'a> {
    panel: &'a Panel,
    at: usize,
}

impl<'a> Stream<'a> {
    fn words(&self) -> &'a [u32] {
        let columns = self.panel.columns;
        &self.panel.keys[self.at * columns..(self.at + 1) * columns]
    }

    /// Its place in the panel.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The value of a column; `None` is any value.
    pub fn value(&self, column: usize) -> Option<&'a str> {
        let word = *self.words().get(column)?;
        (word != ANY).then(|| self.panel.texts.get(word))
    }

    /// One entry per column; `None` is any value.
    pub fn key(&self) -> Vec<Option<&'a str>> {
        (0..self.panel.columns).map(|column| self.value(column)).collect()
    }

    /// Which columns are fixed, bit by column.
    pub fn mask(&self) -> u32 {
        let fixed = self.words().iter().zip(0..).filter(|(word, _)| **word != ANY);
        fixed.fold(0, |mask, (_, column)| mask | 1 << column)
    }

    /// The stream whose activity it is measured against; `None` is everything.
    pub fn group(&self) -> Option<usize> {
        let group = self.panel.groups[self.at];
        (group != ALL).then_some(group as usize)
    }

    /// How much is fixed: columns, and levels of a value that lies in a tree.
    pub fn depth(&self) -> usize {
        let fixed = self.words().iter().filter(|word| **word != ANY);
        fixed.map(|word| self.panel.texts.levels(*word).count()).sum()
    }

    /// Whether `other` of the same panel lies within this stream (and is not the same).
    pub fn holds(&self, other: &Self) -> bool {
        let mut more = false;
        let holds = |(own, theirs): (&u32, &u32)| {
            more |= own != theirs;
            *own == ANY || (*theirs != ANY && self.panel.texts.lies_in(*theirs, *own))
        };
        self.words().iter().zip(other.words()).all(holds) && more
    }
}

/// Where a stream's steps lie.
pub(super) type Span = (u32, u32);

/// Counts of many streams over the same days. Half a million complaints in a hundred and fifty thousand streams take some 25 MB, in a
/// dozen pieces of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Panel {
    /// Number of the first day; day `i` of the panel is `first + i`.
    pub first: i32,
    /// Days.
    pub days: usize,
    /// What the days are; ordinary weekdays where nothing was said.
    pub rhythm: Rhythm,
    pub(super) columns: usize,
    /// The words of the streams.
    pub(super) texts: Texts,
    /// Words of each stream, one for each column.
    pub(super) keys: Vec<u32>,
    pub(super) groups: Vec<u32>,
    pub(super) spans: Vec<Span>,
    pub(super) steps: Steps,
    /// Running sums of everything.
    pub(super) total: Vec<u32>,
}

/// The days on which something came to a stream, ascending, each with what came; of more than 255 on a day there are several. Most streams
/// of a large office have a dozen days of a thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Steps {
    pub on: Vec<u32>,
    pub count: Vec<u8>,
}

impl Steps {
    /// As many more on a day of the stream whose steps begin with `begin`.
    pub fn push(&mut self, begin: usize, day: u32, mut count: u32) {
        while count > 0 {
            let last = self.on.len().wrapping_sub(1);
            let same = self.on.len() > begin && self.on[last] == day && self.count[last] < u8::MAX;
            if !same {
                self.on.push(day);
                self.count.push(0);
            }
            let place = self.count.len() - 1;
            let more = count.min(u32::from(u8::MAX - self.count[place]));
            self.count[place] += more as u8;
            count -= more;
        }
    }
}

/// The same person in the same stream within so many days counts once.
pub const SAME_PERSON: i32 = 28;

impl Panel {
    /// Bare series of equal length, measured against their sum. `first` is the number of the first day.
    pub fn of_series(first: i32, series: &[Vec<u32>]) -> Self {
        let days = series.first().map_or(0, Vec::len);
        let mut panel = Self { first, days, columns: 1, ..Self::default() };
        let mut total = vec![0; days];
        for (at, counts) in series.iter().enumerate() {
            assert_eq!(counts.len(), days, "series of equal length");
            let begin = panel.steps.on.len();
            (0..).zip(counts).for_each(|(day, count)| panel.steps.push(begin, day, *count));
            panel.texts.push(&at.to_string(), NONE);
            panel.keys.push(at as u32);
            panel.groups.push(ALL);
            panel.spans.push((begin as u32, panel.steps.on.len() as u32));
            total.iter_mut().zip(counts).for_each(|(t, y)| *t += y);
        }
        panel.total = running(&total);
        panel
    }

    /// Streams of every combination of the columns that occurs: category, area, category × area… A person counts once in
    /// [`SAME_PERSON`] days in each stream.
    pub fn of_events(events: &Events) -> Self {
        let masks: Vec<u32> = (1..1_u32 << events.columns()).collect();
        Build::new(events, true, 0).panel(&masks)
    }

    /// Streams of the combinations in `masks` only (bit `c` is column `c`; of a combination its parts that leave out the last
    /// column must be there, they are what it is measured against). A value that is empty is not known, and makes no stream;
    /// a stream with fewer than `fewest` complaints in all makes none either. A value with levels ([`BELOW`](super::words::BELOW)) makes streams on all.
    ///
    /// ```
    /// use sentinel::watch::{events::Events, panel::Panel};
    /// let mut events = Events::new(1);
    /// for (day, sort) in [(1, "G01\u{1f}G01.03"), (1, "G01\u{1f}G01.10"), (2, "G01")] {
    ///     events.push(day, &[sort], None);
    /// }
    /// let panel = Panel::of_masks(&events, &[1], 0);
    /// let [all, milk, fruit] = [0, 2, 1].map(|at| panel.sums(at)[2]);
    /// assert_eq!((panel.len(), all, milk, fruit), (3, 3, 1, 1));
    /// let [all, milk, fruit] = [0, 1, 2].map(|at| panel.stream(at));
    /// assert!(all.holds(&milk) && !milk.holds(&fruit));
    /// ```
    ///
    /// # Panics
    /// When what a combination is measured against is not among them.
    pub fn of_masks(events: &Events, masks: &[u32], fewest: u32) -> Self {
        Build::new(events, false, fewest).panel(masks)
    }

    /// How many streams there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The stream at a place.
    pub fn stream(&self, at: usize) -> Stream<'_> {
        Stream { panel: self, at }
    }

    /// All streams.
    pub fn streams(&self) -> impl Iterator<Item = Stream<'_>> {
        (0..self.len()).map(|at| self.stream(at))
    }

    /// The same panel with an office's calendar.
    #[must_use]
    pub fn with(mut self, rhythm: Rhythm) -> Self {
        self.rhythm = rhythm;
        self
    }

    /// The days of a stream and what came on each.
    fn steps(&self, stream: usize) -> (&[u32], &[u8]) {
        let (begin, end) = self.spans[stream];
        let span = begin as usize..end as usize;
        (&self.steps.on[span.clone()], &self.steps.count[span])
    }

    /// What came to a stream before each day; the last entry is all.
    pub fn sums(&self, stream: usize) -> Vec<u32> {
        let mut sums = vec![0; self.days + 1];
        let (on, count) = self.steps(stream);
        for (day, count) in on.iter().zip(count) {
            sums[*day as usize + 1] += u32::from(*count);
        }
        let mut before = 0;
        for sum in &mut sums {
            before += *sum;
            *sum = before;
        }
        sums
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
        let (on, count) = self.steps(stream);
        let begin = on.partition_point(|on| (*on as usize) < (day + 1).saturating_sub(window));
        let end = begin + on[begin..].partition_point(|on| *on as usize <= day);
        count[begin..end].iter().map(|count| u32::from(*count)).sum()
    }

    /// Bytes of memory.
    pub fn held(&self) -> usize {
        let numbers =
            self.keys.capacity() + self.groups.capacity() + self.total.capacity() + self.steps.on.capacity();
        let spans = self.spans.capacity() * size_of::<Span>();
        numbers * size_of::<u32>() + spans + self.steps.count.capacity() + self.texts.held()
    }
}

pub(super) fn running(counts: &[u32]) -> Vec<u32> {
    let mut sum = 0;
    let mut sums = Vec::with_capacity(counts.len() + 1);
    sums.push(0);
    sums.extend(counts.iter().map(|y| {
        sum += y;
        sum
    }));
    sums
}
