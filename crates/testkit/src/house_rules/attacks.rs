//! `docs/security.md` against the tests: 55 cases, each with tests that exist or a reason; no `sec_NN_…` left out.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;

/// Cases of the list.
const CASES: u32 = 55;

/// A row: what it says, and (test, file) pairs.
struct Case {
    says: String,
    tests: BTreeSet<(String, String)>,
}

fn cases(page: &str) -> BTreeMap<u32, Case> {
    let mut cases = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, says, tests] = cells[..] else { continue };
        let Ok(number) = number.parse() else { continue };
        let quoted: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        let tests = quoted
            .chunks(2)
            .map(|pair| (pair[0].to_owned(), pair.get(1).copied().unwrap_or_default().to_owned()));
        cases.insert(number, Case { says: says.to_owned(), tests: tests.collect() });
    }
    cases
}

/// The tests of a source by name, those of `sec_NN` with the numbers they bear.
fn tests_of(source: &Source) -> Vec<&str> {
    let after = source.text.split("fn ").skip(1);
    after.filter_map(|rest| rest.split_once('(').map(|(name, _)| name.trim())).collect()
}

/// `sec_16_19_and_20_what…` bears 16, 19 and 20.
fn numbers(name: &str) -> BTreeSet<u32> {
    let Some(rest) = name.strip_prefix("sec_") else { return BTreeSet::new() };
    let words = rest.split('_');
    let in_front = words.take_while(|word| ["and", "sec"].contains(word) || word.parse::<u32>().is_ok());
    in_front.filter_map(|word| word.parse().ok()).collect()
}

/// What the page says that is not so, and what it leaves out.
pub fn untold_attacks(page: &str, sources: &[Source]) -> Vec<String> {
    let cases = cases(page);
    let mut faults = Vec::new();
    for number in 1..=CASES {
        match cases.get(&number) {
            None => faults.push(format!("docs/security.md: case {number} has no row")),
            Some(case) if case.says.is_empty() => {
                faults.push(format!("docs/security.md: case {number} does not say how it stands"));
            }
            Some(case) if case.tests.is_empty() && !case.says.starts_with("No such surface") => faults.push(
                format!("docs/security.md: case {number} has neither a test nor a reason that begins “No such surface”"),
            ),
            Some(_) => {}
        }
    }
    let files: BTreeMap<&str, &Source> =
        sources.iter().map(|source| (source.path.as_str(), source)).collect();
    for (number, case) in &cases {
        for (test, file) in &case.tests {
            let path = format!("crates/{file}");
            let there =
                files.get(path.as_str()).is_some_and(|source| tests_of(source).contains(&test.as_str()));
            if !there {
                faults
                    .push(format!("docs/security.md: case {number} names {test} in {path}, where it is not"));
            }
        }
    }
    for source in sources {
        let file = source.path.trim_start_matches("crates/");
        for test in tests_of(source) {
            for number in numbers(test) {
                let pair = (test.to_owned(), file.to_owned());
                if !cases.get(&number).is_some_and(|case| case.tests.contains(&pair)) {
                    faults.push(format!(
                        "{}: `{test}` is missing in case {number} of docs/security.md",
                        source.path
                    ));
                }
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: &str) -> String {
        let rest: Vec<String> =
            (3..=CASES).map(|n| format!("| {n} | x | No such surface: none | – |")).collect();
        format!("| # | Attack | How | Tests |\n|---|---|---|---|\n{rows}\n{}", rest.join("\n"))
    }

    #[test]
    fn the_page_is_held_against_the_tests_in_both_directions() {
        let name = |rest: &str| format!("{}_{rest}", "sec");
        let (both, other) = (name("01_and_02_both"), name("02_other"));
        let source = Source::new("crates/a/tests/x.rs", &format!("fn {both}() {{}}\nfn {other}() {{}}"));
        let good = format!(
            "| 1 | a | held | `{both}` (`a/tests/x.rs`) |\n| 2 | b | held | `{both}` (`a/tests/x.rs`), `{other}` (`a/tests/x.rs`) |"
        );
        assert_eq!(untold_attacks(&page(&good), std::slice::from_ref(&source)), Vec::<String>::new());
        let left_out = good.replace(&format!(", `{other}` (`a/tests/x.rs`)"), "");
        assert_eq!(untold_attacks(&page(&left_out), std::slice::from_ref(&source)).len(), 1);
        assert_eq!(
            untold_attacks(&page(&good.replace("x.rs", "y.rs")), std::slice::from_ref(&source)).len(),
            6
        );
        assert_eq!(untold_attacks(&page("| 1 | a | held | – |\n| 2 | b |  | – |"), &[]).len(), 2);
        assert_eq!(untold_attacks("", &[]).len(), 55);
    }
}
