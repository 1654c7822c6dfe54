-- crate: insight
-- Limits of the red list and the black list (考核, R25), set by the bureau.

CREATE TABLE kpi_limit (
    -- The id of a rate.
    figure TEXT PRIMARY KEY,
    -- Hundredths of a per cent; NULL: no such list.
    red BIGINT,
    black BIGINT,
    -- With a smaller denominator a unit is not judged.
    least BIGINT NOT NULL,
    set_by UUID NOT NULL REFERENCES officer (id),
    set_at BIGINT NOT NULL
);
