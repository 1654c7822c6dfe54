-- crate: jobs
-- Background work: a table in the same database, so that a job joins the transaction that causes it (DESIGN D13).

CREATE TABLE job (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    payload TEXT NOT NULL DEFAULT '{}',
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT,
    done_at BIGINT,
    failed_at BIGINT,
    error TEXT
);
-- One waiting job of a kind and subject.
CREATE UNIQUE INDEX job_waiting ON job (kind, subject) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX job_due ON job (run_at) WHERE done_at IS NULL AND failed_at IS NULL;

-- What must run by itself: the last beat shows on the health page.
CREATE TABLE schedule (
    name TEXT PRIMARY KEY,
    every_seconds BIGINT NOT NULL,
    last_start BIGINT,
    last_end BIGINT,
    last_error TEXT
);
