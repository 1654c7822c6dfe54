-- crate: reports
-- The report whose laws were lent to the one it goes with (第三十五条), so that they go back with it.

ALTER TABLE report_tag ADD COLUMN from_id UUID;
