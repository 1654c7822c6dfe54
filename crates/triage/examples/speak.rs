//! How long the words of the lists that ship take for a text: lines on standard input, the first column of each is a text.
//!
//! `cargo run --release --example speak < crates/triage/tests/class/dev.tsv`

use std::{error::Error, io::Read as _, time::Instant};

use jiff::civil::Date;
use law::Law;
use triage::{contacts, speak};

fn main() -> Result<(), Box<dyn Error>> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let texts: Vec<&str> = input.lines().filter_map(|line| line.split('\t').next()).collect();
    let (law, day) = (Law::in_use(), Date::constant(2026, 11, 28));
    let entries = [&law.classification.goods, &law.classification.problems].map(|tree| {
        tree.offered(day).map(|node| (node.code.as_str(), node.name.as_str())).collect::<Vec<_>>()
    });
    let mut times = Vec::new();
    for round in 0..20 {
        for text in &texts {
            let started = Instant::now();
            let found: usize = entries.iter().map(|entries| speak(entries, text).len()).sum();
            assert!(found + contacts(text).len() < 1_000);
            if round > 0 {
                times.push(started.elapsed().as_secs_f64() * 1e6);
            }
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!(
        "{} texts; goods, problem and kind of one: median {:.0} µs, 95 % {:.0} µs",
        texts.len(),
        at(50),
        at(95)
    );
    Ok(())
}
