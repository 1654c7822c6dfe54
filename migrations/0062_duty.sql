-- crate: duty
-- Duty roster (值班表): the shifts an office defines, who stands which, and exchanges between two officers.

CREATE TABLE duty_shift (
    id UUID PRIMARY KEY,
    unit_id UUID NOT NULL REFERENCES unit (id),
    unit_path TEXT NOT NULL,
    name TEXT NOT NULL,
    -- On which days it is kept: every day, worked days, weekends and holidays, holidays.
    days TEXT NOT NULL CHECK (days IN ('all', 'worked', 'free', 'holiday')),
    -- Minutes after midnight; an end at or before the beginning is on the next day.
    begins BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    officers BIGINT NOT NULL,
    -- Whether a leader (带班领导) must be named.
    led BOOLEAN NOT NULL,
    -- Whether an exchange wants a head's word.
    approval BOOLEAN NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    made_by UUID NOT NULL REFERENCES officer (id)
);
CREATE INDEX duty_shift_unit ON duty_shift (unit_path);

-- Who stands a shift on a day. What was taken off stays, with who did it: a roster is no slate.
CREATE TABLE duty_turn (
    id UUID PRIMARY KEY,
    shift_id UUID NOT NULL REFERENCES duty_shift (id),
    unit_path TEXT NOT NULL,
    day TEXT NOT NULL,
    officer_id UUID NOT NULL REFERENCES officer (id),
    part TEXT NOT NULL CHECK (part IN ('officer', 'leader')),
    set_by UUID NOT NULL REFERENCES officer (id),
    set_at BIGINT NOT NULL,
    removed_by UUID REFERENCES officer (id),
    removed_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX duty_turn_once ON duty_turn (shift_id, day, officer_id) WHERE removed_at IS NULL;
CREATE INDEX duty_turn_day ON duty_turn (day, unit_path);
CREATE INDEX duty_turn_officer ON duty_turn (officer_id, day);

-- An exchange (换班): asked by the one, agreed by the other, approved where the shift wants it.
CREATE TABLE duty_swap (
    id UUID PRIMARY KEY,
    turn_id UUID NOT NULL REFERENCES duty_turn (id),
    -- The other's turn that is taken in return; none where the other only takes over.
    other_id UUID REFERENCES duty_turn (id),
    unit_path TEXT NOT NULL,
    from_id UUID NOT NULL REFERENCES officer (id),
    to_id UUID NOT NULL REFERENCES officer (id),
    reason TEXT NOT NULL,
    -- 'asked', 'agreed', 'done', 'refused', 'withdrawn', 'rejected'
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT,
    decided_by UUID REFERENCES officer (id),
    decided_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX duty_swap_turn ON duty_swap (turn_id);
CREATE INDEX duty_swap_other ON duty_swap (other_id);
CREATE INDEX duty_swap_state ON duty_swap (state, unit_path);
