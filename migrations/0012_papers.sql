-- crate: papers
-- Official forms (文书): editions of their texts, and the papers made by them (R03, R05, R31).

-- An edition of a form's text made by the bureau; the first editions ship with the program (law/forms/) and have no row.
CREATE TABLE form_edition (
    id UUID PRIMARY KEY,
    form TEXT NOT NULL,
    -- The rule sets it serves, by the first of them: 'R121', 'R20'…
    series TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    -- NULL: being written, used by no paper yet. Never changed once set.
    valid_from TEXT,
    made_by UUID NOT NULL REFERENCES officer (id),
    made_at BIGINT NOT NULL,
    activated_by UUID REFERENCES officer (id),
    activated_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX form_edition_form ON form_edition (form, series, valid_from);

CREATE TABLE paper (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    form TEXT NOT NULL,
    -- The edition it was made by (NULL: shipped), with its title and text as they stood: a paper never changes with its form.
    edition_id UUID REFERENCES form_edition (id),
    rule_set TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    -- Sealed: JSON of every field as printed. Personal data never stands anywhere else in this table.
    data BYTEA NOT NULL,
    -- 'drafted', 'submitted', 'approved', 'filed', 'printed', 'void', 'discarded'
    state TEXT NOT NULL,
    -- Taken on approval and never given again: series of a unit, word and year without gaps. Sheets have none.
    number TEXT UNIQUE,
    issued_on TEXT,
    -- Kind word of the notice that tells it.
    notice_kind TEXT NOT NULL DEFAULT '',
    drafted_by UUID NOT NULL REFERENCES officer (id),
    drafted_at BIGINT NOT NULL,
    -- Ids of everybody who wrote on it, each followed by a blank: none of them approves it.
    hands TEXT NOT NULL,
    amended_by UUID NOT NULL REFERENCES officer (id),
    approved_by UUID REFERENCES officer (id),
    approved_at BIGINT,
    printed_at BIGINT,
    returned_words TEXT NOT NULL DEFAULT '',
    void_reason TEXT NOT NULL DEFAULT '',
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX paper_matter ON paper (matter_id, drafted_at);
CREATE INDEX paper_waiting ON paper (state, changed_at);
