//! Measures the detectors and prints markdown sections.
//!
//! `cargo run --release -p sentinel --example evaluate -- --data FOLDER [section…]`: without a folder, or where a file is missing, a
//! section says so and is left out by name. Sections: `noufaily`, `office`, `hidden`, `speed`, `sizes`, `newport`, `survstat`, `chicago`, `baltimore`,
//! `chicago-budget`, `baltimore-budget`.
//! Thresholds and settings are the defaults of the crate; nothing here tunes them.

mod cases;
mod incidents;
mod simulated;
mod sizes;
mod weekly;

use std::path::{Path, PathBuf};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut data, mut wanted) = (None::<PathBuf>, Vec::new());
    while let Some(argument) = arguments.next() {
        if argument == "--data" {
            data = arguments.next().map(PathBuf::from);
        } else {
            wanted.push(argument);
        }
    }
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    for (name, section) in [
        ("noufaily", simulated::noufaily as fn()),
        ("office", simulated::office),
        ("hidden", simulated::hidden),
        ("speed", simulated::speed),
        ("sizes", sizes::sizes),
    ] {
        if wants(name) {
            section();
        }
    }
    type OnData = (&'static str, &'static str, fn(&Path));
    const CHICAGO: &str = "chicago311_sanitation/sanitation_complaints.csv.gz";
    const BALTIMORE: &str = "baltimore311/service_requests.csv.gz";
    const ON_DATA: [OnData; 6] = [
        ("newport", "event_series_surveillance/unlabelled/salmNewport.csv.gz", weekly::newport),
        ("survstat", "event_series_surveillance/public", weekly::survstat),
        ("chicago-budget", CHICAGO, |path| {
            incidents::budget(
                "Chicago sanitation",
                path,
                "creation_date",
                &["what_is_the_nature_of_this_code_violation", "ward"],
                2011..=2014,
            );
        }),
        ("baltimore-budget", BALTIMORE, |path| {
            incidents::budget(
                "Baltimore (a sample of 10,000)",
                path,
                "createddate",
                &["agency", "srtype"],
                2014..=2018,
            );
        }),
        ("chicago", CHICAGO, incidents::chicago),
        ("baltimore", BALTIMORE, incidents::baltimore),
    ];
    for (name, file, section) in ON_DATA.into_iter().filter(|(name, ..)| wants(name)) {
        match data.as_ref().map(|data| data.join(file)).filter(|path| path.exists()) {
            Some(path) => section(&path),
            None => println!("\n## {name}\n\nSkipped: `{file}` is not in the data folder."),
        }
    }
}
