-- crate: duty
-- Hand-over notes (交接班) with the items they carry, and what officers add to the book of a day (申诉举报日记).

-- What a shift leaves to the next. Never changed but by the one acknowledgement.
CREATE TABLE duty_note (
    id UUID PRIMARY KEY,
    shift_id UUID NOT NULL REFERENCES duty_shift (id),
    unit_path TEXT NOT NULL,
    day TEXT NOT NULL,
    words TEXT NOT NULL,
    by_id UUID NOT NULL REFERENCES officer (id),
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    taken_by UUID REFERENCES officer (id),
    taken_name TEXT,
    taken_at BIGINT
);
CREATE UNIQUE INDEX duty_note_once ON duty_note (shift_id, day);
CREATE INDEX duty_note_unit ON duty_note (unit_path, at);

-- Something still to be done: carried from note to note until it is.
CREATE TABLE duty_item (
    id UUID PRIMARY KEY,
    note_id UUID NOT NULL REFERENCES duty_note (id),
    unit_path TEXT NOT NULL,
    matter_id UUID REFERENCES matter (id),
    words TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    ended_words TEXT NOT NULL DEFAULT '',
    ended_name TEXT NOT NULL DEFAULT '',
    ended_at BIGINT
);
CREATE INDEX duty_item_unit ON duty_item (unit_path, ended_at);
CREATE INDEX duty_item_matter ON duty_item (matter_id);
CREATE INDEX duty_item_note ON duty_item (note_id);

-- What a note carried when it was written.
CREATE TABLE duty_carried (
    note_id UUID NOT NULL REFERENCES duty_note (id),
    item_id UUID NOT NULL REFERENCES duty_item (id),
    PRIMARY KEY (note_id, item_id)
);
CREATE INDEX duty_carried_item ON duty_carried (item_id);

-- Corrections and additions to a note.
CREATE TABLE duty_note_entry (
    id UUID PRIMARY KEY,
    note_id UUID NOT NULL REFERENCES duty_note (id),
    words TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX duty_note_entry_note ON duty_note_entry (note_id);

-- Remarks and corrections in the book of a day; each stands in the journal too, with a keyed mark of its words.
CREATE TABLE day_remark (
    id UUID PRIMARY KEY,
    unit_id UUID NOT NULL REFERENCES unit (id),
    unit_path TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('remark', 'correction')),
    matter_id UUID REFERENCES matter (id),
    words TEXT NOT NULL,
    by_id UUID NOT NULL REFERENCES officer (id),
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX day_remark_day ON day_remark (day, unit_path);
CREATE INDEX day_remark_matter ON day_remark (matter_id);
