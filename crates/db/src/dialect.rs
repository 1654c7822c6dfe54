//! The only file that knows how the two engines differ in words.
//!
//! | word in a statement | SQLite | PostgreSQL |
//! |---|---|---|
//! | `FOR_UPDATE` at the end | nothing: there is one writer | `FOR UPDATE` |
//! | `SKIP_LOCKED` at the end | nothing | `FOR UPDATE SKIP LOCKED` |
//! | `SEARCH_DOCS($n)` | ids of documents that match, FTS5 | the same, tsvector |

use std::borrow::Cow;

use crate::Value;

/// Which engine answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, in one file.
    Sqlite,
    /// A server.
    Postgres,
}

const SQLITE_DOCS: &str = "(SELECT sd.doc FROM search_document sd WHERE sd.docid IN (SELECT rowid FROM search_index WHERE search_index MATCH ";
const POSTGRES_DOCS: &str = "(SELECT sd.doc FROM search_document sd WHERE sd.tokens @@ CAST(CAST(";

/// The text for one engine.
///
/// SQLite reads `$2` as a *name* and numbers names as they come; only `?2` is a number there.
pub(crate) fn expand(text: Cow<'static, str>, engine: Engine) -> Cow<'static, str> {
    let text = if ["FOR_UPDATE", "SKIP_LOCKED", "SEARCH_DOCS("].iter().any(|word| text.contains(word)) {
        Cow::Owned(words(&text, engine))
    } else {
        text
    };
    match engine {
        Engine::Postgres => text,
        Engine::Sqlite => Cow::Owned(numbered(&text)),
    }
}

fn words(text: &str, engine: Engine) -> String {
    let (update, skip) = match engine {
        Engine::Sqlite => ("", ""),
        Engine::Postgres => ("FOR UPDATE", "FOR UPDATE SKIP LOCKED"),
    };
    let mut out = text.replace("FOR_UPDATE", update).replace("SKIP_LOCKED", skip);
    while let Some((before, rest)) = out.split_once("SEARCH_DOCS(") {
        let (parameter, after) = rest.split_once(')').unwrap_or((rest, ""));
        out = match engine {
            Engine::Sqlite => format!("{before}{SQLITE_DOCS}{parameter})){after}"),
            Engine::Postgres => format!("{before}{POSTGRES_DOCS}{parameter} AS TEXT) AS tsquery)){after}"),
        };
    }
    out
}

fn numbered(text: &str) -> String {
    let mut rest = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = rest.next() {
        out.push(if c == '$' && rest.peek().is_some_and(char::is_ascii_digit) { '?' } else { c });
    }
    out
}

/// The parameter of `SEARCH_DOCS`: every phrase must occur; the tokens of a phrase stand side by side. Tokens are
/// reduced to letters and digits, so nothing of the engine's query language can enter.
pub fn match_query(engine: Engine, phrases: &[Vec<String>]) -> Value {
    let phrases = phrases.iter().map(|phrase| {
        let tokens: Vec<String> = phrase.iter().map(|token| clean(token)).filter(|t| !t.is_empty()).collect();
        match engine {
            Engine::Sqlite => format!("\"{}\"", tokens.join(" ")),
            Engine::Postgres => {
                let quoted: Vec<_> = tokens.iter().map(|token| format!("'{token}'")).collect();
                format!("({})", quoted.join(" <-> "))
            }
        }
    });
    let phrases: Vec<String> = phrases.filter(|phrase| phrase.contains(char::is_alphanumeric)).collect();
    Value::Text(phrases.join(match engine {
        Engine::Sqlite => " AND ",
        Engine::Postgres => " & ",
    }))
}

fn clean(token: &str) -> String {
    token.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A document's tokens with their positions, in the engine's own form.
pub(crate) fn document(engine: Engine, tokens: &[String]) -> String {
    let tokens = tokens.iter().map(|token| clean(token)).filter(|token| !token.is_empty());
    match engine {
        Engine::Sqlite => tokens.collect::<Vec<_>>().join(" "),
        // Positions in a tsvector end at 16383; later words are found alone but not as phrases.
        Engine::Postgres => {
            let placed = tokens.enumerate().map(|(at, token)| format!("'{token}':{}", (at + 1).min(16_383)));
            placed.collect::<Vec<_>>().join(" ")
        }
    }
}

/// A migration written in PostgreSQL's words, in SQLite's.
pub(crate) fn schema(text: &str, engine: Engine) -> String {
    if engine == Engine::Postgres {
        return text.to_owned();
    }
    let swaps = [
        ("DOUBLE PRECISION", "REAL"),
        ("UUID", "BLOB"),
        ("BIGINT", "INTEGER"),
        ("BOOLEAN", "INTEGER"),
        ("BYTEA", "BLOB"),
        ("\n);", "\n) STRICT;"),
    ];
    swaps.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_language_cannot_enter() {
        let hostile = vec![vec!["a\" OR \"b".to_owned()], vec!["'; DROP".to_owned(), "*".to_owned()]];
        assert_eq!(match_query(Engine::Sqlite, &hostile), Value::Text("\"aORb\" AND \"DROP\"".to_owned()));
        assert_eq!(match_query(Engine::Postgres, &hostile), Value::Text("('aORb') & ('DROP')".to_owned()));
        assert_eq!(match_query(Engine::Sqlite, &[vec!["*".to_owned()]]), Value::Text(String::new()));
    }

    #[test]
    fn words_expand() {
        let text = "SELECT 1 FROM t WHERE id IN SEARCH_DOCS($2) AND a = $1 FOR_UPDATE";
        assert!(expand(text.into(), Engine::Postgres).ends_with("AND a = $1 FOR UPDATE"));
        let sqlite = expand(text.into(), Engine::Sqlite);
        assert!(sqlite.contains("MATCH ?2))") && sqlite.trim_end().ends_with("AND a = ?1"), "{sqlite}");
    }
}
