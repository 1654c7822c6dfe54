//! The only place that knows how the two engines differ in words; `dialect/schema.rs` does the same for migrations.
//!
//! | word in a statement | SQLite | PostgreSQL |
//! |---|---|---|
//! | `$1`, `$2` | `?1`, `?2`: there `$2` is a name, and names are numbered as they come | as written |
//! | `FOR_UPDATE` at the end | nothing: there is one writer | `FOR UPDATE` |
//! | `SKIP_LOCKED` at the end | nothing | `FOR UPDATE SKIP LOCKED` |
//! | `SEARCH_DOCS($n)` | ids of documents that match, FTS5 | the same, tsvector |
//! | `IN SEARCH_FEW($n)` | the same, where they are no more than some thousands | gathered before anything else, whatever the planner expects |
//! | `SEARCH_HOLDS(id, $n)` | whether this document matches: for walks in another order, where most do | the same |

mod schema;

use std::borrow::Cow;

pub(crate) use schema::schema;

use crate::{Sql, Value};

/// Which engine answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, in one file.
    Sqlite,
    /// A server.
    Postgres,
}

const WORDS: [&str; 5] = ["FOR_UPDATE", "SKIP_LOCKED", "SEARCH_DOCS(", "SEARCH_FEW(", "SEARCH_HOLDS("];

/// The text for one engine.
pub(crate) fn expand(text: &str, engine: Engine) -> Cow<'_, str> {
    let has_words = WORDS.iter().any(|word| text.contains(word));
    let text = if has_words { Cow::Owned(words(text, engine)) } else { Cow::Borrowed(text) };
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
    let (before, after) = match engine {
        Engine::Sqlite => (
            // A join and not a list within a list: who wants a few reads no further.
            "(SELECT sd.doc FROM search_index si JOIN search_document sd ON sd.docid = si.rowid \
             WHERE si.search_index MATCH ",
            ")",
        ),
        Engine::Postgres => {
            ("(SELECT sd.doc FROM search_document sd WHERE sd.tokens @@ CAST(CAST(", " AS TEXT) AS tsquery))")
        }
    };
    let mut out = text.replace("FOR_UPDATE", update).replace("SKIP_LOCKED", skip);
    // A plan for any words whatever expects a fifth of all documents, and would walk a million rows for those of one.
    let (few, end) = match engine {
        Engine::Sqlite => ("IN ", ""),
        Engine::Postgres => ("= ANY (ARRAY", ")"),
    };
    while let Some((head, rest)) = out.split_once("IN SEARCH_FEW(") {
        let (parameter, tail) = rest.split_once(')').unwrap_or((rest, ""));
        out = [head, few, before, parameter, after, end, tail].concat();
    }
    while let Some((head, rest)) = out.split_once("SEARCH_DOCS(") {
        let (parameter, tail) = rest.split_once(')').unwrap_or((rest, ""));
        out = [head, before, parameter, after, tail].concat();
    }
    while let Some((head, rest)) = out.split_once("SEARCH_HOLDS(") {
        let (both, tail) = rest.split_once(')').unwrap_or((rest, ""));
        let (doc, parameter) = both.split_once(',').unwrap_or((both, ""));
        out = [head, &holds(engine, doc.trim(), parameter.trim()), tail].concat();
    }
    out
}

/// The newest documents, as many as are walked over for most pages.
const NEAR: i64 = 100_000;

/// SQLite gathers the numbers of the documents that match, which it reads in their order, and looks each up there: of the newest ones, and
/// of all only when the walk meets an older one. PostgreSQL looks at each document.
fn holds(engine: Engine, doc: &str, parameter: &str) -> String {
    match engine {
        Engine::Sqlite => {
            let near = format!("(SELECT MAX(docid) - {NEAR} FROM search_document)");
            let hits =
                format!("sd.docid IN (SELECT rowid FROM search_index WHERE search_index MATCH {parameter}");
            format!(
                "(SELECT CASE WHEN sd.docid > {near} THEN {hits} AND rowid > {near}) ELSE {hits}) END \
                 FROM search_document sd WHERE sd.doc = {doc})"
            )
        }
        Engine::Postgres => format!(
            "(SELECT sd.tokens @@ CAST(CAST({parameter} AS TEXT) AS tsquery) FROM search_document sd WHERE sd.doc = {doc})"
        ),
    }
}

/// Whether a statement names a table, and not only one whose name begins or ends like it: for [`crate::Last::concerns`].
pub fn names_table(text: &str, table: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').any(|word| word == table)
}

fn numbered(text: &str) -> String {
    let mut rest = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = rest.next() {
        out.push(if c == '$' && rest.peek().is_some_and(char::is_ascii_digit) { '?' } else { c });
    }
    out
}

/// Longest token kept, in characters.
const TOKEN: usize = 64;
/// Most tokens of one document: positions in a tsvector end here, and both engines must find the same.
const TOKENS: usize = 16_383;
/// Most bytes of one document: a tsvector holds less than a megabyte.
const BYTES: usize = 900_000;

/// The parameter of `SEARCH_DOCS`: every phrase must occur; the tokens of a phrase stand side by side. Tokens are
/// reduced to letters and digits, lower case, so nothing of the engine's query language can enter. Nothing to look for
/// finds nothing.
pub fn match_query(engine: Engine, phrases: &[Vec<String>]) -> Value {
    let phrase = |tokens: &Vec<String>| {
        let mut tokens = tokens.iter().filter_map(|token| clean(token)).peekable();
        tokens.peek()?;
        Some(match engine {
            Engine::Sqlite => format!("\"{}\"", tokens.collect::<Vec<_>>().join(" ")),
            Engine::Postgres => {
                let quoted: Vec<_> = tokens.map(|token| format!("'{token}'")).collect();
                format!("({})", quoted.join(" <-> "))
            }
        })
    };
    let phrases: Vec<String> = phrases.iter().filter_map(phrase).collect();
    Value::Text(match engine {
        // FTS5 takes an empty phrase, but not an empty text.
        Engine::Sqlite if phrases.is_empty() => "\"\"".to_owned(),
        Engine::Sqlite => phrases.join(" AND "),
        Engine::Postgres => phrases.join(" & "),
    })
}

fn clean(token: &str) -> Option<Cow<'_, str>> {
    // Nearly every token is clean: letters of Chinese, or small letters and digits.
    let is_clean = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '\u{4e00}'..='\u{9fff}');
    if !token.is_empty() && token.len() <= TOKEN && token.chars().all(is_clean) {
        return Some(Cow::Borrowed(token));
    }
    let token: String = token.to_lowercase().chars().filter(|c| c.is_alphanumeric()).take(TOKEN).collect();
    (!token.is_empty()).then_some(Cow::Owned(token))
}

/// A document's tokens with their positions, in the engine's own form.
pub(crate) fn document(engine: Engine, tokens: &[String]) -> String {
    let mut bytes = 0;
    let tokens = tokens.iter().filter_map(|token| clean(token)).take(TOKENS).take_while(|token| {
        bytes += token.len() + 8;
        bytes < BYTES
    });
    match engine {
        Engine::Sqlite => tokens.collect::<Vec<_>>().join(" "),
        Engine::Postgres => {
            let placed = tokens.enumerate().map(|(at, token)| format!("'{token}':{}", at + 1));
            placed.collect::<Vec<_>>().join(" ")
        }
    }
}

/// The catalogue: every column of every table of ours, in order, with its place in the primary key (0: not in it).
pub(crate) const fn columns(engine: Engine) -> Sql {
    let text = match engine {
        Engine::Sqlite => {
            "SELECT m.name AS table_name, c.name AS column_name, c.pk AS key_at \
             FROM sqlite_schema m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid"
        }
        Engine::Postgres => {
            "SELECT CAST(r.relname AS TEXT) AS table_name, CAST(a.attname AS TEXT) AS column_name, \
             CAST(COALESCE(array_position(CAST(i.indkey AS SMALLINT[]), a.attnum) + 1, 0) AS BIGINT) AS key_at \
             FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped \
             LEFT JOIN pg_index i ON i.indrelid = r.oid AND i.indisprimary \
             WHERE r.relkind IN ('r', 'p') AND r.relnamespace = CAST(current_schema() AS regnamespace) \
             ORDER BY r.relname, a.attnum"
        }
    };
    Sql { name: "db::dialect::columns", text }
}

/// The catalogue: references of a table to itself, by table and constraint; they must wait for the end of a load. SQLite
/// needs no names for that.
pub(crate) const SELF_REFERENCES: Sql = Sql {
    name: "db::dialect::SELF_REFERENCES",
    text: "SELECT CAST(c.relname AS TEXT) AS child, CAST(k.conname AS TEXT) AS name FROM pg_constraint k \
           JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'f' AND k.conrelid = k.confrelid \
           AND c.relnamespace = CAST(current_schema() AS regnamespace) ORDER BY 1, 2",
};

/// The catalogue: every reference of a server's tables, with the words that make it again.
pub(crate) const REFERENCES_OF_SERVER: Sql = Sql {
    name: "db::dialect::REFERENCES_OF_SERVER",
    text: "SELECT CAST(c.relname AS TEXT) AS child, CAST(k.conname AS TEXT) AS name, pg_get_constraintdef(k.oid) AS definition \
           FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
           WHERE k.contype = 'f' AND c.relnamespace = CAST(current_schema() AS regnamespace) ORDER BY 1, 2",
};

/// The catalogue: which table refers to which.
pub(crate) const fn references(engine: Engine) -> Sql {
    let text = match engine {
        Engine::Sqlite => {
            "SELECT DISTINCT m.name AS child, f.\"table\" AS parent \
             FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
        Engine::Postgres => {
            "SELECT DISTINCT CAST(c.relname AS TEXT) AS child, CAST(p.relname AS TEXT) AS parent FROM pg_constraint k \
             JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid WHERE k.contype = 'f'"
        }
    };
    Sql { name: "db::dialect::references", text }
}

/// The catalogue: every column that refers to a column of another table, and whether it must be filled.
pub(crate) const fn reference_columns(engine: Engine) -> Sql {
    let text = match engine {
        Engine::Sqlite => {
            "SELECT m.name AS child, f.\"from\" AS name, f.\"table\" AS parent, f.\"to\" AS parent_key, \
             MAX(c.\"notnull\", MIN(c.pk, 1)) AS needed \
             FROM sqlite_schema m, pragma_foreign_key_list(m.name) f, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND c.name = f.\"from\" ORDER BY m.name, c.cid"
        }
        Engine::Postgres => {
            "SELECT CAST(c.relname AS TEXT) AS child, CAST(a.attname AS TEXT) AS name, CAST(p.relname AS TEXT) AS parent, \
             CAST(b.attname AS TEXT) AS parent_key, CAST(CASE WHEN a.attnotnull THEN 1 ELSE 0 END AS BIGINT) AS needed \
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid \
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] \
             JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1] \
             WHERE k.contype = 'f' AND c.relnamespace = CAST(current_schema() AS regnamespace) ORDER BY c.relname, a.attnum"
        }
    };
    Sql { name: "db::dialect::reference_columns", text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_language_cannot_enter() {
        let hostile = vec![vec!["a\" OR \"b".to_owned()], vec!["'; DROP".to_owned(), "*".to_owned()]];
        assert_eq!(match_query(Engine::Sqlite, &hostile), Value::Text("\"aorb\" AND \"drop\"".to_owned()));
        assert_eq!(match_query(Engine::Postgres, &hostile), Value::Text("('aorb') & ('drop')".to_owned()));
        assert_eq!(match_query(Engine::Sqlite, &[vec!["*".to_owned()]]), Value::Text("\"\"".to_owned()));
    }

    #[test]
    fn words_expand() {
        let text = "SELECT 1 FROM t WHERE id IN SEARCH_DOCS($2) AND a = $1 FOR_UPDATE";
        assert!(expand(text, Engine::Postgres).ends_with("AND a = $1 FOR UPDATE"));
        let sqlite = expand(text, Engine::Sqlite);
        assert!(sqlite.contains("MATCH ?2)") && sqlite.trim_end().ends_with("AND a = ?1"), "{sqlite}");
        let few = "SELECT 1 FROM t WHERE id IN SEARCH_FEW($2) AND a = $1";
        let gathered = "SELECT 1 FROM t WHERE id = ANY (ARRAY(SELECT sd.doc FROM search_document sd \
                        WHERE sd.tokens @@ CAST(CAST($2 AS TEXT) AS tsquery))) AND a = $1";
        assert_eq!(expand(few, Engine::Postgres), gathered);
        assert_eq!(expand(few, Engine::Sqlite), expand(&few.replace("FEW", "DOCS"), Engine::Sqlite));
        let holds = "SELECT 1 FROM t WHERE SEARCH_HOLDS(t.id, $3) AND a = $1";
        assert!(expand(holds, Engine::Sqlite).ends_with("WHERE sd.doc = t.id) AND a = ?1"));
        assert!(expand(holds, Engine::Postgres).ends_with("WHERE sd.doc = t.id) AND a = $1"));
    }

    #[test]
    fn only_the_table_itself_is_named() {
        for text in
            ["SELECT phase FROM matter m", "UPDATE matter SET x = 1", "FROM clock c, matter", "matter"]
        {
            assert!(names_table(text, "matter"), "{text}");
        }
        for text in ["SELECT matter_id FROM clock", "FROM matter_link", "sub_matter", "matters", ""] {
            assert!(!names_table(text, "matter"), "{text}");
        }
    }
}
