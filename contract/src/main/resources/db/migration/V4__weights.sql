-- Provider weights: every change with its reason, and the newest decision of each scope.
CREATE TABLE store.provider_weights (
    at timestamptz NOT NULL,
    scope text NOT NULL,
    provider text NOT NULL,
    version bigint NOT NULL,
    mode text NOT NULL,
    weight double precision NOT NULL,
    weight_before double precision NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    standing jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (at, scope, provider)
) PARTITION BY RANGE (at);
COMMENT ON TABLE store.provider_weights IS 'Every change of a provider''s share of the traffic, with its reason.';
COMMENT ON COLUMN store.provider_weights.scope IS 'global, agent_type:X or agent:Y.';
COMMENT ON COLUMN store.provider_weights.mode IS 'live and freeze are what routers followed; recommend and clear they never saw.';
COMMENT ON COLUMN store.provider_weights.standing IS 'What was known of the provider: success, latency, cost, and every number the share was made of.';
CREATE INDEX provider_weights_by_scope ON store.provider_weights (scope, at DESC);
COMMENT ON INDEX store.provider_weights_by_scope IS 'The history of a scope, newest first.';
INSERT INTO store.retention VALUES ('provider_weights', 30);

CREATE TABLE store.weight_decisions (
    scope text PRIMARY KEY,
    version bigint NOT NULL,
    produced_at timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    mode text NOT NULL,
    prices jsonb NOT NULL,
    weights jsonb NOT NULL,
    providers jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE store.weight_decisions IS 'The newest decision of each scope, renewed every five seconds.';
COMMENT ON COLUMN store.weight_decisions.version IS 'Guards against older ones.';

GRANT SELECT, INSERT, UPDATE ON store.provider_weights, store.weight_decisions TO agent_analytics_job;
GRANT SELECT ON store.provider_weights, store.weight_decisions TO agent_analytics_api;
