//! How long a nightly look takes at ten thousand, a hundred thousand and a million complaints.

use std::{sync::Arc, time::Instant};

use sentinel::{
    random::Chance,
    watch::{
        desk::Desk,
        once::Once,
        panel::{BELOW, Event, Panel, Stream},
    },
};

/// Days that a nightly look reads.
const DAYS: i32 = 573;
/// Goods, problem, area, goods × problem, goods × area, problem × area, trader, problem × trader, brand, incident: as the office
/// watches, goods and problems on both levels of their trees.
const MASKS: [u32; 10] = [0b1, 0b10, 0b100, 0b11, 0b101, 0b110, 0b1000, 0b1010, 0b1_0000, 0b10_0000];

/// Made-up complaints: only their number and spread matter.
fn events(n: usize) -> Vec<Event> {
    let mut chance = Chance::new(n as u64);
    let skewed = |chance: &mut Chance, n: usize| chance.below(n).min(chance.below(n)).min(chance.below(n));
    let one = |_| {
        let brand =
            if chance.below(5) == 0 { format!("b{}", skewed(&mut chance, 500)) } else { String::new() };
        let incident =
            if chance.below(10) == 0 { format!("i{}", chance.below((n / 80).max(5))) } else { String::new() };
        let leaf = |name: &str, leaf: usize| format!("{name}{}{BELOW}{name}{}.{leaf}", leaf / 4, leaf / 4);
        let values = vec![
            leaf("g", skewed(&mut chance, 120)),
            leaf("p", skewed(&mut chance, 60)),
            format!("a{}", skewed(&mut chance, 40)),
            format!("t{}", skewed(&mut chance, (n / 12).max(10))),
            brand,
            incident,
        ];
        let person = Some(chance.below(n * 4 / 5).to_string().into());
        let values = values.into_iter().map(Arc::from).collect();
        Event { day: chance.below(DAYS as usize) as i32, values, person }
    };
    let mut events: Vec<Event> = (0..n).map(one).collect();
    events.sort_by_key(|event| event.day);
    events
}

/// How much a stream tells, the most specific the lowest: as the office ranks them.
fn rank(stream: &Stream) -> usize {
    match stream.key.iter().rposition(Option::is_some) {
        Some(3) => usize::from(stream.depth() == 1),
        Some(5) => 2,
        Some(4) => 3,
        _ => 16 - stream.depth(),
    }
}

/// The table.
pub fn sizes() {
    println!("\n## A nightly look by size (made-up complaints over {DAYS} days, one core)\n");
    println!(
        "| complaints | streams | made | watched the last day | alarms of the last 28 days |\n|---|---|---|---|---|"
    );
    let wanted = std::env::var("SIZES").unwrap_or_else(|_| "10000 100000 1000000".to_owned());
    for n in wanted.split_whitespace().filter_map(|size| size.parse().ok()) {
        let events = events(n);
        let begin = Instant::now();
        let panel = Panel::of_masks(&events, &MASKS, 3);
        let made = begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        let desk = Desk::new(1.0);
        let once = Once::new(&panel, &events, rank);
        desk.watch_once(&panel, panel.days - 1..panel.days, &once);
        let watched = begin.elapsed().as_secs_f64();
        let month = if n > 100_000 {
            "not asked".to_owned()
        } else {
            desk.watch_once(&panel, panel.days - 28..panel.days, &once).len().to_string()
        };
        println!("| {n} | {} | {made:.2} s | {watched:.2} s | {month} |", panel.streams.len());
    }
}
