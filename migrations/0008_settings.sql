-- crate: settings
-- What the bureau edits on screen: editions of calendar, rules and trees; retention with its proof.

-- Made in 0005 for editions of the trees and never used; class_edition and its rows take its place.
DROP TABLE class_node;

-- Something the bureau puts in the place of what ships: proposed, approved by another person where the law asks, kept for ever.
CREATE TABLE law_edition (
    id UUID PRIMARY KEY,
    -- 'calendar' a year's notice, 'closed' own days off of a year, 'rule_set' an order, 'clock' one clock, 'counting' how ends roll
    kind TEXT NOT NULL CHECK (kind IN ('calendar', 'closed', 'rule_set', 'clock', 'counting')),
    -- The year, the order's id, 'R121/accept'.
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('draft', 'proposed', 'active', 'rejected', 'dropped')),
    made_by UUID REFERENCES officer (id),
    made_name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    decided_by UUID REFERENCES officer (id),
    decided_name TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    decided_words TEXT NOT NULL DEFAULT '',
    -- How many running clocks it moved when it was put in force.
    moved BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX law_edition_state ON law_edition (state, decided_at);
CREATE INDEX law_edition_subject ON law_edition (kind, subject);

-- An edition of a tree or a list.
CREATE TABLE class_edition (
    id UUID PRIMARY KEY,
    -- goods, problems, demands, channels, return_reasons, notice_channels, proofs, sales_ways, topics
    tree TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'dropped')),
    valid_from TEXT,
    reason TEXT NOT NULL DEFAULT '',
    made_by UUID REFERENCES officer (id),
    made_name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    decided_name TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (tree, number)
);

CREATE TABLE class_entry (
    edition_id UUID NOT NULL REFERENCES class_edition (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    retired BOOLEAN NOT NULL DEFAULT FALSE,
    retired_on TEXT,
    PRIMARY KEY (edition_id, code)
);

-- Which codes follow an old one from this edition on: year-on-year figures cross editions.
CREATE TABLE class_mapping (
    edition_id UUID NOT NULL REFERENCES class_edition (id),
    old_code TEXT NOT NULL,
    new_code TEXT NOT NULL,
    PRIMARY KEY (edition_id, old_code, new_code)
);
CREATE INDEX class_mapping_old ON class_mapping (old_code);

-- What the bureau decided about a rule of retention; a rule without a row does nothing.
CREATE TABLE retention_decision (
    id UUID PRIMARY KEY,
    rule TEXT NOT NULL,
    months BIGINT NOT NULL,
    enabled BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'active', 'rejected', 'past')),
    made_by UUID REFERENCES officer (id),
    made_name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    decided_by UUID REFERENCES officer (id),
    decided_name TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    decided_words TEXT NOT NULL DEFAULT ''
);
CREATE INDEX retention_decision_rule ON retention_decision (rule, state);

-- The proof of a run: how many, until which day, by whose decision, and a digest of the list.
CREATE TABLE retention_run (
    id UUID PRIMARY KEY,
    rule TEXT NOT NULL,
    decision_id UUID NOT NULL REFERENCES retention_decision (id),
    at BIGINT NOT NULL,
    before_day TEXT NOT NULL,
    items BIGINT NOT NULL,
    fields BIGINT NOT NULL,
    digest TEXT NOT NULL
);
CREATE INDEX retention_run_at ON retention_run (at);

-- The list behind the digest; numbers only, never personal data.
CREATE TABLE retention_item (
    run_id UUID NOT NULL REFERENCES retention_run (id),
    matter_id UUID NOT NULL REFERENCES matter (id),
    number TEXT NOT NULL,
    fields BIGINT NOT NULL,
    PRIMARY KEY (run_id, matter_id)
);
CREATE INDEX retention_item_matter ON retention_item (matter_id);

-- Must be kept for the time being: a suit, a reconsideration, an audit.
CREATE TABLE legal_hold (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    reason TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_name TEXT NOT NULL DEFAULT '',
    end_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX legal_hold_matter ON legal_hold (matter_id);
