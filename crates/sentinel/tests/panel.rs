//! Streams are what counting says, and how much memory they take.

use std::collections::BTreeMap;

use sentinel::{
    random::Chance,
    watch::{events::Events, panel::Panel},
};

/// Streams are kept as the days on which something came; what is asked of them is what counting says.
#[test]
fn a_stream_tells_what_was_counted() {
    let mut chance = Chance::new(11);
    let series: Vec<Vec<u32>> =
        [0.0, 0.02, 0.5, 9.0].iter().map(|mean| (0..120).map(|_| chance.poisson(*mean)).collect()).collect();
    let panel = Panel::of_series(5, &series);
    for (stream, counts) in series.iter().enumerate() {
        assert_eq!(&panel.counts(stream), counts);
        let sums: Vec<u32> = (0..=120).map(|day| counts[..day].iter().sum()).collect();
        assert_eq!(panel.sums(stream), sums);
        for (day, window) in [(0, 1), (0, 28), (13, 14), (60, 7), (119, 28), (119, 500)] {
            let counted: u32 = counts[(day + 1usize).saturating_sub(window)..=day].iter().sum();
            assert_eq!(panel.within(stream, day, window), counted);
        }
    }
}

/// What a large office costs: a complaint by its columns, a stream by the days on which something came. Counted by what is kept, not by
/// what the system says.
#[test]
fn a_complaint_takes_its_numbers_and_a_stream_its_days() {
    let mut chance = Chance::new(12);
    let mut events = Events::new(3);
    const COMPLAINTS: usize = 20_000;
    for _ in 0..COMPLAINTS {
        let person = events.person(&format!("somebody {}", chance.below(500)));
        let values =
            [chance.below(30), chance.below(40), chance.below(2_000)].map(|value| format!("word {value}"));
        events.push(chance.below(500) as i32, &values, person);
    }
    let panel = Panel::of_masks(&events, &[1, 2, 3, 4], 3);
    // a day, three words and a mark, 24 bytes; what has room to grow is at most twice that, and the words are few
    assert!(events.held() < COMPLAINTS * 24 * 2 + (200 << 10), "{}", events.held());
    assert!(panel.len() > 2_500, "{}", panel.len());
    // 5 bytes a day on which something came, once in each combination at most; 24 a stream and its words
    assert!(panel.held() < COMPLAINTS * 4 * 5 + panel.len() * 40 * 2 + (200 << 10), "{}", panel.held());
}

/// However many come on a day, they are counted.
#[test]
fn a_day_may_have_more_than_a_step_holds() {
    let panel = Panel::of_series(0, &[vec![0, 254, 255, 256, 100_000, 0], vec![1; 6]]);
    assert_eq!(panel.counts(0), [0, 254, 255, 256, 100_000, 0]);
    assert_eq!((panel.within(0, 4, 2), panel.within(0, 5, 1), panel.sums(1)[6]), (100_256, 0, 6));
}

/// A panel of complaints says what counting each combination by hand says, with its streams in the order of their words.
#[test]
fn a_panel_is_what_counting_says() {
    let mut chance = Chance::new(13);
    let mut events = Events::new(3);
    for _ in 0..3_000 {
        let leaf = chance.below(9);
        let goods = ["", "g1", "g1\u{1f}g1.1", "g2\u{1f}g2.1\u{1f}g2.1.1\u{1f}g2.1.1.1"][leaf % 4];
        let shop = if chance.below(3) == 0 { String::new() } else { format!("s{}", chance.below(60)) };
        let person = if chance.below(2) == 0 { format!("p{}", chance.below(20)) } else { String::new() };
        let person = events.person(&person);
        events.push(chance.below(200) as i32, &[goods, ["north", "south"][leaf % 2], &shop], person);
    }
    let (people, masks) = (events.people(), [5, 1, 3, 7, 4]);
    let mut counted: BTreeMap<Vec<Option<&str>>, BTreeMap<i32, u32>> = BTreeMap::new();
    let mut last: BTreeMap<(Vec<Option<&str>>, u32), i32> = BTreeMap::new();
    for at in events.by_day().into_iter().map(|at| at as usize) {
        let levels = |column: usize| {
            let value = events.value(at, column);
            let ends = value.match_indices('\u{1f}').map(|(end, _)| &value[..end]);
            ends.chain(std::iter::once(value)).filter(|_| !value.is_empty()).map(Some).collect::<Vec<_>>()
        };
        for mask in masks {
            let of = |column: usize| if mask >> column & 1 == 1 { levels(column) } else { vec![None] };
            for key in of(0).iter().flat_map(|a| of(1).into_iter().map(move |b| (*a, b))) {
                for key in of(2).into_iter().map(|c| vec![key.0, key.1, c]) {
                    let before = last.get(&(key.clone(), people[at]));
                    if before.is_none_or(|before| events.day(at) - before >= 28) {
                        last.insert((key.clone(), people[at]), events.day(at));
                        *counted.entry(key).or_default().entry(events.day(at)).or_default() += 1;
                    }
                }
            }
        }
    }
    counted.retain(|_, days| days.values().sum::<u32>() >= 3);
    let panel = Panel::of_masks(&events, &masks, 3);
    let keys: Vec<Vec<Option<&str>>> = panel.streams().map(|stream| stream.key()).collect();
    assert_eq!(keys, counted.keys().cloned().collect::<Vec<_>>());
    assert!(keys.len() > 200, "{}", keys.len());
    for (stream, days) in panel.streams().zip(counted.values()) {
        let on = |day: usize| days.get(&(panel.first + day as i32)).copied().unwrap_or(0);
        assert_eq!(
            panel.counts(stream.at()),
            (0..panel.days).map(on).collect::<Vec<_>>(),
            "{:?}",
            stream.key()
        );
        let mut group = stream.key();
        group[stream.mask().ilog2() as usize] = None;
        let above = stream.group().map(|group| panel.stream(group).key());
        assert_eq!(above, Some(group).filter(|group| group.iter().any(Option::is_some)));
    }
}
