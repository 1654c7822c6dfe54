-- crate: matters
-- What the operations board counts by the day of a clock's end and of a return: without these every matter is walked through.

CREATE INDEX clock_stopped ON clock (stopped_on) WHERE stopped_on IS NOT NULL;
CREATE INDEX matter_return_at ON matter_return (at);
