-- crate: matters
-- Whether an attachment may show who the reporter is (可能显示举报人身份; 令第121号 第三十七条): then its shown copy is sealed too.

ALTER TABLE attachment ADD COLUMN shows_reporter BOOLEAN NOT NULL DEFAULT FALSE;
-- What came with a report so far was not asked about: sealed until somebody who may look says that it shows nobody.
UPDATE attachment SET shows_reporter = TRUE WHERE purpose IN ('evidence', 'portal') AND matter_id IN (SELECT id FROM matter WHERE kind = 'report');
