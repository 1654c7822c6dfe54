-- crate: insight
-- Kept counts for figures (record 33). A matter is counted once as what it is (share), sums of shares stand ready by stretches of
-- days (cell), and whatever may have changed since waits to be counted again (due). Figures read cells, and what is due live.

-- What each matter has been counted as: walk and mask say which columns of the figures, day is a Julian day number.
CREATE TABLE figure_share (
    matter_id UUID NOT NULL,
    walk BIGINT NOT NULL,
    mask BIGINT NOT NULL,
    day BIGINT NOT NULL,
    unit_id UUID NOT NULL,
    phase TEXT NOT NULL,
    channel TEXT NOT NULL,
    hour TEXT NOT NULL,
    n BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    -- The turn of the folding that counted it.
    turn BIGINT NOT NULL
);
CREATE INDEX figure_share_matter ON figure_share (matter_id);

-- Sums of shares: level 0 by day, then by 8, 64 and 512 days; span is the day divided by that.
CREATE TABLE figure_cell (
    -- '' for all of it, else what it is cut by: phase, channel, hour
    cut TEXT NOT NULL,
    level BIGINT NOT NULL,
    span BIGINT NOT NULL,
    unit_id UUID NOT NULL,
    walk BIGINT NOT NULL,
    key TEXT NOT NULL,
    mask BIGINT NOT NULL,
    n BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (cut, level, span, unit_id, walk, key, mask)
);
CREATE INDEX figure_cell_empty ON figure_cell (n) WHERE n = 0 AND amount = 0;

-- Matters whose share may have changed, once for every change: nothing is waited for, and what comes in while the folding
-- counts stays for its next turn. Also matters that are gone: no reference.
CREATE TABLE figure_due (
    matter_id UUID NOT NULL,
    id UUID NOT NULL,
    PRIMARY KEY (matter_id, id)
);

-- The matters that the folding has at hand; empty between its turns.
CREATE TABLE figure_hand (
    matter_id UUID PRIMARY KEY
);

-- Where the folding stands: by which definitions the cells are whole, for which they are being made, up to which matter.
CREATE TABLE figure_state (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    edition TEXT NOT NULL,
    making TEXT NOT NULL,
    reached UUID,
    turn BIGINT NOT NULL
);
