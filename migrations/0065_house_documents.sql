-- crate: insight
-- The office's own Word documents with places such as {{正文}} (record 49): uploaded by one head, put to use by another, every version kept.
-- The file lies sealed in the folder `documents`.

CREATE TABLE summary_house (
    id UUID PRIMARY KEY,
    -- For the reports of which template; empty for all that have none of their own.
    template TEXT NOT NULL,
    -- From 1, without gaps, for each template.
    version BIGINT NOT NULL,
    -- The name the file came with.
    name TEXT NOT NULL,
    -- SM3 of the file, and its bytes.
    digest TEXT NOT NULL,
    size BIGINT NOT NULL,
    -- The names of its places, and the numbers that stand in it as they are; one a line.
    places TEXT NOT NULL,
    numbers TEXT NOT NULL,
    note TEXT NOT NULL,
    uploaded_by UUID NOT NULL REFERENCES officer (id),
    uploaded_at BIGINT NOT NULL,
    released_by UUID REFERENCES officer (id),
    released_at BIGINT,
    ended_by UUID REFERENCES officer (id),
    ended_at BIGINT,
    UNIQUE (template, version)
);
