//! Rules of the office know neither the database nor the pages.

use super::{Source, code, scan, shipped};

/// Files that are rules by their name, whatever their first line says.
const NAMED: &[&str] = &["procedure.rs", "rules.rs", "figure.rs", "kind.rs"];

/// The files that hold rules: in a folder `rules`, called `rules.rs` and the like, or whose first line of doc says `Rules:`.
pub fn rules_files(sources: &[Source]) -> Vec<Source> {
    let is_rules = |source: &Source| {
        let doc = source.text.lines().find(|line| line.starts_with("//!")).unwrap_or_default();
        let (folder, name) = source.path.rsplit_once('/').unwrap_or_default();
        doc.contains("Rules:") || NAMED.contains(&name) || folder.split('/').any(|part| part == "rules")
    };
    shipped(sources).into_iter().filter(is_rules).collect()
}

/// Rules that call the database or the web.
pub fn impure_rules(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in rules_files(sources) {
        let code = code(&source.text);
        for word in ["use db", "db::", "axum"] {
            for at in scan::words(&code, word) {
                faults.push(format!(
                    "{}:{}: `{word}` in a file of rules: let the command load and store, and pass the facts in",
                    source.path,
                    scan::line(&code, at)
                ));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_known_by_their_first_line_their_name_and_their_folder() {
        let found = |path: &str, text: &str| rules_files(&[Source::new(path, text)]).len() == 1;
        assert!(found("crates/x/src/a.rs", "//! Rules: what may be.\n"));
        assert!(found("crates/x/src/rules.rs", ""));
        assert!(found("crates/x/src/rules/a.rs", ""));
        assert!(!found("crates/x/src/a.rs", "//! Pages.\n//! Rules: not the first line.\n"));
        assert!(!found("crates/x/tests/rules.rs", ""));
    }

    #[test]
    fn rules_that_call_the_database_or_the_web_are_found() {
        for text in ["use db;", "use db::Tx;", "fn a(tx: &mut db::Tx) {}", "use axum::Router;"] {
            assert!(!impure_rules(&[Source::new("crates/x/src/rules.rs", text)]).is_empty(), "{text}");
        }
        assert!(
            impure_rules(&[Source::new("crates/x/src/rules.rs", "// db::Tx, no axum\nuse kernel::Ctx;")])
                .is_empty()
        );
        assert!(impure_rules(&[Source::new("crates/x/src/pages.rs", "use axum::Router;")]).is_empty());
    }
}
