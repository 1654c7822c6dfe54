-- crate: matters
-- The spine: one row per matter (事项), and once for all: number, parties, clocks, notices, attachments, journal.

CREATE TABLE matter (
    id UUID PRIMARY KEY,
    -- consultation 咨询, complaint 投诉, report 举报, suggestion 建议, praise 表扬, other 其他告知
    kind TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    -- The procedure's own state word; phase is what it means to everybody: new, running, waiting, done.
    state TEXT NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('new', 'running', 'waiting', 'done')),
    unit_id UUID NOT NULL REFERENCES unit (id),
    unit_path TEXT NOT NULL,
    officer_id UUID REFERENCES officer (id),
    -- Who registered it; NULL for imports and the public.
    registered_by UUID REFERENCES officer (id),
    trader_id UUID REFERENCES trader (id),
    channel TEXT NOT NULL,
    goods TEXT,
    problem TEXT,
    region TEXT,
    place TEXT NOT NULL DEFAULT '',
    received_at BIGINT NOT NULL,
    received_on TEXT NOT NULL,
    closed_at BIGINT,
    closed_on TEXT,
    -- The word of the outcome once done: answered, settled, terminated, refused, withdrawn…
    outcome TEXT,
    -- Law of the day of receipt (R03); an override carries its reason in the journal.
    rule_set TEXT NOT NULL,
    rule_set_chosen BOOLEAN NOT NULL DEFAULT FALSE,
    -- The earliest alarm of the running clocks: derived, rewritten by every step, proved by `check`. NULL: none runs.
    next_alarm TEXT,
    next_clock TEXT,
    -- Whether the last stopped clocks were kept: 'yes', 'no', NULL while open or without clock.
    on_time TEXT,
    amount BIGINT,
    recovered BIGINT,
    returned BIGINT NOT NULL DEFAULT 0,
    -- Numbers of other systems: 全国12315平台, 12345.
    outside_number TEXT,
    source TEXT NOT NULL DEFAULT '',
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX matter_unit ON matter (unit_path, phase, next_alarm);
CREATE INDEX matter_officer ON matter (officer_id, phase, next_alarm);
CREATE INDEX matter_registered ON matter (registered_by, received_at);
CREATE INDEX matter_received ON matter (received_on, kind);
CREATE INDEX matter_closed ON matter (closed_on, kind);
CREATE INDEX matter_trader ON matter (trader_id, received_on);
CREATE UNIQUE INDEX matter_outside ON matter (source, outside_number) WHERE outside_number IS NOT NULL;

-- Gap-free numbers per unit, kind and year.
CREATE TABLE number_series (
    unit_id UUID NOT NULL REFERENCES unit (id),
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (unit_id, kind, year)
);

-- A number once given is never given again; void numbers keep their reason.
CREATE TABLE void_number (
    number TEXT PRIMARY KEY,
    matter_id UUID,
    reason TEXT NOT NULL,
    by_id UUID NOT NULL,
    at BIGINT NOT NULL
);

-- People and firms of a matter. Personal fields are sealed (D10); *_mark are blind indexes.
CREATE TABLE party (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- complainant 投诉人, caller 来电人, reporter 举报人, agent 代理人, representative 代表人, respondent 被投诉人
    role TEXT NOT NULL,
    name BYTEA,
    phone BYTEA,
    address BYTEA,
    identity_kind TEXT,
    identity BYTEA,
    name_mark TEXT,
    phone_mark TEXT,
    address_mark TEXT,
    -- 'given', 'missing', 'verified' for each element that art. 10 asks: JSON object
    proof TEXT NOT NULL DEFAULT '{}',
    publish_consent BOOLEAN NOT NULL DEFAULT FALSE,
    entrust_consent BOOLEAN NOT NULL DEFAULT FALSE,
    ordinal BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX party_matter ON party (matter_id);
CREATE INDEX party_phone ON party (phone_mark);
CREATE INDEX party_name ON party (name_mark);
CREATE INDEX party_address ON party (address_mark);

CREATE TABLE matter_link (
    id UUID PRIMARY KEY,
    from_id UUID NOT NULL REFERENCES matter (id),
    to_id UUID NOT NULL REFERENCES matter (id),
    -- split 分立, repeat 重复, supplement 补充, related 关联, reopened 重办
    kind TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    by_id UUID,
    at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX matter_link_from ON matter_link (from_id);
CREATE INDEX matter_link_to ON matter_link (to_id);

-- A clock that was started; due and alarm are never typed: they follow from rule set, calendar and pauses.
CREATE TABLE clock (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    key TEXT NOT NULL,
    rule_set TEXT NOT NULL,
    from_day TEXT NOT NULL,
    extended BOOLEAN NOT NULL DEFAULT FALSE,
    started_at BIGINT NOT NULL,
    stopped_on TEXT,
    -- 'kept', 'late', 'void'
    result TEXT,
    -- Derived, rewritten by every step that touches the clock; `xiaobao check` recomputes and compares.
    due TEXT NOT NULL,
    alarm TEXT NOT NULL
);
CREATE INDEX clock_matter ON clock (matter_id);
CREATE INDEX clock_running ON clock (alarm) WHERE stopped_on IS NULL;

CREATE TABLE clock_pause (
    id UUID PRIMARY KEY,
    clock_id UUID NOT NULL REFERENCES clock (id),
    from_day TEXT NOT NULL,
    to_day TEXT,
    reason TEXT NOT NULL,
    paper TEXT NOT NULL,
    attachment_id UUID
);
CREATE INDEX clock_pause_clock ON clock_pause (clock_id);

CREATE TABLE attachment (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    name TEXT NOT NULL,
    -- What the bytes are, by their own signature: image/jpeg, application/pdf…
    media TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest TEXT NOT NULL,
    -- Digest of the copy without EXIF that may be shown; NULL when the same bytes may be.
    public_digest TEXT,
    purpose TEXT NOT NULL,
    by_id UUID,
    at BIGINT NOT NULL,
    removed_at BIGINT,
    remove_reason TEXT
);
CREATE INDEX attachment_matter ON attachment (matter_id);

-- A notice (告知) to a party with its proof of delivery: reconsideration turns on it.
CREATE TABLE notice (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- accepted 受理, refused 不予受理, material 补正, invited 调解通知, terminated 终止, result 结果…
    kind TEXT NOT NULL,
    party_id UUID,
    channel TEXT NOT NULL,
    address BYTEA,
    text TEXT NOT NULL,
    form_number TEXT,
    by_id UUID,
    made_at BIGINT NOT NULL,
    -- 'planned', 'sent', 'delivered', 'failed'
    state TEXT NOT NULL,
    sent_at BIGINT,
    delivered_at BIGINT,
    proof_kind TEXT,
    proof TEXT,
    attachment_id UUID
);
CREATE INDEX notice_matter ON notice (matter_id);

-- Officers who may not see or touch a matter (回避).
CREATE TABLE recusal (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    officer_id UUID NOT NULL REFERENCES officer (id),
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- NULL: asked, not decided; TRUE granted; FALSE rejected.
    granted BOOLEAN,
    decided_at BIGINT,
    decided_by UUID
);
CREATE INDEX recusal_matter ON recusal (matter_id, officer_id);

-- Who opened personal data, of which party, and why (R33).
CREATE TABLE read_log (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL,
    officer_id UUID NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX read_log_matter ON read_log (matter_id);
CREATE INDEX read_log_officer ON read_log (officer_id, at);
