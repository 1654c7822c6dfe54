-- crate: api
-- Tokens, idempotency keys, webhooks.

-- A token acts from one post of one officer. Of its secret only a keyed digest is kept.
CREATE TABLE api_token (
    id UUID PRIMARY KEY,
    label TEXT NOT NULL,
    officer_id UUID NOT NULL REFERENCES officer (id),
    post_id UUID NOT NULL REFERENCES post (id),
    -- Words of `Scope`, separated by commas.
    scopes TEXT NOT NULL,
    digest TEXT NOT NULL,
    per_minute BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    -- Who gave it out; none on the command line.
    made_by UUID,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    used_at BIGINT
);
CREATE INDEX api_token_officer ON api_token (officer_id);

-- What was answered to a request with an idempotency key. Without `status` it is being worked on.
CREATE TABLE api_replay (
    id UUID PRIMARY KEY,
    token_id UUID NOT NULL REFERENCES api_token (id),
    key TEXT NOT NULL,
    -- Keyed digest of method, path and body.
    request TEXT NOT NULL,
    status BIGINT,
    -- Sealed: answers may hold personal data.
    answer BYTEA,
    at BIGINT NOT NULL,
    UNIQUE (token_id, key)
);
CREATE INDEX api_replay_at ON api_replay (at);

CREATE TABLE webhook (
    id UUID PRIMARY KEY,
    label TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Sealed.
    secret BYTEA NOT NULL,
    -- 'new', 'moved', 'overdue', separated by commas.
    kinds TEXT NOT NULL,
    -- Codes of units, separated by commas; each with everything below it. Empty: all.
    units TEXT NOT NULL DEFAULT '',
    -- 'hmac-sha256', 'hmac-sm3'
    algorithm TEXT NOT NULL,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    made_at BIGINT NOT NULL,
    made_by UUID
);

CREATE TABLE webhook_delivery (
    id UUID PRIMARY KEY,
    webhook_id UUID NOT NULL REFERENCES webhook (id),
    event TEXT NOT NULL,
    number TEXT NOT NULL,
    -- JSON; number, kind, state and times only.
    payload TEXT NOT NULL,
    -- 'waiting', 'sent', 'dead'
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    made_at BIGINT NOT NULL,
    sent_at BIGINT,
    status BIGINT,
    error TEXT
);
CREATE INDEX webhook_delivery_hook ON webhook_delivery (webhook_id, made_at);

-- Overdue clocks that were told of, each end once.
CREATE TABLE webhook_overdue (
    clock_id UUID NOT NULL,
    due TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (clock_id, due)
);
