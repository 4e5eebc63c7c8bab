SELECT period_start, period_end, state, soft_usd, hard_usd, spent_usd,
    requests_unpriced, reserved_usd, counted_since
FROM store.budget_periods WHERE budget_id = ('fleet')
ORDER BY period_start DESC LIMIT ('100'::int4);
