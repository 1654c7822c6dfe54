-- crate: db
-- Full text: tokens are made in Rust and indexed here, in the same transaction as the record (DESIGN D4).
CREATE TABLE search_document (
    docid INTEGER PRIMARY KEY,
    doc BLOB NOT NULL UNIQUE
) STRICT;
-- Tokens arrive in lower case and free of signs, parted by spaces. The ascii tokenizer only parts them: unicode61 would
-- fold some letters and would not know rare characters (生僻字) of newer Unicode.
CREATE VIRTUAL TABLE search_index USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii');
