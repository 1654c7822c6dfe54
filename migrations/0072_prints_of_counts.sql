-- crate: insight
-- Kept counts (record 33) also know the rows behind them (record 54): a share keeps the fingerprint of its matter as often as it counts,
-- in four lanes of 32 bits, a cell the sum of its shares'. And the parts that reports tell, classes of goods and of problems, are
-- kept like channel and hour. The counts are made anew by the next folding.

ALTER TABLE figure_share ADD COLUMN goods TEXT NOT NULL DEFAULT '';
ALTER TABLE figure_share ADD COLUMN problem TEXT NOT NULL DEFAULT '';
ALTER TABLE figure_share ADD COLUMN print1 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_share ADD COLUMN print2 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_share ADD COLUMN print3 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_share ADD COLUMN print4 BIGINT NOT NULL DEFAULT 0;

ALTER TABLE figure_cell ADD COLUMN print1 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_cell ADD COLUMN print2 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_cell ADD COLUMN print3 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE figure_cell ADD COLUMN print4 BIGINT NOT NULL DEFAULT 0;

-- The matters at hand with their fingerprints; empty between the turns of the folding.
CREATE TABLE figure_print (
    matter_id UUID PRIMARY KEY,
    print1 BIGINT NOT NULL,
    print2 BIGINT NOT NULL,
    print3 BIGINT NOT NULL,
    print4 BIGINT NOT NULL
);
