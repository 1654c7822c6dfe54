//! How a panel comes from complaints: one combination of columns at a time, by sorting numbers, so that it takes little more memory than
//! what comes of it.

use std::collections::BTreeMap;

use super::{
    events::Events,
    panel::{ALL, ANY, Panel, SAME_PERSON, running},
    words::{NONE, Texts},
};

/// Levels of the last column are taken in so many turns, the last of them all that are left: as many rows at once as there are events,
/// not as there are levels.
const TURNS: usize = 3;

/// The streams of one combination: what they lie in and their last word ([`key`]), with their number.
type Table = Vec<(u64, u32)>;

/// A panel that is being made.
pub(super) struct Build<'a> {
    events: &'a Events,
    /// Events in the order of their days.
    order: Vec<u32>,
    people: Vec<u32>,
    /// How many levels each word has.
    depths: Vec<u32>,
    /// The word that says nothing.
    unknown: u32,
    fewest: u32,
    /// For each person the part in which and the day on which he counted last.
    last: Vec<(u32, i32)>,
    parts: u32,
    tables: BTreeMap<u32, Table>,
    /// What was found; its words are the events' until it is put in order.
    panel: Panel,
}

/// What names a stream among those of its combination: the stream that it lies in, and the word of its last column.
fn key(group: u32, word: u32) -> u64 {
    u64::from(group) << 32 | u64::from(word)
}

/// The last column of a combination, and the combination without it.
fn parted(mask: u32) -> (usize, u32) {
    let last = mask.ilog2();
    (last as usize, mask ^ 1 << last)
}

impl<'a> Build<'a> {
    /// Of events; whether an `empty` value makes streams too, and of how many complaints one has at the least.
    pub fn new(events: &'a Events, empty: bool, fewest: u32) -> Self {
        let words = events.words();
        let mut depths: Vec<u32> = Vec::with_capacity(words.len());
        for word in 0..words.len() as u32 {
            let above = words.texts.above(word);
            depths.push(if above == NONE { 1 } else { depths[above as usize] + 1 });
        }
        let unknown = words.find("").filter(|_| !empty).unwrap_or(NONE);
        let (first, end) = (events.days().iter().min(), events.days().iter().max());
        let days = first.zip(end).map_or(0, |(first, end)| (end - first) as usize + 1);
        let first = first.copied().unwrap_or_default();
        Self {
            events,
            order: events.by_day(),
            people: events.people(),
            depths,
            unknown,
            fewest,
            last: vec![(0, 0); events.len()],
            parts: 0,
            tables: BTreeMap::new(),
            panel: Panel { first, days, columns: events.columns(), ..Panel::default() },
        }
    }

    /// The streams of the combinations in `masks`.
    pub fn panel(mut self, masks: &[u32]) -> Panel {
        if self.events.is_empty() {
            return Panel::default();
        }
        self.total();
        let mut masks: Vec<u32> = masks.iter().copied().filter(|mask| *mask != 0).collect();
        // what leaves out the last column is a smaller number
        masks.sort_unstable();
        masks.dedup();
        for mask in &masks {
            let (last, rest) = parted(*mask);
            assert!(rest == 0 || masks.contains(&rest), "what {mask:b} is measured against is not there");
            if last < self.panel.columns {
                let table = self.combination(*mask);
                self.tables.insert(*mask, table);
            }
        }
        self.ordered()
    }

    /// Everything, by day.
    fn total(&mut self) {
        let mut total = vec![0; self.panel.days];
        self.parts += 1;
        for at in 0..self.order.len() {
            if let Some(day) = self.counts(self.order[at]) {
                total[day as usize] += 1;
            }
        }
        self.panel.total = running(&total);
    }

    /// The day of an event, when it counts in the part that is being counted: the same person counts once in [`SAME_PERSON`] days.
    fn counts(&mut self, row: u32) -> Option<u32> {
        let day = self.events.day(row as usize);
        let last = &mut self.last[self.people[row as usize] as usize];
        if last.0 == self.parts && day - last.1 < SAME_PERSON {
            return None;
        }
        *last = (self.parts, day);
        Some((day - self.panel.first) as u32)
    }

    /// The streams of one combination.
    fn combination(&mut self, mask: u32) -> Table {
        let mut table = Table::new();
        for turn in 0..TURNS {
            // most parts of a large office come once or twice: only those that can ring get their rows
            let mut keys: Vec<u64> = Vec::new();
            self.each(mask, turn, &mut |key, _| keys.push(key));
            keys.sort_unstable();
            let runs = keys.chunk_by(|one, next| one == next);
            let large = runs.filter(|run| run.len() >= self.fewest as usize);
            let (mut parts, mut ends) = (Vec::new(), Vec::new());
            let mut end = 0;
            for run in large {
                parts.push(run[0]);
                ends.push(end);
                end += run.len() as u32;
            }
            drop(keys);
            // after this each part's place is its end
            let mut rows = vec![0; end as usize];
            self.each(mask, turn, &mut |key, row| {
                if let Ok(part) = parts.binary_search(&key) {
                    rows[ends[part] as usize] = row;
                    ends[part] += 1;
                }
            });
            let mut begin = 0;
            for (part, end) in parts.iter().zip(ends) {
                let found = self.stream(mask, *part, &rows[begin..end as usize]);
                table.extend(found.map(|stream| (*part, stream)));
                begin = end as usize;
            }
        }
        table.sort_unstable();
        table
    }

    /// Hands on the parts of a combination in which events lie, with the event, in the order of their days; in each turn those of some
    /// levels of the last column.
    fn each(&self, mask: u32, turn: usize, found: &mut impl FnMut(u64, u32)) {
        let (last, rest) = parted(mask);
        let texts = &self.events.words().texts;
        let mut groups = Vec::new();
        for row in &self.order {
            let word = self.events.word(*row as usize, last);
            if word == self.unknown || (self.depths[word as usize] as usize) <= turn {
                continue;
            }
            groups.clear();
            self.within(*row, rest, &mut groups);
            if groups.is_empty() {
                continue;
            }
            for level in texts.levels(word) {
                let above = self.depths[level as usize] as usize - 1;
                if above.min(TURNS - 1) == turn {
                    groups.iter().for_each(|group| found(key(*group, level), *row));
                }
            }
        }
    }

    /// The streams of a combination in which an event lies; everything where none is combined.
    fn within(&self, row: u32, mask: u32, found: &mut Vec<u32>) {
        if mask == 0 {
            found.push(ALL);
            return;
        }
        let (last, rest) = parted(mask);
        let word = self.events.word(row as usize, last);
        let Some(table) = self.tables.get(&mask).filter(|_| word != self.unknown) else { return };
        let begin = found.len();
        self.within(row, rest, found);
        let end = found.len();
        for at in begin..end {
            for level in self.events.words().texts.levels(word) {
                let place = table.binary_search_by_key(&key(found[at], level), |(key, _)| *key);
                found.extend(place.ok().map(|place| table[place].1));
            }
        }
        found.drain(begin..end);
    }

    /// One more stream, of the events in `rows`; none where too few of them count.
    fn stream(&mut self, mask: u32, key: u64, rows: &[u32]) -> Option<u32> {
        let (begin, mut count) = (self.panel.steps.on.len(), 0);
        self.parts += 1;
        for row in rows {
            if let Some(day) = self.counts(*row) {
                self.panel.steps.push(begin, day, 1);
                count += 1;
            }
        }
        if count < self.fewest {
            self.panel.steps.on.truncate(begin);
            self.panel.steps.count.truncate(begin);
            return None;
        }
        let (number, columns) = (self.panel.len(), self.panel.columns);
        let (group, word) = ((key >> 32) as u32, key as u32);
        match group {
            ALL => self.panel.keys.extend(std::iter::repeat_n(ANY, columns)),
            group => {
                let words = group as usize * columns..(group as usize + 1) * columns;
                self.panel.keys.extend_from_within(words);
            }
        }
        self.panel.keys[number * columns + parted(mask).0] = word;
        self.panel.groups.push(group);
        self.panel.spans.push((begin as u32, self.panel.steps.on.len() as u32));
        Some(number as u32)
    }

    /// The panel with its own words only, and its streams in the order of theirs, column by column, any value first.
    fn ordered(self) -> Panel {
        let texts = &self.events.words().texts;
        let mut found = self.panel;
        let columns = found.columns;
        let (texts, numbers) = own(texts, &found.keys);
        for word in found.keys.iter_mut().filter(|word| **word != ANY) {
            *word = numbers[*word as usize];
        }
        // any value comes first, and is the greatest number
        let key = |stream: &u32| {
            let words = &found.keys[*stream as usize * columns..(*stream as usize + 1) * columns];
            words.iter().map(|word| word.wrapping_add(1))
        };
        let mut order: Vec<u32> = (0..found.len() as u32).collect();
        order.sort_unstable_by(|one, other| key(one).cmp(key(other)));
        let mut places = vec![ALL; found.len()];
        (0..).zip(&order).for_each(|(place, stream)| places[*stream as usize] = place);
        let group = |stream: &u32| match found.groups[*stream as usize] {
            ALL => ALL,
            group => places[group as usize],
        };
        let words = |stream: &u32| *stream as usize * columns..(*stream as usize + 1) * columns;
        let groups = order.iter().map(group).collect();
        let keys = order.iter().flat_map(|stream| found.keys[words(stream)].iter().copied()).collect();
        let spans = order.iter().map(|stream| found.spans[*stream as usize]).collect();
        found.steps.on.shrink_to_fit();
        found.steps.count.shrink_to_fit();
        Panel { texts, keys, groups, spans, ..found }
    }
}

/// The words that streams have, and what those lie in, in their order; and for each of the events' words its new number.
fn own(texts: &Texts, keys: &[u32]) -> (Texts, Vec<u32>) {
    let mut used = vec![false; texts.len()];
    for word in keys.iter().filter(|word| **word != ANY) {
        texts.levels(*word).for_each(|level| used[level as usize] = true);
    }
    let mut order: Vec<u32> = (0..texts.len() as u32).filter(|word| used[*word as usize]).collect();
    order.sort_unstable_by_key(|word| texts.get(*word));
    let mut numbers = vec![NONE; texts.len()];
    (0..).zip(&order).for_each(|(number, word)| numbers[*word as usize] = number);
    let mut own = Texts::default();
    for word in order {
        let above = texts.above(word);
        own.push(texts.get(word), if above == NONE { NONE } else { numbers[above as usize] });
    }
    (own, numbers)
}
