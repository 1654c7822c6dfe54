-- crate: traders
-- One record per trader (经营者) with codes, names, addresses, tags; merge with undo (R20).

CREATE TABLE trader (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    -- Folded name (codes::names::fold) for look-up and sorting alike on both engines; pinyin initials.
    name_key TEXT NOT NULL,
    initials TEXT NOT NULL,
    credit_code TEXT,
    -- 'ok', 'variant' or 'warning' (regulations §3.2): warns, never blocks.
    credit_level TEXT,
    old_number TEXT,
    organisation_code TEXT,
    -- 'company', 'household' (个体工商户), 'platform', 'other'
    form TEXT NOT NULL DEFAULT 'company',
    -- 'open', 'closed', 'revoked', 'unlicensed', 'unknown'
    state TEXT NOT NULL DEFAULT 'open',
    industry TEXT,
    region TEXT,
    address TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    contact TEXT NOT NULL DEFAULT '',
    unit_id UUID REFERENCES unit (id),
    -- Set while merged into another record (合并); undo clears it.
    merged_into UUID REFERENCES trader (id),
    source TEXT NOT NULL DEFAULT '',
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX trader_credit ON trader (credit_code) WHERE merged_into IS NULL AND credit_code IS NOT NULL;
CREATE INDEX trader_name_key ON trader (name_key);
CREATE INDEX trader_initials ON trader (initials);
CREATE INDEX trader_old_number ON trader (old_number);
-- Only those that were merged: else SQLite reads this whole index for every question with `merged_into IS NULL`.
CREATE INDEX trader_merged ON trader (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX trader_unit ON trader (unit_id);

CREATE TABLE trader_alias (
    id UUID PRIMARY KEY,
    trader_id UUID NOT NULL REFERENCES trader (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    initials TEXT NOT NULL,
    -- 'sign' (招牌), 'former' (曾用名), 'brand', 'platform' (网店名), 'misspelt'
    kind TEXT NOT NULL
);
CREATE INDEX trader_alias_trader ON trader_alias (trader_id);
CREATE INDEX trader_alias_key ON trader_alias (name_key);
CREATE INDEX trader_alias_initials ON trader_alias (initials);

CREATE TABLE trader_address (
    id UUID PRIMARY KEY,
    trader_id UUID NOT NULL REFERENCES trader (id),
    -- 'domicile' (住所), 'premises' (经营场所), 'platform' (平台公示地址)
    kind TEXT NOT NULL,
    region TEXT,
    -- The region's name on the day of writing: old names stay on old records.
    region_name TEXT NOT NULL DEFAULT '',
    line TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT
);
CREATE INDEX trader_address_trader ON trader_address (trader_id);

CREATE TABLE trader_tag (
    trader_id UUID NOT NULL REFERENCES trader (id),
    tag TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (trader_id, tag)
);

CREATE TABLE trader_merge (
    id UUID PRIMARY KEY,
    kept_id UUID NOT NULL REFERENCES trader (id),
    merged_id UUID NOT NULL REFERENCES trader (id),
    reason TEXT NOT NULL,
    by_id UUID NOT NULL,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    undone_by UUID,
    undo_reason TEXT
);
CREATE INDEX trader_merge_kept ON trader_merge (kept_id);
CREATE INDEX trader_merge_merged ON trader_merge (merged_id);
