//! How long learning, classifying and following incidents take among many messages: made-up texts, so a speed and nothing else.
//!
//! `cargo run --release --example sizes -- 100000`

use std::{error::Error, time::Instant};

use triage::{Gate, Incidents, Index, Message, Sample, Settings, train};

/// Classes that are learned.
const CLASSES: u64 = 30;
/// Days of an office's past.
const DAYS: usize = 573;
/// Days of which a night reads the texts again, and within which an incident goes on.
const WINDOW: usize = 28;
/// Most that is learned from (the command's own bound).
const MOST: usize = 200_000;

struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1u64 << 31) as f64
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.share() * end as f64) as u64
    }

    /// Sixty letters, the n-th as frequent as 1 / n as words are (Zipf), some of them of the class.
    fn text(&mut self, class: u64) -> String {
        let letter = |number: u64| char::from_u32(0x4e00 + (number % 20_000) as u32).unwrap_or('一');
        let one = |chance: &mut Self| {
            let own = chance.below(4) == 0;
            let common = 3_000f64.powf(chance.share()) as u64;
            letter(if own { 5_000 + class * 40 + chance.below(40) } else { common })
        };
        (0..60).map(|_| one(self)).collect()
    }
}

fn learning(texts: &[(String, String)]) -> Result<(), Box<dyn Error>> {
    let samples: Vec<Sample> = texts.iter().map(|(text, label)| Sample { text, label, group: "" }).collect();
    let started = Instant::now();
    let model = train(&samples, &Settings::default())?.model;
    let learned = started.elapsed().as_secs_f64();
    let some = texts.iter().take(20_000);
    let (started, count) = (Instant::now(), some.len() as f64);
    let right = some.filter(|(text, label)| model.classify(text).label == *label).count();
    let speed = count / started.elapsed().as_secs_f64();
    println!(
        "| learning (six models of {CLASSES} classes) and classifying | {} | {learned:.1} s | {speed:.0} a second, {right} right |",
        samples.len()
    );
    Ok(())
}

/// A night of the office: the texts of the last weeks are read and those of the last day followed; every tenth tells an incident.
fn following(chance: &mut Chance, count: usize) {
    let recent = (count * (WINDOW + 1) / DAYS).max(2);
    let day = |at: usize| (at * (WINDOW + 1) / recent) as i64;
    let text = |chance: &mut Chance| {
        let incident = (chance.below(10) == 0).then(|| chance.below((recent / 40 + 1) as u64));
        let own = incident.into_iter().flat_map(|of| (0..6).map(move |word| format!("i{of}x{word}")));
        let common = (0..30).map(|_| format!("w{}", 50_000f64.powf(chance.share()) as u64));
        own.chain(common).collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<String> = (0..recent).map(|_| text(chance)).collect();
    let started = Instant::now();
    let (mut index, mut incidents) = (Index::new(), Incidents::default());
    for (at, text) in texts.iter().enumerate() {
        index.add(&Message { title: "", text, day: day(at) });
    }
    index.refresh();
    let read = started.elapsed().as_secs_f64();
    let gate = Gate { window: WINDOW as i64, ..Gate::default() };
    let new = (count / DAYS).max(1);
    for at in 0..recent - new {
        incidents.follow(&index, at, &gate, None);
    }
    let started = Instant::now();
    let put =
        (recent - new..recent).filter(|at| incidents.follow(&index, *at, &gate, None).is_some()).count();
    let each = started.elapsed().as_secs_f64() * 1e3 / new as f64;
    println!(
        "| incidents of a night: {recent} texts read, {new} new followed | {count} | {read:.1} s | {each:.2} ms each, {put} put |"
    );
}

fn main() -> Result<(), Box<dyn Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    let mut chance = Chance(count as u64);
    following(&mut chance, count);
    let one = |_| {
        let class = chance.below(CLASSES);
        (chance.text(class), format!("c{class}"))
    };
    let texts: Vec<(String, String)> = (0..count.min(MOST)).map(one).collect();
    learning(&texts)
}
