-- crate: sso
-- Sign-in by the unified identity service (统一身份认证): requests under way, and which of its accounts is which officer here.

CREATE TABLE sso_request (
    -- Digest of the state that the browser carries; the state itself, nonce and verifier are stored nowhere.
    digest TEXT PRIMARY KEY,
    -- The officer who links an account, when somebody signed in asks for it.
    officer_id UUID REFERENCES officer (id),
    next TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE sso_account (
    id UUID PRIMARY KEY,
    issuer TEXT NOT NULL,
    -- Blind mark of the subject; its name and login there are sealed.
    subject_mark TEXT NOT NULL,
    name BYTEA,
    login BYTEA,
    officer_id UUID REFERENCES officer (id),
    -- 'waiting' 待核准, 'linked' 已关联, 'refused' 不予关联
    state TEXT NOT NULL CHECK (state IN ('waiting', 'linked', 'refused')),
    first_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by UUID,
    last_at BIGINT
);
CREATE UNIQUE INDEX sso_account_subject ON sso_account (issuer, subject_mark);
CREATE INDEX sso_account_officer ON sso_account (officer_id);
