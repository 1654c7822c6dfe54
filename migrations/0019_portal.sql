-- crate: portal
-- The public pages (公众页面): what is filled in before it is sent, who looks at a receipt, what people think of the work.

-- A half-filled petition, found by the digest of a cookie; sealed, because it holds personal data; forgotten after hours.
CREATE TABLE portal_draft (
    id UUID PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    answers BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    -- Once sent: the matter, so that sending twice gives the same receipt (SEC_45).
    sent_at BIGINT,
    matter_id UUID REFERENCES matter (id)
);
CREATE INDEX portal_draft_saved ON portal_draft (saved_at);
CREATE INDEX portal_draft_sent ON portal_draft (sent_at);

-- Photographs of a draft; with the spine's attachments once it is sent.
CREATE TABLE portal_photo (
    id UUID PRIMARY KEY,
    draft_id UUID NOT NULL REFERENCES portal_draft (id),
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    bytes BYTEA NOT NULL
);
CREATE INDEX portal_photo_draft ON portal_photo (draft_id, ordinal);

-- Somebody who gave number and code and is looking at the matter: minutes, not days.
CREATE TABLE portal_visit (
    digest TEXT PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- A new receipt ends the visits of the old one.
    receipt_id UUID NOT NULL,
    made_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX portal_visit_seen ON portal_visit (seen_at);

-- 满意度（公众自评）: given by the person unasked, never mixed with what call-backs find out.
CREATE TABLE portal_rating (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    score BIGINT NOT NULL CHECK (score BETWEEN 1 AND 5),
    reason BYTEA,
    at BIGINT NOT NULL
);
