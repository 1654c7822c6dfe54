-- crate: exchange
-- Exports that can be resumed, files exchanged with other systems (R01, R32, R33; DESIGN D14).

-- A list taken out as a file (导出): who, when, under which filter, how many rows.
CREATE TABLE export (
    id UUID PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    list TEXT NOT NULL,
    -- The filter as the list's address has it. Sealed: a search may be for a person.
    filter BYTEA NOT NULL,
    -- 'csv', 'xlsx'
    format TEXT NOT NULL,
    -- Why personal data goes along; NULL: it does not.
    reason TEXT,
    officer_id UUID NOT NULL REFERENCES officer (id),
    post_id UUID,
    asked_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'gone')),
    claimed_until BIGINT,
    lines BIGINT NOT NULL DEFAULT 0,
    bytes BIGINT NOT NULL DEFAULT 0,
    digest TEXT,
    done_at BIGINT,
    expires_at BIGINT,
    error TEXT
);
CREATE INDEX export_officer ON export (officer_id, asked_at);
CREATE INDEX export_open ON export (claimed_until) WHERE state IN ('waiting', 'running');
CREATE INDEX export_expiry ON export (expires_at) WHERE state = 'done';

CREATE TABLE export_series (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- What was given back to the system a matter came from (回填), so that the next file holds only what is new.
CREATE TABLE feedback (
    source TEXT NOT NULL,
    number TEXT NOT NULL,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- SM3 over the row as it was given.
    digest TEXT NOT NULL,
    export_id UUID NOT NULL REFERENCES export (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (source, number)
);
CREATE INDEX feedback_export ON feedback (export_id);

-- A file of another system on its way in: checked first, then brought in.
CREATE TABLE import_file (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- 'national', 'hotline', 'own'
    map TEXT NOT NULL,
    map_text TEXT,
    unit_id UUID NOT NULL REFERENCES unit (id),
    officer_id UUID NOT NULL REFERENCES officer (id),
    post_id UUID,
    uploaded_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('checking', 'checked', 'waiting', 'running', 'done', 'failed', 'gone')),
    claimed_until BIGINT,
    rows_read BIGINT NOT NULL DEFAULT 0,
    rows_new BIGINT NOT NULL DEFAULT 0,
    rows_same BIGINT NOT NULL DEFAULT 0,
    rows_linked BIGINT NOT NULL DEFAULT 0,
    rows_changed BIGINT NOT NULL DEFAULT 0,
    rows_bad BIGINT NOT NULL DEFAULT 0,
    done_at BIGINT,
    error TEXT
);
CREATE INDEX import_file_officer ON import_file (officer_id, uploaded_at);
CREATE INDEX import_file_open ON import_file (claimed_until) WHERE state IN ('checking', 'waiting', 'running');

-- The rows of a file that somebody should look at, by line.
CREATE TABLE import_line (
    file_id UUID NOT NULL REFERENCES import_file (id),
    line BIGINT NOT NULL,
    -- 'bad', 'changed', 'linked', 'alike'
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    -- The matter the row speaks of, where there is one.
    matter TEXT,
    PRIMARY KEY (file_id, line)
);
