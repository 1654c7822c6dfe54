-- crate: insight
-- Saved filters: a list as somebody wants to see it again, for oneself or for the unit.

CREATE TABLE saved_view (
    id UUID PRIMARY KEY,
    officer_id UUID NOT NULL REFERENCES officer (id),
    unit_path TEXT NOT NULL,
    name TEXT NOT NULL,
    -- '/matters', '/figures', '/operations', '/traders', '/odr' and the like: a page of ours, never an address elsewhere.
    page TEXT NOT NULL,
    query TEXT NOT NULL,
    shared BOOLEAN NOT NULL DEFAULT FALSE,
    at BIGINT NOT NULL
);
CREATE INDEX saved_view_officer ON saved_view (officer_id);
CREATE INDEX saved_view_unit ON saved_view (unit_path, shared);
