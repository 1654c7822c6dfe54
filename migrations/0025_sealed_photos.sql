-- crate: portal
-- Photographs of drafts are sealed like everything else of them. Those that lay there before stay readable: two hours at most.

-- The name, sealed; then `name` is empty and `bytes` are sealed too.
ALTER TABLE portal_photo ADD COLUMN sealed_name BYTEA;
