//! How long a nightly look takes at ten thousand, a hundred thousand and a million complaints, and how much memory.

use std::{
    num::NonZeroU64,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use sentinel::{
    random::Chance,
    watch::{
        desk::Desk,
        events::Events,
        once::Once,
        panel::{Panel, Stream},
        words::BELOW,
    },
};

/// Days that a nightly look reads.
const DAYS: i32 = 573;
/// Goods, problem, area, goods × problem, goods × area, problem × area, trader, problem × trader, brand, incident: as the office
/// watches, goods and problems on both levels of their trees.
const MASKS: [u32; 10] = [0b1, 0b10, 0b100, 0b11, 0b101, 0b110, 0b1000, 0b1010, 0b1_0000, 0b10_0000];

/// Made-up complaints: only their number and spread matter.
fn events(n: usize) -> Events {
    let mut chance = Chance::new(n as u64);
    let skewed = |chance: &mut Chance, n: usize| chance.below(n).min(chance.below(n)).min(chance.below(n));
    let mut events = Events::new(6);
    for _ in 0..n {
        let brand =
            if chance.below(5) == 0 { format!("b{}", skewed(&mut chance, 500)) } else { String::new() };
        let incident =
            if chance.below(10) == 0 { format!("i{}", chance.below((n / 80).max(5))) } else { String::new() };
        let leaf = |name: &str, leaf: usize| format!("{name}{}{BELOW}{name}{}.{leaf}", leaf / 4, leaf / 4);
        let values = [
            leaf("g", skewed(&mut chance, 120)),
            leaf("p", skewed(&mut chance, 60)),
            format!("a{}", skewed(&mut chance, 40)),
            format!("t{}", skewed(&mut chance, (n / 12).max(10))),
            brand,
            incident,
        ];
        let person = NonZeroU64::new(chance.below(n * 4 / 5) as u64 + 1);
        events.push(chance.below(DAYS as usize) as i32, &values, person);
    }
    events.sorted()
}

/// How much a stream tells, the most specific the lowest: as the office ranks them.
fn rank(stream: Stream<'_>) -> usize {
    match (stream.mask().checked_ilog2(), stream.depth()) {
        (Some(3), depth) => usize::from(depth == 1),
        (Some(5), _) => 2,
        (Some(4), _) => 3,
        (_, depth) => 16 - depth,
    }
}

/// Memory that the program alone holds, in MB, where the system says so.
fn own() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The most since it was last asked.
static HIGHEST: AtomicU64 = AtomicU64::new(0);

/// The highest since it was last asked, and now.
fn memory() -> String {
    format!("{} / {}", HIGHEST.swap(0, Ordering::Relaxed).max(own()), own())
}

/// The table.
pub fn sizes() {
    std::thread::spawn(|| {
        loop {
            HIGHEST.fetch_max(own(), Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(3));
        }
    });
    println!("\n## A nightly look by size (made-up complaints over {DAYS} days, one core)\n");
    println!(
        "| complaints | streams | made | watched the last day | alarms of the last 28 days | MB: complaints, highest / after | panel | watched | given back |\n|---|---|---|---|---|---|---|---|---|"
    );
    let wanted = std::env::var("SIZES").unwrap_or_else(|_| "10000 100000 1000000".to_owned());
    wanted.split_whitespace().filter_map(|size| size.parse().ok()).for_each(size);
}

fn size(n: usize) {
    let events = events(n);
    let read = memory();
    let begin = Instant::now();
    let panel = Panel::of_masks(&events, &MASKS, 3);
    let made = begin.elapsed().as_secs_f64();
    let (counted, streams) = (memory(), panel.len());
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
    let told = memory();
    let held = (events.held() >> 20, panel.held() >> 20);
    drop(once);
    drop((panel, events));
    let back = memory();
    println!(
        "| {n} | {streams} | {made:.2} s | {watched:.2} s | {month} | {read} ({} by its columns) | {counted} ({}) | {told} | {back} |",
        held.0, held.1
    );
}
