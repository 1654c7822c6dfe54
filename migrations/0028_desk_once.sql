-- crate: intake
-- A form of the desk is registered once, however often it is sent (SEC_45): the id that the form brought, a keyed mark of what
-- was typed, and the number it got. The same page with other words is another contact.

CREATE TABLE desk_once (
    id UUID NOT NULL,
    mark TEXT NOT NULL,
    officer_id UUID NOT NULL REFERENCES officer (id),
    number TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    PRIMARY KEY (id, mark)
);
CREATE INDEX desk_once_at ON desk_once (at);
CREATE INDEX desk_once_officer ON desk_once (officer_id);
