-- crate: watch
-- The watch desk (预警台): what rang, why, what was decided about it; words that ring by themselves; each night's look.

CREATE TABLE alarm (
    id UUID PRIMARY KEY,
    -- The last day of the window.
    rung_on TEXT NOT NULL,
    -- 'scan' 短期, 'slow' 缓慢, 'harm' 人身伤害, 'listed' 关注名单
    kind TEXT NOT NULL,
    -- JSON list of [column, value]: ["problem","P01"], ["area","unit:…"], ["trader","id:…"], ["brand","…"]; for 'listed' ["word","…"].
    stream TEXT NOT NULL,
    window_days BIGINT NOT NULL,
    -- Different people in the window.
    observed BIGINT NOT NULL,
    -- Thousandths.
    expected BIGINT NOT NULL,
    score BIGINT NOT NULL,
    threshold BIGINT NOT NULL,
    -- Whether there was less than half a year of past to set the threshold by.
    warming BOOLEAN NOT NULL DEFAULT FALSE,
    -- JSON: series with what was expected, areas, seasons, people, copies, other streams, as they stood that night.
    evidence TEXT NOT NULL DEFAULT '{}',
    -- 'open', 'dismissed' 不成立, 'taken' 已转办
    state TEXT NOT NULL DEFAULT 'open',
    reason TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    decided_by UUID REFERENCES officer (id),
    decided_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX alarm_once ON alarm (rung_on, kind, stream);
CREATE INDEX alarm_state ON alarm (state, rung_on);

-- The matters behind an alarm.
CREATE TABLE alarm_row (
    alarm_id UUID NOT NULL REFERENCES alarm (id),
    matter_id UUID NOT NULL REFERENCES matter (id),
    PRIMARY KEY (alarm_id, matter_id)
);
CREATE INDEX alarm_row_matter ON alarm_row (matter_id);

-- The matter in which an alarm is taken up.
CREATE TABLE alarm_matter (
    alarm_id UUID PRIMARY KEY REFERENCES alarm (id),
    matter_id UUID NOT NULL REFERENCES matter (id)
);
CREATE INDEX alarm_matter_matter ON alarm_matter (matter_id);

-- Brands and traders of which the first complaint rings: a recall, the press, a superior office.
CREATE TABLE watch_word (
    id UUID PRIMARY KEY,
    word TEXT NOT NULL,
    why TEXT NOT NULL,
    by_id UUID NOT NULL REFERENCES officer (id),
    at BIGINT NOT NULL,
    ended_at BIGINT
);

-- Each look: the last day it looked at, and how much there was.
CREATE TABLE watch_run (
    id UUID PRIMARY KEY,
    day TEXT NOT NULL,
    at BIGINT NOT NULL,
    matters BIGINT NOT NULL,
    streams BIGINT NOT NULL,
    rung BIGINT NOT NULL,
    -- Days of past that the threshold was set by.
    replayed BIGINT NOT NULL
);
CREATE INDEX watch_run_day ON watch_run (day);
