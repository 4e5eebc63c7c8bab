SELECT status FROM store.budgets
WHERE budget_id = ANY(('{"fleet"}')) AND status IS NOT NULL;
