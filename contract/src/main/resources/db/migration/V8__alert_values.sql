-- What an alert's value was when it fired, is now, and was at its worst.
ALTER TABLE store.alerts
    ADD COLUMN value_at_firing double precision,
    ADD COLUMN value_now double precision,
    ADD COLUMN value_now_at timestamptz,
    ADD COLUMN value_peak double precision;
COMMENT ON COLUMN store.alerts.value_at_firing IS 'Value of the evidence when the alert began to fire, in the unit of the evidence.';
COMMENT ON COLUMN store.alerts.value_now IS 'Newest value; null when nothing new was observed.';
COMMENT ON COLUMN store.alerts.value_now_at IS 'When the newest value was observed.';
COMMENT ON COLUMN store.alerts.value_peak IS 'Worst value of the episode.';
COMMENT ON COLUMN store.alerts.change IS 'The newest change: pending, withdrawn, fires, worsens, flaps, recovers, relapses, resolves, ..., or measured when only the value is newer.';
