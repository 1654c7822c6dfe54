-- crate: journal
-- One row per thing that happened, chained per lane with a keyed SM3 seal.
CREATE TABLE journal (
    id UUID PRIMARY KEY,
    lane BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    matter_id UUID,
    subject TEXT NOT NULL DEFAULT '',
    verb TEXT NOT NULL,
    actor_id UUID,
    actor TEXT NOT NULL,
    post TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    request TEXT NOT NULL,
    state TEXT,
    detail TEXT NOT NULL,
    seal TEXT NOT NULL,
    UNIQUE (lane, seq)
);
CREATE INDEX journal_matter ON journal (matter_id, seq);
CREATE INDEX journal_at ON journal (at);
CREATE INDEX journal_actor ON journal (actor_id, at);
CREATE INDEX journal_verb ON journal (verb, at);

CREATE TABLE journal_lane (
    lane BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    seal TEXT NOT NULL,
    mark TEXT NOT NULL
);
