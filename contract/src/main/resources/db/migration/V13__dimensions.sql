-- Statistics by dimension: a tag, the agent type, or two of these crossed. Days of before this
-- version have no rows; a reprocess of them makes some.
CREATE TABLE store.dimension_window (LIKE store.agent_window INCLUDING DEFAULTS INCLUDING COMMENTS)
    PARTITION BY LIST (granularity);
ALTER TABLE store.dimension_window RENAME COLUMN agent_id TO dimension;
ALTER TABLE store.dimension_window RENAME COLUMN agent_type TO value;
ALTER TABLE store.dimension_window ADD COLUMN crossed_value text NOT NULL DEFAULT '';
ALTER TABLE store.dimension_window ADD PRIMARY KEY
    (granularity, dimension, window_start, value, crossed_value, provider, model);
COMMENT ON TABLE store.dimension_window IS
    'Statistics of a dimension''s value on a provider and model, by minute and five minutes '
    '(kept 2 days), hour and day (kept 30 days). The values of a dimension add up to the fleet.';
COMMENT ON COLUMN store.dimension_window.dimension IS
    'agent_type, the name of a tag, or two of these joined by +, such as team+env';
COMMENT ON COLUMN store.dimension_window.value IS
    'value of the tag; empty: without the tag; __overflow__: all values beyond the limit';
COMMENT ON COLUMN store.dimension_window.crossed_value IS
    'value of the second part of a crossed dimension; empty for others';
CREATE TABLE store.dimension_window_minute PARTITION OF store.dimension_window
    FOR VALUES IN (60) PARTITION BY RANGE (window_start);
CREATE TABLE store.dimension_window_five_minutes PARTITION OF store.dimension_window
    FOR VALUES IN (300) PARTITION BY RANGE (window_start);
CREATE TABLE store.dimension_window_hour PARTITION OF store.dimension_window
    FOR VALUES IN (3600) PARTITION BY RANGE (window_start);
CREATE TABLE store.dimension_window_day PARTITION OF store.dimension_window
    FOR VALUES IN (86400) PARTITION BY RANGE (window_start);
CREATE TABLE store.dimension_window_minute_default
    PARTITION OF store.dimension_window_minute DEFAULT;
CREATE TABLE store.dimension_window_five_minutes_default
    PARTITION OF store.dimension_window_five_minutes DEFAULT;
CREATE TABLE store.dimension_window_hour_default
    PARTITION OF store.dimension_window_hour DEFAULT;
CREATE TABLE store.dimension_window_day_default
    PARTITION OF store.dimension_window_day DEFAULT;
INSERT INTO store.retention VALUES
    ('dimension_window_minute', 2),
    ('dimension_window_five_minutes', 2),
    ('dimension_window_hour', 30),
    ('dimension_window_day', 30);

ALTER TABLE store.progress ADD COLUMN dimensions jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN store.progress.dimensions IS
    'Dimensions that the job counts, with the event time since when; null: since the first event.';

GRANT SELECT, INSERT, UPDATE ON store.dimension_window TO agent_analytics_job;
GRANT SELECT ON store.dimension_window TO agent_analytics_api;
