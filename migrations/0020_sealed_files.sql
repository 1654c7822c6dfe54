-- crate: matters
-- Whether an attachment may show who the reporter is (可能显示举报人身份; 令第121号 第三十七条): then its shown copy is sealed too.

ALTER TABLE attachment ADD COLUMN shows_reporter BOOLEAN NOT NULL DEFAULT FALSE;
-- What came with a report so far was not asked about: sealed until somebody who may look says that it shows nobody.
UPDATE attachment SET shows_reporter = TRUE WHERE purpose IN ('evidence', 'portal') AND matter_id IN (SELECT id FROM matter WHERE kind = 'report');

-- Each time a matter was sent back to dispatch (退回), so that returns can be counted by reason.
CREATE TABLE matter_return (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- A code of the classification's return reasons.
    reason TEXT NOT NULL,
    by_id UUID,
    at BIGINT NOT NULL
);
CREATE INDEX matter_return_matter ON matter_return (matter_id);
