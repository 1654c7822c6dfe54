-- crate: intake
-- The name under which a trader was told when an officer linked it: a keyed mark of its folded letters, no word of it (record 51).
-- NULL for links made before, for names of reports (令第121号 第三十七条), and where no name was told.

ALTER TABLE trader_link ADD COLUMN said_mark TEXT;
CREATE INDEX trader_link_said ON trader_link (said_mark);
