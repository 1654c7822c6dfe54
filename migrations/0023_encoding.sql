-- crate: exchange
-- How an uploaded file is written, and which of its columns no field is read from: told on the reconciliation sheet.

ALTER TABLE import_file ADD COLUMN encoding TEXT NOT NULL DEFAULT '';
ALTER TABLE import_file ADD COLUMN unread TEXT NOT NULL DEFAULT '';
