-- crate: matters
-- Jurisdiction, disputes over it, escalation, merges.

-- Why a clock was taken back or handed over, for whoever reads the page.
ALTER TABLE clock ADD COLUMN words TEXT;

-- A matter that goes with another one: merged (并案), or taken into it as a supplement (补充). What it was stands here, so
-- that undoing gives it back as it was.
CREATE TABLE matter_merge (
    id UUID PRIMARY KEY,
    leader_id UUID NOT NULL REFERENCES matter (id),
    merged_id UUID NOT NULL REFERENCES matter (id),
    link_id UUID NOT NULL,
    -- 'merge', 'supplement', 'repeat' (answered as a repeat of the leader, which then has ended it)
    why TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_id UUID,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    unit_id UUID NOT NULL,
    unit_path TEXT NOT NULL,
    officer_id UUID,
    undone_at BIGINT,
    undone_by UUID,
    undo_reason TEXT
);
CREATE UNIQUE INDEX matter_merge_open ON matter_merge (merged_id) WHERE undone_at IS NULL;
CREATE INDEX matter_merge_leader ON matter_merge (leader_id);
CREATE INDEX matter_merge_link ON matter_merge (link_id);

-- Which clocks a merge or a relation stopped or started, so that they can be put back and never begin anew.
CREATE TABLE clock_effect (
    -- The link that caused it.
    link_id UUID NOT NULL,
    clock_id UUID NOT NULL REFERENCES clock (id),
    -- 'stopped', 'started'
    did TEXT NOT NULL,
    PRIMARY KEY (link_id, clock_id)
);
CREATE INDEX clock_effect_clock ON clock_effect (clock_id);

-- A split (分立): `matter_id` reads the evidence of `from_id` and the facts that stand with the contact of `facts_id`.
CREATE TABLE evidence_share (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    from_id UUID NOT NULL REFERENCES matter (id),
    facts_id UUID NOT NULL REFERENCES matter (id),
    at BIGINT NOT NULL
);
CREATE INDEX evidence_share_from ON evidence_share (from_id);

-- What was asked and advised about jurisdiction (管辖), with the evidence: advice only.
CREATE TABLE jurisdiction_advice (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- JSON object question -> answer
    answers TEXT NOT NULL,
    -- Code of the rule; NULL where the order is silent.
    rule TEXT,
    whose TEXT NOT NULL,
    article TEXT NOT NULL,
    region TEXT,
    unit_id UUID REFERENCES unit (id),
    evidence TEXT NOT NULL,
    by_id UUID,
    at BIGINT NOT NULL
);
CREATE INDEX jurisdiction_advice_matter ON jurisdiction_advice (matter_id, at);

-- A dispute over jurisdiction (管辖争议): seven working days to agree, else the common superior decides.
CREATE TABLE jurisdiction_dispute (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    unit_id UUID NOT NULL REFERENCES unit (id),
    other_id UUID NOT NULL REFERENCES unit (id),
    reason TEXT NOT NULL,
    opened_by UUID NOT NULL,
    opened_on TEXT NOT NULL,
    -- 'open', 'refused' (the other unit does not take it), 'agreed', 'ruled', 'withdrawn'
    state TEXT NOT NULL,
    answer TEXT,
    answered_by UUID,
    answered_at BIGINT,
    ruled_unit_id UUID REFERENCES unit (id),
    ruling TEXT,
    ruled_by UUID,
    ruled_at BIGINT
);
CREATE UNIQUE INDEX jurisdiction_dispute_open ON jurisdiction_dispute (matter_id) WHERE state IN ('open', 'refused');
CREATE INDEX jurisdiction_dispute_units ON jurisdiction_dispute (state, other_id);

-- A reminder (催办) in somebody's work list; it never touches a clock.
CREATE TABLE reminder (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- NULL for those a head or a relation gave.
    clock_id UUID REFERENCES clock (id),
    -- A level of law/escalation.toml; 'manual' 催办, 'supplement' 补充材料
    level TEXT NOT NULL,
    officer_id UUID NOT NULL REFERENCES officer (id),
    words TEXT NOT NULL,
    by_id UUID,
    at BIGINT NOT NULL,
    seen_at BIGINT
);
CREATE UNIQUE INDEX reminder_level ON reminder (clock_id, level, officer_id) WHERE clock_id IS NOT NULL;
CREATE INDEX reminder_officer ON reminder (officer_id, seen_at);
CREATE INDEX reminder_matter ON reminder (matter_id);

-- Which levels of a clock were reached, once, whoever was there to be told.
CREATE TABLE clock_level (
    clock_id UUID NOT NULL REFERENCES clock (id),
    level TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (clock_id, level)
);

-- Work handed over while somebody is on leave (休假交接); it comes back by one act.
CREATE TABLE handover (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    from_id UUID NOT NULL REFERENCES officer (id),
    from_unit_id UUID NOT NULL REFERENCES unit (id),
    to_id UUID NOT NULL REFERENCES officer (id),
    by_id UUID,
    at BIGINT NOT NULL,
    ended_at BIGINT,
    -- 'returned', 'kept' (done or given to somebody else meanwhile)
    ended TEXT
);
CREATE UNIQUE INDEX handover_open ON handover (matter_id) WHERE ended_at IS NULL;
CREATE INDEX handover_from ON handover (from_id, ended_at);
