//! Migrations are written once, in PostgreSQL's words, and put into each engine's.
//!
//! | written | SQLite | PostgreSQL |
//! |---|---|---|
//! | `UUID`, `BYTEA` | `BLOB` | as written |
//! | `BIGINT`, `BOOLEAN` | `INTEGER` | as written |
//! | `DOUBLE PRECISION` | `REAL` | as written |
//! | `TEXT` as the type of a column | `TEXT` | `TEXT COLLATE "C"`: both engines order by code point |
//! | `CLUSTERED` at the end of a `CREATE TABLE` | `WITHOUT ROWID`: rows lie in the order of the primary key | nothing |
//! | the end of a `CREATE TABLE` | `STRICT` | as written |

use super::Engine;

/// A migration's text for one engine. Words inside quotes and comments stay as they are.
pub(crate) fn schema(text: &str, engine: Engine) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut place = Place::default();
    for piece in Pieces(text) {
        match engine {
            Engine::Sqlite => out.push_str(&place.sqlite(piece)),
            Engine::Postgres if place.is_clustered(piece) => {}
            Engine::Postgres => {
                out.push_str(piece);
                if piece == "TEXT" && place.is_column_type() {
                    out.push_str(" COLLATE \"C\"");
                }
            }
        }
        place.pass(piece);
    }
    if engine == Engine::Sqlite && place.is_table() {
        out.push_str(" STRICT");
    }
    out
}

/// Where in a migration we stand.
#[derive(Default)]
struct Place<'a> {
    /// The words of this statement up to its first bracket.
    opening: Vec<&'a str>,
    /// The words since the last comma or bracket.
    item: Vec<&'a str>,
    depth: usize,
}

impl<'a> Place<'a> {
    fn is_table(&self) -> bool {
        self.opening.starts_with(&["CREATE", "TABLE"])
    }

    /// True after `CREATE TABLE t (… name` and after `ALTER TABLE t ADD COLUMN name`.
    fn is_column_type(&self) -> bool {
        let created = self.is_table() && self.depth == 1 && self.item.len() == 1;
        created || matches!(self.item.as_slice(), [.., "ADD", "COLUMN", _])
    }

    fn is_clustered(&self, piece: &str) -> bool {
        piece == "CLUSTERED" && self.depth == 0 && self.is_table()
    }

    fn sqlite(&self, piece: &'a str) -> String {
        let word = match piece {
            _ if self.is_clustered(piece) => "WITHOUT ROWID,",
            "UUID" | "BYTEA" => "BLOB",
            "BIGINT" | "BOOLEAN" => "INTEGER",
            "DOUBLE" => "REAL",
            "PRECISION" if self.item.last() == Some(&"DOUBLE") => "",
            ";" if self.is_table() => " STRICT;",
            other => other,
        };
        word.to_owned()
    }

    fn pass(&mut self, piece: &'a str) {
        match piece {
            ";" => *self = Self::default(),
            "(" | ")" | "," => {
                self.depth = if piece == "(" { self.depth + 1 } else { self.depth };
                self.depth = if piece == ")" { self.depth.saturating_sub(1) } else { self.depth };
                self.item.clear();
            }
            word if is_word(word) => {
                if self.depth == 0 {
                    self.opening.push(word);
                }
                self.item.push(word);
            }
            _ => {}
        }
    }
}

fn is_word(piece: &str) -> bool {
    piece.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Cuts a text into words, quoted texts, comments and single signs.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let first = self.0.chars().next()?;
        let after = |from: usize, sign: char| {
            let rest = self.0.get(from..).unwrap_or_default();
            rest.find(sign).map_or(self.0.len(), |at| from + at + sign.len_utf8())
        };
        let length = match first {
            '\'' | '"' => after(1, first),
            '-' if self.0.starts_with("--") => after(2, '\n'),
            c if is_word(self.0) => {
                let end = self.0.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                end.unwrap_or(self.0.len()).max(c.len_utf8())
            }
            c => c.len_utf8(),
        };
        let (piece, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "-- a UUID; in a comment\nCREATE TABLE t (\n    id UUID PRIMARY KEY, -- BIGINT; here\n    \
        word TEXT NOT NULL DEFAULT 'BIGINT; (', n BIGINT CHECK (CAST(n AS TEXT) <> ''), x DOUBLE PRECISION);\n\
        CREATE INDEX t_n ON t (n);\nALTER TABLE t ADD COLUMN later TEXT;\nCREATE TABLE u (yes BOOLEAN, raw BYTEA)";

    #[test]
    fn sqlite_gets_its_own_types_and_strict_tables() {
        assert_eq!(
            schema(TEXT, Engine::Sqlite),
            "-- a UUID; in a comment\nCREATE TABLE t (\n    id BLOB PRIMARY KEY, -- BIGINT; here\n    \
             word TEXT NOT NULL DEFAULT 'BIGINT; (', n INTEGER CHECK (CAST(n AS TEXT) <> ''), x REAL ) STRICT;\n\
             CREATE INDEX t_n ON t (n);\nALTER TABLE t ADD COLUMN later TEXT;\n\
             CREATE TABLE u (yes INTEGER, raw BLOB) STRICT"
        );
    }

    #[test]
    fn sqlite_lays_a_clustered_table_by_its_key() {
        let text = "CREATE TABLE t (a TEXT PRIMARY KEY, clustered TEXT) CLUSTERED;\nDROP TABLE u;";
        assert_eq!(
            schema(text, Engine::Sqlite),
            "CREATE TABLE t (a TEXT PRIMARY KEY, clustered TEXT) WITHOUT ROWID, STRICT;\nDROP TABLE u;"
        );
        assert!(!schema(text, Engine::Postgres).contains("CLUSTERED"));
    }

    #[test]
    fn postgres_orders_text_by_code_point() {
        let text = schema(TEXT, Engine::Postgres);
        assert!(
            text.contains("word TEXT COLLATE \"C\" NOT NULL") && text.contains("later TEXT COLLATE \"C\";")
        );
        assert_eq!(text.matches("COLLATE").count(), 2);
    }
}
