SELECT status FROM store.budgets
WHERE budget_id > ('') AND status IS NOT NULL
ORDER BY budget_id LIMIT ('101'::int4);
