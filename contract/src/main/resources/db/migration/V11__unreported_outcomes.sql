-- Tasks of clients that report no outcome: they ended, but neither succeeded nor failed.
ALTER TABLE store.task_execution_timeline DROP CONSTRAINT task_execution_timeline_outcome_check;
ALTER TABLE store.task_execution_timeline ADD CONSTRAINT task_execution_timeline_outcome_check
    CHECK (outcome IN ('succeeded', 'failed', 'cancelled', 'abandoned', 'unreported'));
