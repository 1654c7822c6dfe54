-- crate: insight
-- Reports are written on in the browser (record 45): each save is a version; numbers keep the seal of the figure they came from; comments,
-- review, approval and handing in are steps of one table.

ALTER TABLE summary ADD COLUMN state TEXT NOT NULL DEFAULT 'draft';
ALTER TABLE summary ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- Every figure of the snapshot, so that what is written later is held against the same numbers (JSON); empty in reports made before.
ALTER TABLE summary ADD COLUMN book TEXT NOT NULL DEFAULT '';
ALTER TABLE summary ADD COLUMN reviewed_by UUID;
ALTER TABLE summary ADD COLUMN approved_by UUID;
-- The officer a report is about (述职报告): read by that officer and by heads only.
ALTER TABLE summary ADD COLUMN about_id UUID;
UPDATE summary SET state = 'handed_in' WHERE handed_in_at IS NOT NULL;

CREATE TABLE summary_version (
    summary_id UUID NOT NULL REFERENCES summary (id),
    -- From 1, without gaps.
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    -- Where which figure is printed, and which numbers were changed (JSON).
    seals TEXT NOT NULL,
    -- What was changed, in the writer's words.
    note TEXT NOT NULL DEFAULT '',
    made_by UUID NOT NULL REFERENCES officer (id),
    made_at BIGINT NOT NULL,
    PRIMARY KEY (summary_id, version)
);
INSERT INTO summary_version (summary_id, version, title, body, seals, note, made_by, made_at)
SELECT id, 1, title, body, '', '', made_by, as_of FROM summary;

CREATE TABLE summary_comment (
    id UUID PRIMARY KEY,
    summary_id UUID NOT NULL REFERENCES summary (id),
    -- The version that was read, and the paragraph of it, from 1.
    version BIGINT NOT NULL,
    paragraph BIGINT NOT NULL,
    words TEXT NOT NULL,
    made_by UUID NOT NULL REFERENCES officer (id),
    made_at BIGINT NOT NULL,
    settled_by UUID REFERENCES officer (id),
    settled_at BIGINT
);
CREATE INDEX summary_comment_of ON summary_comment (summary_id, made_at);

-- Submission, review, return, approval, handing in: who, when, at which version, with which words.
CREATE TABLE summary_step (
    id UUID PRIMARY KEY,
    summary_id UUID NOT NULL REFERENCES summary (id),
    act TEXT NOT NULL,
    version BIGINT NOT NULL,
    words TEXT NOT NULL,
    done_by UUID NOT NULL REFERENCES officer (id),
    done_at BIGINT NOT NULL
);
CREATE INDEX summary_step_of ON summary_step (summary_id, done_at);
