//! Classes and kind before anything was learned, on texts with their labels (`class/`: a text, goods, problem, kind; alternatives parted by
//! `|`, `-` where silence is right). They go through what the desk asks: `decide` with the tree in force, and `contacts`. `dev.tsv` and
//! `seen.tsv` were written by another person without the lexicon; `seen.tsv` was sealed until 2026-11-28 and **has been seen since**: the
//! lexicon was mended on it. `dev2.tsv` was written and labelled by the one who mended. All three flatter. Of `sealed.tsv`, where there is
//! one, only counts are told (`XIAOBAO_CLASS_FAULTS` shows the faults of the others).

use jiff::civil::Date;
use law::{Law, Tree};
use triage::{Contact, contacts, decide};

const DAY: Date = Date::constant(2026, 11, 28);

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    right: u32,
    near: u32,
    wrong: u32,
    /// Of the wrong ones, where silence was right.
    unasked: u32,
    silent: u32,
    rightly_silent: u32,
}

impl Counts {
    /// Whether it was right, by speaking or by silence.
    fn count(&mut self, said: Option<&str>, accepted: &str) -> bool {
        let right: Vec<&str> = accepted.split('|').filter(|code| *code != "-").collect();
        let above = |said: &str| {
            right.iter().any(|code| code.strip_prefix(said).is_some_and(|rest| rest.starts_with('.')))
        };
        let counted = match said {
            None if right.is_empty() => &mut self.rightly_silent,
            None => &mut self.silent,
            Some(said) if right.contains(&said) => &mut self.right,
            Some(said) if above(said) => &mut self.near,
            Some(_) => {
                self.unasked += u32::from(right.is_empty());
                &mut self.wrong
            }
        };
        *counted += 1;
        said.map_or(right.is_empty(), |said| right.contains(&said))
    }

    fn said(&self) -> u32 {
        self.right + self.near + self.wrong
    }

    /// In per cent: of what is said, how much is right or near.
    fn precision(&self) -> f64 {
        f64::from(100 * (self.right + self.near)) / f64::from(self.said().max(1))
    }

    /// In per cent: of the texts for which something is right, how many are answered.
    fn coverage(&self) -> f64 {
        let answered = self.said() - self.unasked;
        f64::from(100 * answered) / f64::from((answered + self.silent).max(1))
    }
}

fn first(tree: &Tree, text: &str) -> (Option<String>, Vec<String>) {
    let entries: Vec<(&str, &str)> =
        tree.offered(DAY).map(|node| (node.code.as_str(), node.name.as_str())).collect();
    let found = decide(&entries, text);
    found.map_or((None, Vec::new()), |one| (Some(one.code), one.words))
}

fn kind(text: &str) -> (Option<String>, Vec<String>) {
    let code = |kind| match kind {
        Contact::Complaint => "complaint",
        Contact::Report => "report",
        Contact::Question => "consultation",
    };
    let found = contacts(text).into_iter().next();
    found.map_or((None, Vec::new()), |(kind, words)| {
        (Some(code(kind).to_owned()), words.into_iter().map(str::to_owned).collect())
    })
}

/// Goods, problem and kind of one half.
fn score(cases: &str, show: bool) -> [Counts; 3] {
    let law = Law::in_use();
    let mut counts = [Counts::default(); 3];
    for line in cases.lines() {
        let mut told = line.split('\t');
        let mut next = || told.next().expect("four columns");
        let (text, accepted) = (next(), [next(), next(), next()]);
        let said =
            [first(&law.classification.goods, text), first(&law.classification.problems, text), kind(text)];
        let nobodys = accepted[0] == "-" && accepted[1] == "-";
        for (part, name) in ["goods", "problem", "kind"].iter().enumerate() {
            if part == 2 && nobodys {
                continue;
            }
            let (code, words) = &said[part];
            if !counts[part].count(code.as_deref(), accepted[part]) && show {
                println!(
                    "{name}\t{}\tnot {}\t{}\t{text}",
                    accepted[part],
                    code.as_deref().unwrap_or("-"),
                    words.join(" ")
                );
            }
        }
    }
    counts
}

fn tell(half: &str, counts: &[Counts; 3]) {
    for (name, one) in ["goods", "problem", "kind"].iter().zip(counts) {
        println!(
            "| {half} | {name} | {} | {} | {} | {} | {} | {:.1} | {:.1} |",
            one.right,
            one.near,
            one.wrong,
            one.silent,
            one.rightly_silent,
            one.precision(),
            one.coverage()
        );
    }
}

/// Least per cent of precision and coverage: goods, problem, kind.
type Floors = [(f64, f64); 3];

fn hold(half: &str, counts: &[Counts; 3], floors: Floors) {
    for (one, (precision, coverage)) in counts.iter().zip(floors) {
        assert!(one.precision() >= precision, "{half}: precision {:.2} under {precision}", one.precision());
        assert!(one.coverage() >= coverage, "{half}: coverage {:.2} under {coverage}", one.coverage());
    }
}

/// The three lists that were mended on, each with its floors.
const SEEN: [(&str, &str, Floors); 3] = [
    ("dev", include_str!("class/dev.tsv"), [(97.0, 97.0), (95.0, 70.0), (98.0, 98.0)]),
    ("seen", include_str!("class/seen.tsv"), [(92.0, 91.0), (95.0, 78.0), (96.0, 97.0)]),
    ("dev2", include_str!("class/dev2.tsv"), [(95.0, 93.0), (95.0, 68.0), (98.0, 94.0)]),
];

#[test]
fn classes_and_kind_of_the_texts_mended_on() {
    let show = std::env::var_os("XIAOBAO_CLASS_FAULTS").is_some();
    for (name, cases, floors) in SEEN {
        let counts = score(cases, show);
        tell(name, &counts);
        hold(name, &counts, floors);
    }
}

/// A fence at what was reached on texts that nobody mended on. The goals fixed before were 90 at 85, 85 at 50 and 92 at 88: coverage is
/// kept by all three, precision by none (docs/evaluation.md).
const SEALED: Floors = [(88.0, 92.0), (81.0, 51.0), (90.0, 91.0)];

/// Reads the list when it runs: a new one is put beside the others and scored, its lines and faults stay unread.
#[test]
fn classes_and_kind_of_sealed_texts() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/class/sealed.tsv");
    let Ok(cases) = std::fs::read_to_string(path) else {
        println!("no sealed list at present");
        return;
    };
    let counts = score(&cases, false);
    tell("sealed", &counts);
    hold("sealed", &counts, SEALED);
}
