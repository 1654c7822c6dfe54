//! The second reader on whole texts: clean ones pass, corrupted ones do not.

mod corrupt;
mod world;

use numerals::{Claim, Finding, Ledger, Number, Verdict, check, chinese, read};
use proptest::prelude::*;
use world::{Chance, HANDS, World, Writer, texts};

/// Fifty reports that say what the ledger says: ten manners in five hands, each of another world.
fn reports() -> Vec<(World, String)> {
    let mut all = Vec::new();
    for at in 0..10 {
        for (of, hand) in HANDS.into_iter().enumerate() {
            let world = World::drawn((at * 5 + of) as u64 + 1);
            let text = texts(&Writer { world: &world, hand }).swap_remove(at);
            all.push((world, text));
        }
    }
    all
}

fn faults(findings: &[Finding]) -> Vec<String> {
    let faulty = findings.iter().filter(|one| !one.holds());
    faulty
        .map(|one| {
            format!(
                "{}:{} {} {:?} {}",
                one.numeral.line, one.numeral.column, one.numeral.text, one.verdict, one.why
            )
        })
        .collect()
}

#[test]
fn fifty_clean_reports_are_not_refused() {
    let reports = reports();
    assert_eq!(reports.len(), 50);
    let mut verified = 0;
    for (world, text) in reports {
        let findings = check(&text, &world.ledger, &[]);
        assert_eq!(faults(&findings), Vec::<String>::new(), "{text}");
        verified += findings.iter().filter(|one| one.verdict == Verdict::Verified).count();
    }
    assert!(verified > 200, "{verified}");
}

#[test]
fn a_thousand_corrupted_numerals_are_all_caught() {
    let (reports, mut chance) = (reports(), Chance::new(2026));
    let (mut tried, mut by_kind) = (0, [0; 4]);
    while tried < 1_000 {
        let (world, text) = &reports[chance.below(reports.len())];
        let Some((kind, corrupted, how)) = corrupt::one(text, &world.ledger, &mut chance) else { continue };
        tried += 1;
        by_kind[kind] += 1;
        let findings = check(&corrupted, &world.ledger, &[]);
        assert!(!faults(&findings).is_empty(), "not caught: {how}\n{text}\n{corrupted}");
        // What the maker of the text says that it printed changes nothing.
        let claimed = check(&corrupted, &world.ledger, &claims(text, &corrupted, &world.ledger));
        assert!(!faults(&claimed).is_empty(), "not caught with claims: {how}\n{text}\n{corrupted}");
    }
    assert!(by_kind.iter().all(|count| *count > 50), "{by_kind:?}");
}

/// What a clean text prints where, moved to where it stands in the corrupted one.
fn claims(clean: &str, corrupted: &str, ledger: &Ledger) -> Vec<Claim> {
    let same = clean.bytes().zip(corrupted.bytes()).take_while(|(one, two)| one == two).count();
    let moved =
        |at: usize| if at > same { (at + corrupted.len()).saturating_sub(clean.len()).max(same) } else { at };
    let of = |one: Finding| {
        Some(Claim { span: moved(one.numeral.span.start)..moved(one.numeral.span.end), fact: one.fact? })
    };
    check(clean, ledger, &[]).into_iter().filter_map(of).collect()
}

#[test]
fn a_draft_by_hand_is_told_apart() {
    let world = World::drawn(7);
    let writer = Writer { world: &world, hand: world::Hand::Grouped };
    let text = format!("接收投诉{}。\n举报9件。检查经营户3480户次。", writer.count("received_complaint"));
    let verdicts: Vec<_> = check(&text, &world.ledger, &[])
        .iter()
        .map(|one| (one.numeral.line, one.numeral.column, one.verdict))
        .collect();
    assert_eq!(
        verdicts,
        [(1, 5, Verdict::Verified), (2, 3, Verdict::Contradicted), (2, 11, Verdict::Unknown)]
    );
}

#[test]
fn sums_close() {
    let world = World::drawn(3);
    let w = Writer { world: &world, hand: world::Hand::Plain };
    let (all, complaints, reports) =
        (w.exact("received"), w.exact("received_complaint"), w.exact("received_report"));
    let told = |text: &str| faults(&check(text, &world.ledger, &[])).len();
    assert_eq!(
        told(&format!("接收总量{all}，其中投诉{complaints}、举报{reports}。")),
        1,
        "does not say that there are others"
    );
    assert_eq!(told(&format!("接收总量{all}，其中投诉{complaints}、举报{reports}，其余为咨询。")), 0);
    let consultations = w.exact("received_consultation");
    assert_eq!(
        told(&format!("接收总量{all}，其中咨询{consultations}、投诉{complaints}、举报{reports}。")),
        0
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn numbers_to_a_million_millions_are_read_as_they_are_written(number in 0_u64..=1_000_000_000_000) {
        let whole = Some(Number::whole(number as i64));
        prop_assert_eq!(chinese::parse(&chinese::small(number)), whole);
        prop_assert_eq!(chinese::parse(&chinese::capital(number)), whole);
    }

    #[test]
    fn small_numbers_too(number in 0_u64..200_000) {
        let text = format!("共{}件。", chinese::small(number));
        let read = read(&text);
        prop_assert_eq!(read.len(), 1, "{}", text);
        prop_assert_eq!((read[0].value, read[0].unit), (Some(Number::whole(number as i64)), "件"));
    }

    #[test]
    fn amounts_are_read_to_the_fen(fen in 0_u64..=100_000_000_000_000) {
        let text = format!("计{}。", chinese::amount(fen));
        let read = read(&text);
        prop_assert_eq!(read.len(), 1, "{} {:?}", text, read);
        prop_assert_eq!(read[0].value, Some(Number::decimal(fen.into(), 2)), "{}", text);
        prop_assert_eq!(read[0].unit, "元");
    }

    #[test]
    fn any_text_is_read(text in "[一二三十百千万亿零点0-9，。、%件元角分第年月日余近约年（）A-z. -]{0,40}") {
        let ledger = &*LEDGER;
        for finding in check(&text, ledger, &[]) {
            prop_assert_eq!(&text[finding.numeral.span.clone()], finding.numeral.text);
        }
    }
}

static LEDGER: std::sync::LazyLock<numerals::Ledger> = std::sync::LazyLock::new(|| World::drawn(1).ledger);
