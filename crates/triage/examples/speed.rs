//! Learns from lines `label TAB group TAB text` on standard input and classifies them all as often as the argument says.
//!
//! `scripts/evaluate` runs it with 0 and with 10 and takes the difference of processor time.

use std::{error::Error, io::Read as _};

use triage::{Sample, Settings, measure, train};

fn main() -> Result<(), Box<dyn Error>> {
    let rounds: usize = std::env::args().nth(1).map_or(Ok(1), |rounds| rounds.parse())?;
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let rows: Vec<Vec<&str>> = input.lines().map(|line| line.splitn(3, '\t').collect()).collect();
    let rows = rows.iter().filter(|row| row.len() == 3);
    let samples: Vec<Sample> =
        rows.map(|row| Sample { text: row[2], label: row[0], group: row[1] }).collect();
    let trained = train(&samples, &Settings::default())?;
    let (alone, ruled) =
        (measure(&trained.unseen, trained.model.sure), measure(&trained.ruled, trained.model.sure));
    println!(
        "out of fold: accuracy {:.4}, macro-F1 {:.4}, with rules below {} samples {:.4}, sure {:.3} at {:.4}; {:?}",
        alone.accuracy,
        alone.macro_f1,
        trained.model.rules_below,
        ruled.macro_f1,
        alone.sure.coverage,
        alone.sure.accuracy,
        trained.calibration
    );
    let model = trained.model;
    let mut right = 0;
    for _ in 0..rounds {
        right = samples.iter().filter(|sample| model.classify(sample.text).label == sample.label).count();
    }
    println!("{} {right}", samples.len());
    Ok(())
}
