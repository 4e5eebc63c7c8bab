-- Cells by five minutes and by day: an hour of a thousand agents is then 16 windows an agent instead of 60,
-- thirty days are 60 instead of 720. Days of before this version have no day rows; they show no agents.
CREATE TABLE store.agent_window_five_minutes PARTITION OF store.agent_window FOR VALUES IN (300) PARTITION BY RANGE (window_start);
CREATE TABLE store.agent_window_day PARTITION OF store.agent_window FOR VALUES IN (86400) PARTITION BY RANGE (window_start);
INSERT INTO store.retention VALUES ('agent_window_five_minutes', 2), ('agent_window_day', 30);
COMMENT ON TABLE store.agent_window IS 'Statistics of an agent on a provider and model, by minute and five minutes (kept 2 days), hour and day (kept 30 days).';
