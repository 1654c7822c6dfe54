-- crate: insight
-- Which number a report takes when it is approved, and whether it has a red head, are properties of its template (record 49); a report keeps
-- those it was made with. Numbers of a word (代字) run through the whole office, issues (期号) through a unit's reports of one template.

-- none, issue (期号) or number (发文字号).
ALTER TABLE summary_template ADD COLUMN series TEXT NOT NULL DEFAULT 'none';
-- 发文机关代字, such as 消保通; empty for issues.
ALTER TABLE summary_template ADD COLUMN word TEXT NOT NULL DEFAULT '';
ALTER TABLE summary_template ADD COLUMN has_head BOOLEAN NOT NULL DEFAULT FALSE;
-- 发文机关标志 or the name of a series; empty for the unit's name.
ALTER TABLE summary_template ADD COLUMN mark TEXT NOT NULL DEFAULT '';
-- The first number that is given (消保通〔2026〕3号), where an office has written others on paper this year; empty to begin with 1.
ALTER TABLE summary_template ADD COLUMN begins TEXT NOT NULL DEFAULT '';
UPDATE summary_template SET series = 'issue' WHERE key = 'brief';

ALTER TABLE summary ADD COLUMN series TEXT NOT NULL DEFAULT 'none';
ALTER TABLE summary ADD COLUMN word TEXT NOT NULL DEFAULT '';
ALTER TABLE summary ADD COLUMN has_head BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE summary ADD COLUMN mark TEXT NOT NULL DEFAULT '';
UPDATE summary SET series = 'issue' WHERE template = 'brief';

-- As it is printed, whatever becomes of the template.
ALTER TABLE summary_number ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE summary_number ADD COLUMN word TEXT NOT NULL DEFAULT '';
UPDATE summary_number SET words = CAST(year AS TEXT) || '年第' || CAST(ordinal AS TEXT) || '期';
CREATE UNIQUE INDEX summary_number_word ON summary_number (word, year, ordinal) WHERE word <> '';
