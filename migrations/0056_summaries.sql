-- crate: insight
-- Reports of an office (工作总结, 简报) with the figures they say, as they were in one snapshot (record 41). What was handed in stays what
-- it was; a re-run shows what would be said now.

CREATE TABLE summary (
    id UUID PRIMARY KEY,
    title TEXT NOT NULL,
    -- The template by its key, and the digest of its text.
    template TEXT NOT NULL,
    template_digest TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    unit_path TEXT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    -- The instant of the snapshot.
    as_of BIGINT NOT NULL,
    made_by UUID NOT NULL REFERENCES officer (id),
    body TEXT NOT NULL,
    handed_in_at BIGINT
);
CREATE INDEX summary_unit ON summary (unit_path, as_of);

CREATE TABLE summary_figure (
    summary_id UUID NOT NULL REFERENCES summary (id),
    -- Order in the text, from 1.
    place BIGINT NOT NULL,
    -- What of which figure: received_complaint[goods=G01]@share
    fact TEXT NOT NULL,
    name TEXT NOT NULL,
    figure TEXT NOT NULL,
    -- Version of its definition; 0 where nothing is recorded.
    version BIGINT NOT NULL,
    -- Period, unit and part, as JSON.
    params TEXT NOT NULL,
    -- The numbers behind: numerator, denominator, and those it is compared with; empty where there are none.
    part BIGINT,
    whole BIGINT,
    base_part BIGINT,
    base_whole BIGINT,
    -- As it was printed.
    words TEXT NOT NULL,
    query_digest TEXT NOT NULL,
    -- Of the rows behind, in the order of their numbers; empty beyond 100,000 of them.
    rows_digest TEXT NOT NULL,
    PRIMARY KEY (summary_id, place)
);
