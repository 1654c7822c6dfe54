-- crate: people
-- Units, officers, posts, sessions: who works here, in which role, and since when (DESIGN D9).

CREATE TABLE unit (
    id UUID PRIMARY KEY,
    parent_id UUID REFERENCES unit (id),
    -- Short code in matter numbers: digits and capital letters, unique in the bureau.
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('bureau', 'branch', 'section', 'office', 'station')),
    -- '/' + the ordinal of each ancestor and itself, so that a subtree is a range: '/001/004/'.
    path TEXT NOT NULL UNIQUE,
    region TEXT,
    address TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    opened_on TEXT NOT NULL,
    closed_on TEXT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE officer (
    id UUID PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    badge TEXT NOT NULL DEFAULT '',
    -- argon2id in PHC form; NULL until the one-time code is used.
    password TEXT,
    totp BYTEA,
    totp_last_step BIGINT NOT NULL DEFAULT 0,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    failures BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT,
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- One-time codes: first sign-in, forgotten password. Only a digest is kept.
CREATE TABLE sign_in_code (
    id UUID PRIMARY KEY,
    officer_id UUID NOT NULL REFERENCES officer (id),
    digest TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    tries BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sign_in_code_officer ON sign_in_code (officer_id);

CREATE TABLE post (
    id UUID PRIMARY KEY,
    officer_id UUID NOT NULL REFERENCES officer (id),
    unit_id UUID NOT NULL REFERENCES unit (id),
    role TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    -- Who stands in while the holder is on leave (代理).
    deputy_id UUID REFERENCES officer (id),
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX post_officer ON post (officer_id);
CREATE INDEX post_unit ON post (unit_id);
CREATE INDEX post_deputy ON post (deputy_id);

CREATE TABLE officer_leave (
    id UUID PRIMARY KEY,
    officer_id UUID NOT NULL REFERENCES officer (id),
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX officer_leave_officer ON officer_leave (officer_id, from_day);

CREATE TABLE session (
    -- Digest of the cookie; the cookie itself is never stored.
    digest TEXT PRIMARY KEY,
    officer_id UUID NOT NULL REFERENCES officer (id),
    post_id UUID,
    made_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    address TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT ''
);
CREATE INDEX session_officer ON session (officer_id, seen_at);

-- Settings of the bureau: name, region, options. One row a key.
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
