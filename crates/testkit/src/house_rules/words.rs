//! Words that stay out of the repository. Those of the last two rules are put together from halves, so that this file obeys
//! them too.

use super::{Source, code, scan};

fn in_code(sources: &[Source], words: &[&str], mend: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let code = code(&source.text);
        for word in words {
            for at in scan::words(&code, word) {
                faults.push(format!("{}:{}: `{word}`: {mend}", source.path, scan::line(&code, at)));
            }
        }
    }
    faults
}

/// `todo!`, `unimplemented!`, `dbg!` in code.
pub fn unfinished(sources: &[Source]) -> Vec<String> {
    in_code(sources, &["todo!", "unimplemented!", "dbg!"], "finish it, or leave it out")
}

/// Lints silenced without a reason: `#[allow]`, also within `cfg_attr`.
pub fn silenced_lints(sources: &[Source]) -> Vec<String> {
    in_code(sources, &["#[allow", "#![allow", ", allow("], "use #[expect(…, reason = \"…\")], or mend it")
}

/// What tells of the workshop and not of the product: machines, folders, registries behind the scenes.
pub fn workshop_words(sources: &[Source]) -> Vec<String> {
    let words = [
        concat!("/wo", "rk/main"),
        concat!("/wo", "rk/shared"),
        concat!("/wo", "rk/arch"),
        concat!("/wo", "rk/."),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("session", " helper"),
        concat!("crates", "-io.proxy"),
        concat!("index.crates", ".io"),
        concat!("static.crates", ".io"),
        concat!("registry.npmjs", ".org"),
        concat!("deb.debian", ".org"),
    ];
    let mut faults = Vec::new();
    for source in sources {
        let is_document = [".md", ".txt"].iter().any(|ending| source.path.ends_with(ending));
        let more = is_document.then_some(concat!("/tm", "p/"));
        for (at, line) in source.text.lines().enumerate() {
            for word in words.iter().copied().chain(more).filter(|word| line.contains(word)) {
                faults.push(format!(
                    "{}:{}: `{word}` is about a machine, not about the program: say it without",
                    source.path,
                    at + 1
                ));
            }
        }
    }
    faults
}

/// Packages in `Cargo.lock` that come from elsewhere than crates.io.
pub fn foreign_packages(lock: &Source) -> Vec<String> {
    let index = concat!("\"registry+https://github.com/rust-lang/crates", ".io-index\"");
    let sources =
        lock.text.lines().enumerate().filter_map(|(at, line)| Some((at, line.strip_prefix("source = ")?)));
    sources
        .filter(|(_, source)| *source != index)
        .map(|(at, source)| format!("{}:{}: {source}: packages come from crates.io only", lock.path, at + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(text: &str) -> [Source; 1] {
        [Source::new("docs/a.md", text)]
    }

    #[test]
    fn unfinished_code_is_found_and_talk_of_it_is_not() {
        for text in ["fn a() { todo!() }", "unimplemented!(\"later\")", "std::dbg!(a)"] {
            assert_eq!(unfinished(&bad(text)).len(), 1, "{text}");
        }
        assert!(unfinished(&bad("// todo!\nlet a = \"dbg!\"; mytodo!()")).is_empty());
    }

    #[test]
    fn silenced_lints_are_found() {
        for text in ["#[allow(dead_code)]", "#![allow(dead_code)]", "#[cfg_attr(test, allow(dead_code))]"] {
            assert_eq!(silenced_lints(&bad(text)).len(), 1, "{text}");
        }
        assert!(silenced_lints(&bad("#[expect(dead_code, reason = \"#[allow\")]")).is_empty());
    }

    #[test]
    fn the_workshop_is_found() {
        let folder = concat!("/wo", "rk/main");
        assert_eq!(workshop_words(&bad(&format!("a\nin {folder}"))).len(), 1);
        assert_eq!(workshop_words(&bad(concat!("see /tm", "p/x"))).len(), 1);
        assert_eq!(workshop_words(&[Source::new("scripts/a", concat!("mktemp /tm", "p/x"))]).len(), 0);
        assert!(workshop_words(&bad("POST /work/assignment, crates.io")).is_empty());
    }

    #[test]
    fn a_package_from_elsewhere_is_found() {
        let lock =
            |source: &str| Source::new("Cargo.lock", &format!("name = \"a\"\nsource = \"{source}\"\n"));
        assert!(
            foreign_packages(&lock(concat!("registry+https://github.com/rust-lang/crates", ".io-index")))
                .is_empty()
        );
        assert_eq!(foreign_packages(&lock("git+https://example.org/a")).len(), 1);
    }
}
