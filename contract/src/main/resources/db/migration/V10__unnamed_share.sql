-- The share of a provider that a decision does not name, for routers that read decisions over HTTP.
ALTER TABLE store.weight_decisions ADD COLUMN unnamed double precision NOT NULL DEFAULT 0;
COMMENT ON COLUMN store.weight_decisions.unnamed IS
    'Share of a provider that the weights do not name; 0 in rows of jobs before migration 10.';
