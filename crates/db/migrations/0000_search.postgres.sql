-- crate: db
-- Full text: tokens are made in Rust and indexed here, in the same transaction as the record (DESIGN D4).
CREATE TABLE search_document (
    doc UUID PRIMARY KEY,
    tokens TSVECTOR NOT NULL
);
CREATE INDEX search_document_tokens ON search_document USING gin (tokens);
