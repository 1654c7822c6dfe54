-- crate: insight
-- Examples (典型案例) that writers chose from the matters behind a report (record 50): the days and sums that its paragraph prints.

CREATE TABLE summary_example (
    id UUID PRIMARY KEY,
    summary_id UUID NOT NULL REFERENCES summary (id),
    matter_id UUID NOT NULL REFERENCES matter (id),
    number TEXT NOT NULL,
    -- Place among the examples of the report, from 1.
    ordinal BIGINT NOT NULL,
    -- Days, sums and codes as they were, as JSON; no words of anybody.
    facts TEXT NOT NULL,
    -- Of the matter's row as it was.
    rows_digest TEXT NOT NULL,
    chosen_by UUID NOT NULL REFERENCES officer (id),
    chosen_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX summary_example_of ON summary_example (summary_id, number);
CREATE INDEX summary_example_matter ON summary_example (matter_id);
