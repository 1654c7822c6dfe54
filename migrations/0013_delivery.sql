-- crate: delivery
-- Notices that the program sends by itself, and the editions of their texts (R03; DESIGN D13, D14).

-- One row per notice that was claimed for sending. The notice's own state and proof are the spine's.
CREATE TABLE dispatch (
    -- Also the key that tells a gateway that two requests are one.
    notice_id UUID PRIMARY KEY REFERENCES notice (id),
    matter_id UUID NOT NULL REFERENCES matter (id),
    channel TEXT NOT NULL,
    -- 'sms' gateway, 'smtp', 'files', 'web', '' when nothing is configured
    carrier TEXT NOT NULL,
    -- 'sending', 'waiting', 'sent', 'delivered', 'refused', 'unknown', 'dead', 'by_hand', 'closed'
    state TEXT NOT NULL,
    job_id UUID NOT NULL,
    -- The gateway's own number for it.
    outside_id TEXT,
    tries BIGINT NOT NULL DEFAULT 0,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    sent_at BIGINT,
    -- What the last try said; never a number or an address.
    error TEXT
);
CREATE INDEX dispatch_matter ON dispatch (matter_id);
CREATE INDEX dispatch_state ON dispatch (state, last_at);
CREATE INDEX dispatch_outside ON dispatch (outside_id) WHERE outside_id IS NOT NULL;

-- An edition of a text, never changed once stored; edition 0 of each is compiled in (law/texts.toml).
CREATE TABLE notice_text (
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    edition BIGINT NOT NULL,
    body TEXT NOT NULL,
    made_by UUID NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (kind, channel, edition)
);

-- Which edition is in use; none: the compiled one.
CREATE TABLE notice_text_use (
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    edition BIGINT NOT NULL,
    by_id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kind, channel)
);
