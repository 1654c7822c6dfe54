//! Fields of a text against cases written by hand (`fields.tsv`, `fields/`: a text, then what stands in it). Goals of the research notes § 3.4:
//! F1 ≥ 0.98 for telephones, days written out and sums; ≥ 0.90 for days told from today and for addresses to the street.

use std::collections::BTreeMap;

use proptest::prelude::*;
use triage::{Day, Said, fields};

fn today() -> Day {
    Day { year: 2026, month: 9, day: 24 }
}

fn span(one: &impl ToString, two: &impl ToString, between: &str) -> String {
    let (one, two) = (one.to_string(), two.to_string());
    if one == two { one } else { format!("{one}{between}{two}") }
}

fn written(said: &Said) -> (&'static str, String) {
    match said {
        Said::Money(least, most) => ("money", span(least, most, "-")),
        Said::Days(first, last) => ("day", span(first, last, "..")),
        Said::Phone(digits) => ("phone", digits.clone()),
        Said::Order(number) => ("order", number.clone()),
        Said::Brand(brand) => ("brand", brand.clone()),
        Said::Address(address) => ("address", address.clone()),
    }
}

/// Right, found, true.
type Counts = BTreeMap<&'static str, [usize; 3]>;

/// Whether the lines of a part may be shown: those of the sealed one only when they are asked for (`FIELDS_SHOW=sealed`), for who has
/// seen them can no longer mend rules and then measure on them.
fn shown(part: &str) -> bool {
    part != "sealed" || std::env::var("FIELDS_SHOW").is_ok_and(|asked| asked == part)
}

fn compare(part: &str, line: &str, counts: &mut Counts) {
    let shown = shown(part);
    let mut told = line.split('\t');
    let text = told.next().unwrap_or_default();
    let expected: Vec<(&str, &str)> = told.filter_map(|told| told.split_once('=')).collect();
    let mut found: Vec<(&str, String)> =
        fields(text, today()).iter().map(|field| written(&field.said)).collect();
    let relative = expected.iter().any(|(kind, _)| *kind == "rel");
    for (kind, value) in &expected {
        let stored = if *kind == "rel" { "day" } else { kind };
        let name = GOALS.map(|(name, _)| name).into_iter().find(|name| name == kind);
        let name = name.expect(if shown { line } else { "a kind of field that has a goal" });
        let count = counts.entry(name).or_default();
        count[2] += 1;
        if let Some(at) = found.iter().position(|(kind, said)| *kind == stored && said == value) {
            found.remove(at);
            count[0] += 1;
            count[1] += 1;
        } else if shown {
            println!("{part}: missed {kind}={value} in {text}");
        }
    }
    for (kind, value) in found {
        if shown {
            println!("{part}: false {kind}={value} in {text}");
        }
        let name = if kind == "day" && relative { "rel" } else { kind };
        counts.entry(name).or_default()[1] += 1;
    }
}

/// Goals of F1.
const GOALS: [(&str, f64); 7] = [
    ("phone", 0.98),
    ("day", 0.98),
    ("money", 0.98),
    ("rel", 0.90),
    ("address", 0.90),
    ("order", 0.90),
    ("brand", 0.90),
];

type Part<'a> = (&'static str, &'a [&'a str]);

/// The first cases, those read when the rules were mended, and the last third of each file of them, which nobody looked at until
/// the mended rules had been scored on it.
const PARTS: [Part<'static>; 3] = [
    ("first", &[include_str!("fields.tsv")]),
    (
        "read",
        &[
            include_str!("fields/phone.tsv"),
            include_str!("fields/day.tsv"),
            include_str!("fields/money.tsv"),
            include_str!("fields/rel.tsv"),
            include_str!("fields/address.tsv"),
            include_str!("fields/letter.tsv"),
        ],
    ),
    (
        "held",
        &[
            include_str!("fields/held/phone.tsv"),
            include_str!("fields/held/day.tsv"),
            include_str!("fields/held/money.tsv"),
            include_str!("fields/held/rel.tsv"),
            include_str!("fields/held/address.tsv"),
            include_str!("fields/held/letter.tsv"),
        ],
    ),
];

/// Lines of one who has never seen the rules, 2026-11-28: those read when the rules were mended, and as many of the same composition
/// that stayed sealed until the mended rules had been scored on them. **They have been seen since**, and the rules were mended on their faults too.
const OPEN: Part<'static> = (
    "open",
    &[
        include_str!("fields/open/phone.tsv"),
        include_str!("fields/open/day.tsv"),
        include_str!("fields/open/money.tsv"),
        include_str!("fields/open/rel.tsv"),
        include_str!("fields/open/address.tsv"),
    ],
);
const HELD2: Part<'static> = (
    "held2",
    &[
        include_str!("fields/held2/phone.tsv"),
        include_str!("fields/held2/day.tsv"),
        include_str!("fields/held2/money.tsv"),
        include_str!("fields/held2/rel.tsv"),
        include_str!("fields/held2/address.tsv"),
    ],
);

/// Lines of another hand, 400, meant to be hard: scored once unseen on 2026-11-28 (F1: days .949, sums .912, days told from today .959,
/// telephones 1.000), below the goal of .98 for days and sums. **They have been seen since**, and the rules were mended on their faults.
const HELD3: Part<'static> =
    ("held3", &[include_str!("fields/held3/day.tsv"), include_str!("fields/held3/money.tsv")]);

/// Lines written down before the second mend, by whoever mended: days and sums in writings that the other files do not have, and what
/// looks like them.
const FURTHER: Part<'static> = (
    "further",
    &[include_str!("fields/open/further_day.tsv"), include_str!("fields/open/further_money.tsv")],
);

/// The files of the part that nobody who mends has seen (`tests/fields/sealed/`), those that are there.
const SEALED: [&str; 2] = ["day.tsv", "money.tsv"];

/// Counts of a part, printed.
fn score((part, files): Part<'_>) -> Counts {
    let mut counts = Counts::new();
    for line in files.iter().flat_map(|file| file.lines()) {
        compare(part, line, &mut counts);
    }
    for (kind, count) in &counts {
        println!("{part}\t{kind}\t{count:?}\tF1 {:.3}", f1(*count));
    }
    counts
}

fn f1([right, found, all]: [usize; 3]) -> f64 {
    2.0 * right as f64 / (found + all) as f64
}

#[test]
fn fields_are_found_in_cases_written_by_hand() {
    let mut whole = Counts::new();
    for part in PARTS {
        for (kind, count) in score(part) {
            let sum = whole.entry(kind).or_default();
            (0..3).for_each(|at| sum[at] += count[at]);
        }
    }
    for (kind, least) in [("phone", 300), ("day", 300), ("money", 300), ("rel", 120), ("address", 120)] {
        assert!(whole[kind][2] >= least, "{kind}: {}", whole[kind][2]);
    }
    for (kind, _) in GOALS {
        println!("all\t{kind}\t{:?}\tF1 {:.3}", whole[kind], f1(whole[kind]));
    }
    for (kind, goal) in GOALS {
        assert!(f1(whole[kind]) >= goal, "{kind}: {:.3} of {goal}", f1(whole[kind]));
    }
    hold_read(&whole);
}

/// What is held of lines that were mended on: they were read, so that nearly all of them must be right.
const READ: [(&str, f64); 3] = [("day", 0.99), ("money", 0.99), ("rel", 0.99)];

/// What lines sealed anew must reach: nothing was scored on them yet.
const REACHED_SEALED: [(&str, f64); 2] = [("day", 0.90), ("money", 0.90)];

/// Holds the goals.
fn hold(counts: &Counts) {
    for kind in ["phone", "day", "money", "rel", "address"] {
        assert!(counts[kind][2] >= 40, "{kind}: {}", counts[kind][2]);
    }
    for (kind, goal) in GOALS.into_iter().filter(|(kind, _)| counts.contains_key(kind)) {
        assert!(f1(counts[kind]) >= goal, "{kind}: {:.3} of {goal}", f1(counts[kind]));
    }
}

fn hold_read(counts: &Counts) {
    for (kind, least) in READ {
        assert!(f1(counts[kind]) >= least, "{kind}: {:.3} of {least}", f1(counts[kind]));
    }
}

#[test]
fn fields_are_found_in_open_lines() {
    let counts = score(OPEN);
    hold(&counts);
    hold_read(&counts);
}

#[test]
fn fields_are_found_in_lines_that_were_sealed_once() {
    let counts = score(HELD2);
    hold(&counts);
    hold_read(&counts);
}

#[test]
fn fields_are_found_in_lines_meant_to_be_hard() {
    let counts = score(HELD3);
    assert!(counts["day"][2] >= 180 && counts["money"][2] >= 370);
    for (kind, goal) in GOALS.into_iter().filter(|(kind, _)| counts.contains_key(kind)) {
        assert!(f1(counts[kind]) >= goal, "{kind}: {:.3} of {goal}", f1(counts[kind]));
    }
    hold_read(&counts);
}

#[test]
fn fields_are_found_in_further_lines() {
    let counts = score(FURTHER);
    assert!(counts["day"][2] >= 100 && counts["money"][2] >= 200);
    hold_read(&counts);
}

/// Whoever writes new lines lays them into `tests/fields/sealed/`; where there are none nothing is scored.
#[test]
fn fields_are_found_in_sealed_lines() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fields/sealed");
    let files: Vec<String> =
        SEALED.iter().filter_map(|name| std::fs::read_to_string(folder.join(name)).ok()).collect();
    let counts = score(("sealed", &files.iter().map(String::as_str).collect::<Vec<_>>()));
    for (kind, least) in REACHED_SEALED {
        if let Some(count) = counts.get(kind) {
            assert!(f1(*count) >= least, "{kind}: {:.3} of {least}", f1(*count));
        }
    }
}

#[test]
fn a_field_shows_where_it_stands() {
    let text = "ＡＢ：昨天花了１２８元，電話１３８００１３８０００";
    let found = fields(text, today());
    let words: Vec<&str> = found.iter().map(|field| &text[field.span.clone()]).collect();
    assert_eq!(words, ["昨天", "１２８元", "１３８００１３８０００"]);
}

#[test]
fn what_is_too_large_is_no_number() {
    for text in ["十亿亿亿", "上万亿百", "几千万亿亿元", "几千亿亿", "9999999999999元", "九千九百九十九亿亿"]
    {
        assert!(fields(text, today()).is_empty(), "{text}: {:?}", fields(text, today()));
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_rules(text in ".{0,40}", mixed in "[0-9一二三四五幺零十百千万亿元块毛角分几来多月日年号上周前天半至、路街市区中山牌和甲附弄￥押金交了的(+)*xX .,:/@-]{0,30}") {
        for text in [&text, &mixed] {
            let mut before = 0;
            for field in fields(text, today()) {
                prop_assert!(field.span.start >= before && text.get(field.span.clone()).is_some_and(|words| !words.is_empty()));
                before = field.span.end;
            }
        }
    }
}
