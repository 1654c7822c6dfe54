-- crate: intake
-- What was said at the desk (R01): the facts of a contact, beside its matter.

CREATE TABLE contact (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    facts TEXT NOT NULL,
    -- JSON list of demand codes (修理, 更换, 退货, 退款, 赔偿…) and the caller's own words.
    demands TEXT NOT NULL DEFAULT '[]',
    demand_words TEXT NOT NULL DEFAULT '',
    happened_on TEXT,
    known_on TEXT,
    bought_on TEXT,
    goods_name TEXT NOT NULL DEFAULT '',
    brand TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    quantity TEXT NOT NULL DEFAULT '',
    quantity_unit TEXT NOT NULL DEFAULT '',
    amount BIGINT,
    sales_way TEXT NOT NULL DEFAULT '',
    platform TEXT NOT NULL DEFAULT '',
    order_number TEXT NOT NULL DEFAULT '',
    respondent_name TEXT NOT NULL DEFAULT '',
    respondent_address TEXT NOT NULL DEFAULT '',
    respondent_phone TEXT NOT NULL DEFAULT '',
    -- Digest of the folded facts: the same text again (art. 17).
    text_mark TEXT,
    answer TEXT,
    answer_topic TEXT,
    answered_at BIGINT,
    answered_by UUID,
    confidential BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX contact_text ON contact (text_mark);

-- A half-filled form of one officer: survives a dead browser.
CREATE TABLE draft (
    id UUID PRIMARY KEY,
    officer_id UUID NOT NULL REFERENCES officer (id),
    page TEXT NOT NULL,
    -- Sealed: drafts hold personal data.
    form BYTEA NOT NULL,
    saved_at BIGINT NOT NULL,
    UNIQUE (officer_id, page)
);

-- Rows of imported files: idempotent by source and key.
CREATE TABLE import_run (
    id UUID PRIMARY KEY,
    file TEXT NOT NULL,
    digest TEXT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    rows_read BIGINT NOT NULL,
    rows_new BIGINT NOT NULL,
    rows_same BIGINT NOT NULL,
    rows_changed BIGINT NOT NULL,
    rows_bad BIGINT NOT NULL
);
CREATE TABLE import_row (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    matter_id UUID NOT NULL REFERENCES matter (id),
    digest TEXT NOT NULL,
    run_id UUID NOT NULL REFERENCES import_run (id),
    PRIMARY KEY (source, key)
);

-- Editions of the classification trees the bureau edits; the first edition ships with the program.
CREATE TABLE class_node (
    tree TEXT NOT NULL,
    edition BIGINT NOT NULL,
    code TEXT NOT NULL,
    parent TEXT,
    name TEXT NOT NULL,
    retired BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tree, edition, code)
);
