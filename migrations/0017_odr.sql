-- crate: odr
-- Settlement before the bureau steps in (先行和解, R08): who has undertaken it, what was sent to them, what came back.

CREATE TABLE odr_body (
    id UUID PRIMARY KEY,
    -- 'trader' 经营者, 'centre' 行业维权中心、消费者协会等受托组织
    kind TEXT NOT NULL CHECK (kind IN ('trader', 'centre')),
    name TEXT NOT NULL,
    trader_id UUID REFERENCES trader (id),
    -- The trade a centre serves, in words.
    field TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    -- Number of the undertaking (承诺书) or of the commission (委托书).
    paper TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    unit_path TEXT NOT NULL,
    joined_on TEXT NOT NULL,
    left_on TEXT,
    left_reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX odr_body_trader ON odr_body (trader_id) WHERE trader_id IS NOT NULL AND left_on IS NULL;
CREATE INDEX odr_body_unit ON odr_body (unit_path);

CREATE TABLE odr_case (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    body_id UUID NOT NULL REFERENCES odr_body (id),
    -- 'settle': a trader's own settlement before a complaint; 'entrust': a centre mediates for the bureau (令第121号 第十九条)
    way TEXT NOT NULL CHECK (way IN ('settle', 'entrust')),
    from_day TEXT NOT NULL,
    -- Blind mark of the one-time link; the link itself is shown once and stored nowhere.
    link_mark TEXT NOT NULL,
    link_until TEXT NOT NULL,
    -- Whether the consumer asked that it become a complaint by itself when the time is up.
    fallback BOOLEAN NOT NULL,
    answered_on TEXT,
    -- 'settle' 提出方案, 'refuse' 不同意; of a centre: 'agreed' 达成协议, 'not_agreed' 未达成
    answer_kind TEXT,
    answer TEXT,
    answer_mark TEXT,
    -- What the check of the answer found, JSON list of sentences.
    flaws TEXT NOT NULL DEFAULT '[]',
    offer BIGINT,
    sent_back BIGINT NOT NULL DEFAULT 0,
    ended_on TEXT,
    -- 'settled', 'fallen_back', 'withdrawn', 'reported'
    ended_as TEXT,
    recovered BIGINT,
    complaint_id UUID REFERENCES matter (id)
);
CREATE INDEX odr_case_body ON odr_case (body_id, from_day);
CREATE UNIQUE INDEX odr_case_link ON odr_case (link_mark);
CREATE INDEX odr_case_answer ON odr_case (body_id, answer_mark);
