//! One SQL text that both engines take.

use std::ops::Range;

use super::{
    Source, code,
    scan::{self, literals},
    shipped,
};

/// (what only one engine knows, what to write instead). In small letters; blanks are single.
const WORDS: &[(&str, &str)] = &[
    ("now()", "pass the time of the Ctx"),
    ("current_timestamp", "pass the time of the Ctx"),
    ("current_date", "pass the day of the Ctx"),
    ("interval", "reckon the end in Rust and pass it"),
    ("ilike", "compare a folded column, or use the full text"),
    ("any(", "use EXISTS, or one parameter each"),
    ("greatest(", "use CASE"),
    ("least(", "use CASE"),
    ("to_char", "format in Rust"),
    ("strftime", "format in Rust"),
    ("date_trunc", "days are text: compare with the first and the last"),
    ("nextval", "use a row of a series"),
    ("distinct on", "use NOT EXISTS or a window"),
    ("lateral", "use a subquery"),
    ("::", "use CAST(… AS …)"),
    ("as uuid)", "SQLite has no such cast; compare with a parameter"),
    ("select *", "name the columns"),
];

/// Capitals that only SQL has.
const SQL: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "FROM", "WHERE", "JOIN", "ORDER BY", "EXISTS"];

/// Statements with words that only one engine knows: in `sql!` blocks, and in every other string that reads like SQL. Where
/// the engines may differ, `db`'s dialect, nothing is asked.
pub fn one_engine_words(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in shipped(sources).iter().filter(|source| !source.path.starts_with("crates/db/src/dialect")) {
        let blocks = sql_blocks(&code(&source.text));
        for literal in literals(&source.text) {
            let named = blocks.iter().any(|block| block.contains(&literal.at));
            if !named && !SQL.iter().any(|word| !scan::words(&literal.text, word).is_empty()) {
                continue;
            }
            let text = literal.text.to_lowercase().replace(" (", "(");
            for (word, instead) in WORDS.iter().filter(|(word, _)| !scan::words(&text, word).is_empty()) {
                let line = scan::line(&source.text, literal.at);
                faults.push(format!(
                    "{}:{line}: `{}` is not the same on both engines: {instead}",
                    source.path,
                    word.to_uppercase()
                ));
            }
        }
    }
    faults
}

/// The blocks of `sql! { … }` in blanked code.
fn sql_blocks(code: &str) -> Vec<Range<usize>> {
    scan::words(code, "sql!").into_iter().filter_map(|at| scan::block(code, at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        one_engine_words(&[Source::new(path, text)]).len()
    }

    #[test]
    fn every_word_is_found_in_a_statement() {
        for (word, _) in WORDS.iter().filter(|(word, _)| !["::", "as uuid)", "select *"].contains(word)) {
            let call = if word.ends_with('(') { "1)" } else { "" };
            let text = format!(
                "sql! {{\n    A = \"SELECT a \\\n        FROM b WHERE c > {} {call}\";\n}}",
                word.to_uppercase()
            );
            assert_eq!(faults("crates/x/src/a.rs", &text), 1, "{text}");
        }
        for text in [
            "SELECT a::text FROM b",
            "SELECT CAST($1 AS UUID) FROM b",
            "SELECT  *  FROM b",
            "select * from b",
        ] {
            assert_eq!(faults("crates/x/src/a.rs", &format!("sql! {{ A = \"{text}\"; }}")), 1, "{text}");
        }
    }

    #[test]
    fn a_statement_outside_the_block_is_found_too() {
        assert_eq!(faults("crates/x/src/a.rs", "tx.select(Select::from(\"x WHERE y ILIKE ?\"))"), 1);
    }

    #[test]
    fn what_is_no_statement_is_left_alone() {
        let text = "sql! { A = \"SELECT company(a), intervals FROM b\"; }\n\
                    // SELECT * FROM b\nlet a = \"at least :: now()\";";
        assert_eq!(faults("crates/x/src/a.rs", text), 0);
        assert_eq!(faults("crates/db/src/dialect/schema.rs", "\"SELECT * FROM b\""), 0);
        assert_eq!(faults("crates/x/tests/a.rs", "\"SELECT * FROM b\""), 0);
    }
}
