-- crate: matters
-- Lists are asked for newest first, of everything or of one unit: without these a page of fifty read and sorted all.

CREATE INDEX matter_latest ON matter (received_at, number);
CREATE INDEX matter_of_unit ON matter (unit_id, received_at, number);
