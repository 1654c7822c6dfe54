//! `cargo run --release --example resolve -- REGISTER.tsv MENTIONS.tsv [THRESHOLD]`: a register (name, code, address, aliases parted by `|`)
//! and mentions (kind, line of the true trader from nought or nothing, name, code, address), both parted by tabs, as
//! `scripts/noisy-names.py` writes them. Prints by kind how many were linked, rightly and wrongly, the share of true traders among
//! the candidates, and the time: as it passed, the least of five tries at each mention (on a shared machine the first has waited
//! for others too), and on Linux the processor's.

use std::{collections::BTreeMap, time::Instant};

use triage::{Known, Mention, Register, Rule};

#[derive(Default)]
struct Count {
    all: usize,
    present: usize,
    blocked: usize,
    first: usize,
    right: usize,
    wrong: usize,
}

impl Count {
    fn add(&mut self, truth: Option<usize>, resolution: &triage::Resolution) {
        self.all += 1;
        self.present += usize::from(truth.is_some());
        self.blocked +=
            usize::from(truth.is_some_and(|at| resolution.candidates.iter().any(|one| one.at == at)));
        self.first +=
            usize::from(truth.is_some() && resolution.candidates.first().map(|one| one.at) == truth);
        self.right += usize::from(resolution.link.is_some() && resolution.link == truth);
        self.wrong += usize::from(resolution.link.is_some() && resolution.link != truth);
    }

    fn line(&self, kind: &str) -> String {
        let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
        format!(
            "{kind:12} {:6} present {:6} blocking {:.4} first {:.4} linked right {:6} wrong {:4} precision {:.4} recall {:.4}",
            self.all,
            self.present,
            share(self.blocked, self.present),
            share(self.first, self.present),
            self.right,
            self.wrong,
            share(self.right, self.right + self.wrong),
            share(self.right, self.present),
        )
    }
}

fn tell(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
    let [half, most, nearly, all] = [0.5, 0.95, 0.99, 1.0].map(at);
    println!("ms a mention, {what}: median {half:.3}, 95 % {most:.3}, 99 % {nearly:.3}, longest {all:.3}");
}

/// Milliseconds of processor that this program has used, where the system tells them.
fn processor() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(told.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}

/// A mention that was not answered rightly, who was meant, and the first two that were found with why.
fn show(rows: &[Vec<&str>], row: &[&str], truth: Option<usize>, resolution: &triage::Resolution) {
    let of = |at: Option<usize>| at.map_or("-".to_owned(), |at| rows[at].join(" "));
    let why = |one: &triage::Candidate| {
        let parts = one.evidence.iter().map(|one| format!("{}{:+.1}", one.part.title(), one.weight));
        parts.collect::<Vec<_>>().join(" ")
    };
    println!(
        "{} | {} | {} {} | {:?}\n   true {}",
        row[0],
        row[2],
        row[3],
        row[4],
        resolution.held,
        of(truth)
    );
    for one in resolution.candidates.iter().take(2) {
        println!("   said {:.1} {} {}", one.score, of(Some(one.at)), why(one));
    }
}

fn main() -> std::io::Result<()> {
    let mut files = std::env::args().skip(1);
    let mut next = || std::fs::read_to_string(files.next().unwrap_or_default());
    let (register, mentions) = (next()?, next()?);
    let threshold = files.next().and_then(|words| words.parse().ok()).unwrap_or(Rule::default().threshold);
    let rule = Rule { threshold, ..Rule::default() };
    let verbose = files.next().is_some();
    let cells = |line: &'static str| -> Vec<&'static str> { line.split('\t').collect() };
    let (register, mentions): (&'static str, &'static str) = (register.leak(), mentions.leak());
    let rows: Vec<Vec<&str>> = register.lines().map(cells).collect();
    let aliases: Vec<Vec<&str>> =
        rows.iter().map(|row| row[3].split('|').filter(|alias| !alias.is_empty()).collect()).collect();
    let known = rows.iter().zip(&aliases).map(|(row, aliases)| Known {
        name: row[0],
        code: row[1],
        address: row[2],
        aliases,
        confirmed: &[],
    });
    let started = Instant::now();
    let index: Register = known.collect();
    println!("{} traders indexed in {:.2} s", index.len(), started.elapsed().as_secs_f64());
    let (mut counts, mut times) = (BTreeMap::<&str, Count>::new(), Vec::new());
    let (mut least, before) = (Vec::new(), processor());
    for row in mentions.lines().map(cells) {
        let mention = Mention { name: row[2], code: row[3], address: row[4] };
        let truth: Option<usize> = row[1].parse().ok();
        let started = Instant::now();
        let resolution = index.resolve(&mention, &rule);
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        let again = (0..4).map(|_| {
            let started = Instant::now();
            assert_eq!(index.resolve(&mention, &rule).link, resolution.link);
            started.elapsed().as_secs_f64() * 1000.0
        });
        least.push(again.fold(times[times.len() - 1], f64::min));
        if verbose && resolution.link != truth {
            show(&rows, &row, truth, &resolution);
        }
        for kind in [row[0], "all"] {
            let count = counts.entry(kind).or_default();
            count.add(truth, &resolution);
        }
    }
    counts.iter().for_each(|(kind, count)| println!("{}", count.line(kind)));
    if let (Some(before), Some(after)) = (before, processor()) {
        println!(
            "ms of processor a mention, all five tries: {:.3}",
            (after - before) / (5 * times.len()) as f64
        );
    }
    tell("first try", &mut times);
    tell("least of five", &mut least);
    Ok(())
}
