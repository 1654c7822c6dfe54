-- crate: matters
-- Receipts of the public (number and code) and the two-way talk.

-- One receipt a matter; a new one takes the place of the old. The code itself is never stored, only its keyed mark.
CREATE TABLE receipt (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL UNIQUE REFERENCES matter (id),
    code_mark TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    -- The officer who printed it; NULL when it was made on the public pages.
    by_id UUID
);

-- Wrong tries by the number that was typed, whether there is such a matter or not: the answer to both must be the same (SEC_23).
CREATE TABLE receipt_try (
    number_mark TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    waits_until BIGINT,
    last_at BIGINT NOT NULL
);
CREATE INDEX receipt_try_last ON receipt_try (last_at);

-- What office and person write to each other. The text is sealed.
CREATE TABLE talk (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    side TEXT NOT NULL CHECK (side IN ('office', 'person')),
    -- 'message' 留言, 'supplement' 补充材料, 'withdrawal' 请求撤回
    kind TEXT NOT NULL,
    text BYTEA NOT NULL,
    by_id UUID,
    at BIGINT NOT NULL,
    -- When the other side first saw it.
    read_at BIGINT
);
CREATE INDEX talk_matter ON talk (matter_id, at);
CREATE INDEX talk_unread ON talk (side, matter_id) WHERE read_at IS NULL;

CREATE TABLE talk_file (
    talk_id UUID NOT NULL REFERENCES talk (id),
    attachment_id UUID NOT NULL REFERENCES attachment (id),
    PRIMARY KEY (talk_id, attachment_id)
);
