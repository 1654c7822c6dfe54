-- crate: insight
-- Editions of the templates of reports that the office writes itself (record 45): proposed by one head, put to use from a day by another.

CREATE TABLE summary_template (
    id UUID PRIMARY KEY,
    -- The key of a shipped template, or one of the office's own.
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    proposed_by UUID NOT NULL REFERENCES officer (id),
    proposed_at BIGINT NOT NULL,
    -- First day of use; empty while it is proposed.
    valid_from TEXT,
    decided_by UUID REFERENCES officer (id),
    decided_at BIGINT
);
CREATE INDEX summary_template_key ON summary_template (key, valid_from);
