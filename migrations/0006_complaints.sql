-- crate: complaints
-- What is a complaint's own (R03, R04): decision, mediation, settlement, call-back. State and clocks are the matter's.

CREATE TABLE complaint (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    -- The facts stand with another matter's contact when this one was reopened from it (重办).
    facts_from UUID REFERENCES matter (id),
    handler_id UUID,
    second_handler_id UUID,
    accepted_on TEXT,
    -- Ground codes of the rule set in force for the matter, with the officer's words.
    refusal_ground TEXT,
    refusal_words TEXT,
    refusal_ways TEXT,
    -- The art. 17 sheet as it stood when the decision was signed: JSON of factors, counts and matter numbers.
    factors TEXT,
    proposed_by UUID,
    approved_by UUID,
    termination_ground TEXT,
    termination_words TEXT,
    terminated_on TEXT,
    mediator_id UUID,
    entrusted_to TEXT,
    respondent_consent BOOLEAN,
    complainant_consent BOOLEAN,
    joint BOOLEAN NOT NULL DEFAULT FALSE,
    withdrawn_on TEXT,
    withdrawal_words TEXT
);

CREATE TABLE material_request (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- JSON list of the elements asked for (art. 10): identity, address, claim, authority…
    items TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    until_day TEXT NOT NULL,
    answered_on TEXT,
    -- 'given', 'partly', 'lapsed', 'refused'
    result TEXT,
    words TEXT NOT NULL DEFAULT ''
);
CREATE INDEX material_request_matter ON material_request (matter_id);

CREATE TABLE mediation_session (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- 'site' 现场, 'phone' 电话, 'video' 视频, 'internet' 互联网
    way TEXT NOT NULL,
    planned_at BIGINT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    mediators TEXT NOT NULL,
    -- 'planned', 'held', 'absent_complainant', 'absent_respondent', 'cancelled'
    state TEXT NOT NULL,
    held_at BIGINT,
    record TEXT NOT NULL DEFAULT '',
    complainant_words TEXT NOT NULL DEFAULT '',
    respondent_words TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mediation_session_matter ON mediation_session (matter_id);

CREATE TABLE expert_test (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    body TEXT NOT NULL,
    -- 'agreed' 双方协商, 'appointed' 指定
    chosen TEXT NOT NULL,
    cost BIGINT,
    cost_side TEXT NOT NULL DEFAULT '',
    paper TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    result TEXT NOT NULL DEFAULT ''
);
CREATE INDEX expert_test_matter ON expert_test (matter_id);

CREATE TABLE settlement (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    -- 'document' 调解书, 'record' 调解记录
    paper TEXT NOT NULL,
    paper_number TEXT,
    agreed_on TEXT NOT NULL,
    terms TEXT NOT NULL,
    perform_by TEXT,
    performed_on TEXT,
    performance TEXT NOT NULL DEFAULT '',
    -- Money in 分 (R03): what the consumer got back, of it compensation above the loss (加倍赔偿), the sum in dispute.
    disputed BIGINT,
    recovered BIGINT,
    punitive BIGINT,
    fraud BOOLEAN NOT NULL DEFAULT FALSE
);

-- Call-back (回访, R04; 令第121号 第二十六条): planned by sample or for all, never by the handler.
CREATE TABLE callback (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    plan_id UUID,
    due_on TEXT NOT NULL,
    -- 'due', 'reached', 'unreachable', 'declined'
    state TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    by_id UUID,
    at BIGINT,
    satisfaction BIGINT CHECK (satisfaction IS NULL OR (satisfaction >= 1 AND satisfaction <= 5)),
    reasons TEXT NOT NULL DEFAULT '[]',
    -- Whether the outcome the record claims is what the consumer says: 'yes', 'partly', 'no'.
    performed TEXT,
    words TEXT NOT NULL DEFAULT '',
    reopened_as UUID REFERENCES matter (id)
);
CREATE INDEX callback_due ON callback (state, due_on);
CREATE INDEX callback_matter ON callback (matter_id);

CREATE TABLE callback_plan (
    id UUID PRIMARY KEY,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    -- 'all', 'sample'
    way TEXT NOT NULL,
    -- Drawn per stratum (outcome × unit), repeatable from the seed.
    per_stratum BIGINT,
    seed TEXT NOT NULL,
    drawn BIGINT NOT NULL,
    population BIGINT NOT NULL,
    by_id UUID,
    at BIGINT NOT NULL
);
