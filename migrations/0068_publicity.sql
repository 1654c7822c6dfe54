-- crate: insight
-- Publicity of complaints (投诉信息公示, record 50): where each stands; what happened stands in the journal of the matter.

CREATE TABLE publicity (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    -- 'open', 'published', 'withdrawn', 'withheld'
    state TEXT NOT NULL,
    -- The day it was published last.
    published_on TEXT,
    -- The last day for it as the law was when it was published; empty where the complaint had not ended.
    due TEXT,
    -- 'yes' or 'no': published by that day.
    in_time TEXT,
    -- Why it is withheld, a code.
    ground TEXT NOT NULL DEFAULT '',
    -- The report that published it.
    summary_id UUID REFERENCES summary (id),
    decided_by UUID NOT NULL REFERENCES officer (id),
    decided_at BIGINT NOT NULL
);
CREATE INDEX publicity_state ON publicity (state, published_on);
