-- crate: advice
-- What was suggested while a contact was registered, and what became of it (record 40). Codes, ids and numbers only: no word of
-- what anybody wrote, no telephone, no name.

CREATE TABLE advice (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- Who registered it; NULL on the public form.
    officer_id UUID REFERENCES officer (id),
    day TEXT NOT NULL,
    -- goods, problem, kind, trader, unit, repeat
    part TEXT NOT NULL,
    -- Place among those of its part, from 1; 0: nothing was suggested for this part.
    place BIGINT NOT NULL,
    -- What it came from: rules, register, or the version of a model.
    basis TEXT NOT NULL,
    suggested TEXT NOT NULL,
    -- Probability in thousandths; NULL where there is none.
    share BIGINT,
    sure BOOLEAN NOT NULL,
    -- accepted 采纳, changed 改选, ignored 未用, none 没有建议
    fate TEXT NOT NULL,
    chosen TEXT NOT NULL
);
CREATE INDEX advice_day ON advice (day, part, place);
CREATE INDEX advice_officer ON advice (officer_id, day);
CREATE INDEX advice_matter ON advice (matter_id);
