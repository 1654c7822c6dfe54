-- crate: matters
-- Lists are asked for newest first: of everything, of one unit, or of one phase. Without these a page of fifty read and sorted
-- all, and the count above it walked through everything that is done to find what is not.

CREATE INDEX matter_latest ON matter (received_at, number);
CREATE INDEX matter_of_unit ON matter (unit_id, received_at, number);
CREATE INDEX matter_phase ON matter (phase, received_at, number);
