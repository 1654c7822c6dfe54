-- crate: watch
-- Incidents (同一事件): matters of different people that tell the same, as the nightly look followed them.

CREATE TABLE matter_incident (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    -- The first matter of the incident.
    first_id UUID NOT NULL REFERENCES matter (id),
    -- The day the matter was received.
    received_on TEXT NOT NULL
);
CREATE INDEX matter_incident_first ON matter_incident (first_id);
CREATE INDEX matter_incident_day ON matter_incident (received_on);

-- Incidents are followed from this day on; nothing before the first look that followed any.
ALTER TABLE watch_run ADD COLUMN followed_from TEXT;
