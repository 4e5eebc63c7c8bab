-- Budgets: the present status of each, and the spend of each of their periods.
CREATE TABLE store.budgets (
    budget_id text PRIMARY KEY,
    version bigint NOT NULL,
    status jsonb,
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE store.budgets IS 'Newest status of each budget, as on the topic budgets.';
COMMENT ON COLUMN store.budgets.version IS 'Guards against older ones.';
COMMENT ON COLUMN store.budgets.status IS 'Null: the budget was deleted.';

CREATE TABLE store.budget_periods (
    budget_id text NOT NULL,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    version bigint NOT NULL,
    match jsonb NOT NULL,
    state text NOT NULL,
    soft_usd numeric NOT NULL,
    hard_usd numeric NOT NULL,
    spent_usd numeric NOT NULL,
    reserved_usd numeric NOT NULL,
    counted_since timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (budget_id, period_start)
);
COMMENT ON TABLE store.budget_periods IS
    'Spend of each period of each budget, corrected by late bills, kept 400 days.';
COMMENT ON COLUMN store.budget_periods.match IS 'Labels of the spend; empty: the whole fleet.';
COMMENT ON COLUMN store.budget_periods.reserved_usd IS
    'Expected further cost of tasks in flight; 0 when the period is over.';
COMMENT ON COLUMN store.budget_periods.counted_since IS
    'Time since when the budget counts, if that is after the start of the period.';

CREATE FUNCTION store.forget_budgets(at timestamptz) RETURNS void
LANGUAGE sql AS $$
    DELETE FROM store.budget_periods WHERE period_start < at - interval '400 days';
    DELETE FROM store.budgets WHERE status IS NULL AND updated_at < at - interval '30 days';
$$;
COMMENT ON FUNCTION store.forget_budgets IS
    'Deletes periods that are past retention, and what is left of deleted budgets.';
REVOKE EXECUTE ON FUNCTION store.forget_budgets FROM PUBLIC;

CREATE OR REPLACE FUNCTION store.upkeep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('store.upkeep')) THEN
        RETURN 0;
    END IF;
    PERFORM store.forget_alerts(now()), store.forget_decisions(now()), store.forget_budgets(now());
    RETURN store.maintain_partitions(now());
END $$;

GRANT SELECT, INSERT, UPDATE ON store.budgets, store.budget_periods TO agent_analytics_job;
GRANT SELECT ON store.budgets, store.budget_periods TO agent_analytics_api;
