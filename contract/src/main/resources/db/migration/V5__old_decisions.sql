-- Agents and types come and go; what was decided for them long ago concerns nobody.
CREATE FUNCTION store.forget_decisions(at timestamptz) RETURNS void
LANGUAGE sql AS $$ DELETE FROM store.weight_decisions WHERE produced_at < at - interval '30 days' $$;
COMMENT ON FUNCTION store.forget_decisions IS 'Deletes the decisions of scopes that nothing was decided for in 30 days.';
REVOKE EXECUTE ON FUNCTION store.forget_decisions FROM PUBLIC;
