-- crate: intake
-- Which trader a matter is about, on what evidence, and until when (record 39): a link is ended, never taken away.

CREATE TABLE trader_link (
    id UUID NOT NULL PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    trader_id UUID NOT NULL REFERENCES trader (id),
    -- Hundredths of the score, the parts that were compared and how they agreed, no words of people; empty for a link that was
    -- chosen at the desk and only ended here.
    score BIGINT NOT NULL,
    evidence TEXT NOT NULL,
    rule TEXT NOT NULL,
    linked_by UUID REFERENCES officer (id),
    linked_at BIGINT NOT NULL,
    ended_by UUID REFERENCES officer (id),
    ended_at BIGINT,
    -- other, mistyped, unclear
    why TEXT
);
CREATE INDEX trader_link_matter ON trader_link (matter_id);
CREATE INDEX trader_link_trader ON trader_link (trader_id);
