-- crate: insight
-- Numbers of briefs (简报 第N期): taken when the bureau's head approves, per unit, template and year without gaps. Who takes an approval back and
-- approves again keeps the number; of a report that was given up it stays, never given again.

CREATE TABLE summary_number (
    summary_id UUID PRIMARY KEY REFERENCES summary (id),
    unit_id UUID NOT NULL REFERENCES unit (id),
    template TEXT NOT NULL,
    year BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    taken_at BIGINT NOT NULL,
    UNIQUE (unit_id, template, year, ordinal)
);
