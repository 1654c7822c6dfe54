-- crate: matters
-- One outside number in several files: 12345 and the national platform may both bring it (同一事项).

CREATE INDEX matter_outside_number ON matter (outside_number) WHERE outside_number IS NOT NULL;
