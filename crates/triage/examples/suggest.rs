//! How long it takes to find what was said before among many messages: made-up texts, so a speed and nothing else.
//!
//! `cargo run --release --example suggest -- 1000000`

use std::{error::Error, time::Instant};

use triage::{Gate, Index, Message};

fn main() -> Result<(), Box<dyn Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    let mut state = 1u64;
    let mut next = |end: f64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // the n-th word is as frequent as 1 / n, as words are (Zipf)
        end.powf((state >> 33) as f64 / (1u64 << 31) as f64) as u64
    };
    let mut index = Index::new();
    let started = Instant::now();
    for at in 0..count {
        let words: Vec<String> = (0..60).map(|_| format!("w{}", next(50_000.0))).collect();
        index.add(&Message { title: "", text: &words.join(" "), day: at as i64 * 365 / count as i64 });
    }
    let built = started.elapsed();
    let mut times: Vec<f64> = (0..200)
        .map(|at| {
            let started = Instant::now();
            let found = index.matches(count - 1 - at * (count / 400), &Gate::default()).len();
            assert!(found < count);
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{count} messages added in {:.1} s; looked up: median {:.1} ms, 95 % {:.1} ms",
        built.as_secs_f64(),
        times[100],
        times[190]
    );
    Ok(())
}
