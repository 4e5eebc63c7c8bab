-- A budget says how many calls of unknown cost its spend leaves out.
ALTER TABLE store.budget_periods ADD COLUMN requests_unpriced bigint;
COMMENT ON COLUMN store.budget_periods.requests_unpriced IS
    'Calls of unknown cost, which make the spend a lower bound; null: they were not counted yet '
    'when the period began.';
