-- A service tier that the price book has no price for is priced as the standard one, and counted here.
ALTER TABLE store.agent_window ADD COLUMN requests_at_standard_rate bigint NOT NULL DEFAULT 0;
ALTER TABLE store.provider_window ADD COLUMN requests_at_standard_rate bigint NOT NULL DEFAULT 0;
ALTER TABLE store.system_window ADD COLUMN requests_at_standard_rate bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN store.agent_window.requests_at_standard_rate IS 'requests priced at the standard rate, as the price book has no price for their service tier';
COMMENT ON COLUMN store.provider_window.requests_at_standard_rate IS 'requests priced at the standard rate, as the price book has no price for their service tier';
COMMENT ON COLUMN store.system_window.requests_at_standard_rate IS 'requests priced at the standard rate, as the price book has no price for their service tier';
