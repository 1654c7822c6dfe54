-- crate: insight
-- Figures of ten million matters (record 56).

-- Cells lie in the order in which they are asked for: on SQLite each was found by an index and then looked up somewhere else in the file.
CREATE TABLE figure_cell_laid (
    cut TEXT NOT NULL,
    level BIGINT NOT NULL,
    span BIGINT NOT NULL,
    unit_id UUID NOT NULL,
    walk BIGINT NOT NULL,
    key TEXT NOT NULL,
    mask BIGINT NOT NULL,
    n BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    print1 BIGINT NOT NULL DEFAULT 0,
    print2 BIGINT NOT NULL DEFAULT 0,
    print3 BIGINT NOT NULL DEFAULT 0,
    print4 BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (cut, level, span, unit_id, walk, key, mask)
) CLUSTERED;
INSERT INTO figure_cell_laid (cut, level, span, unit_id, walk, key, mask, n, amount, print1, print2, print3, print4)
    SELECT cut, level, span, unit_id, walk, key, mask, n, amount, print1, print2, print3, print4 FROM figure_cell
    ORDER BY cut, level, span, unit_id, walk, key, mask;
DROP TABLE figure_cell;
ALTER TABLE figure_cell_laid RENAME TO figure_cell;

-- Whether an officer has matters of his or her own beyond the own unit is asked before every figure. The index of an officer's matters
-- tells it by itself now; it led to every one of them, fifteen thousand rows all over the file.
DROP INDEX matter_officer;
CREATE INDEX matter_officer ON matter (officer_id, phase, next_alarm, unit_path);
