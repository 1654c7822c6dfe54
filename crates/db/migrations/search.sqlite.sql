-- crate: db
-- Full text: tokens are made in Rust and indexed here, in the same transaction as the record (DESIGN D4).
CREATE TABLE search_document (
    docid INTEGER PRIMARY KEY,
    doc BLOB NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE search_index USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0");
