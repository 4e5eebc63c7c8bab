-- What was corrected or could not be known is counted, so that readers of a figure see it.
ALTER TABLE store.agent_window
    ADD COLUMN tasks_without_cost bigint NOT NULL DEFAULT 0,
    ADD COLUMN requests_cached_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN requests_reasoning_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_cached_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_reasoning_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_zeros_replaced bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN store.agent_window.tasks_without_cost IS 'tasks of whose cost nothing is known: they do not count in the mean';
COMMENT ON COLUMN store.agent_window.requests_cached_added IS 'requests whose cached tokens were reported beside the input and added to it';
COMMENT ON COLUMN store.agent_window.requests_reasoning_added IS 'requests whose reasoning tokens were reported beside the output and added to it';
COMMENT ON COLUMN store.agent_window.tasks_cached_added IS 'tasks with such cached tokens';
COMMENT ON COLUMN store.agent_window.tasks_reasoning_added IS 'tasks with such reasoning tokens';
COMMENT ON COLUMN store.agent_window.tasks_zeros_replaced IS 'tasks whose ending reported zero for what its calls or times show';
COMMENT ON COLUMN store.agent_window.task_requests_unpriced IS 'requests of these tasks whose cost is unknown; a task of which nothing is known counts as one';

ALTER TABLE store.provider_window
    ADD COLUMN tasks_without_cost bigint NOT NULL DEFAULT 0,
    ADD COLUMN requests_cached_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN requests_reasoning_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_cached_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_reasoning_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_zeros_replaced bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN store.provider_window.tasks_without_cost IS 'tasks of whose cost nothing is known: they do not count in the mean';
COMMENT ON COLUMN store.provider_window.requests_cached_added IS 'requests whose cached tokens were reported beside the input and added to it';
COMMENT ON COLUMN store.provider_window.requests_reasoning_added IS 'requests whose reasoning tokens were reported beside the output and added to it';
COMMENT ON COLUMN store.provider_window.tasks_cached_added IS 'tasks with such cached tokens';
COMMENT ON COLUMN store.provider_window.tasks_reasoning_added IS 'tasks with such reasoning tokens';
COMMENT ON COLUMN store.provider_window.tasks_zeros_replaced IS 'tasks whose ending reported zero for what its calls or times show';
COMMENT ON COLUMN store.provider_window.task_requests_unpriced IS 'requests of these tasks whose cost is unknown; a task of which nothing is known counts as one';

ALTER TABLE store.system_window
    ADD COLUMN tasks_without_cost bigint NOT NULL DEFAULT 0,
    ADD COLUMN requests_cached_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN requests_reasoning_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_cached_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_reasoning_added bigint NOT NULL DEFAULT 0,
    ADD COLUMN tasks_zeros_replaced bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN store.system_window.tasks_without_cost IS 'tasks of whose cost nothing is known: they do not count in the mean';
COMMENT ON COLUMN store.system_window.requests_cached_added IS 'requests whose cached tokens were reported beside the input and added to it';
COMMENT ON COLUMN store.system_window.requests_reasoning_added IS 'requests whose reasoning tokens were reported beside the output and added to it';
COMMENT ON COLUMN store.system_window.tasks_cached_added IS 'tasks with such cached tokens';
COMMENT ON COLUMN store.system_window.tasks_reasoning_added IS 'tasks with such reasoning tokens';
COMMENT ON COLUMN store.system_window.tasks_zeros_replaced IS 'tasks whose ending reported zero for what its calls or times show';
COMMENT ON COLUMN store.system_window.task_requests_unpriced IS 'requests of these tasks whose cost is unknown; a task of which nothing is known counts as one';

ALTER TABLE store.task_execution_timeline ADD COLUMN notes jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN store.task_execution_timeline.notes IS 'How the task''s figures were corrected: cached_tokens_added, reasoning_tokens_added, zeros_replaced.';
COMMENT ON COLUMN store.task_execution_timeline.requests_unpriced IS 'Requests whose cost is unknown; a task of which nothing is known counts as one.';

-- A task that was given up as abandoned and then went on leaves a retracted row at the time at which it was counted
-- as abandoned; the API takes these off the count of abandoned tasks.
ALTER TABLE store.task_execution_timeline DROP CONSTRAINT task_execution_timeline_outcome_check;
ALTER TABLE store.task_execution_timeline ADD CONSTRAINT task_execution_timeline_outcome_check
    CHECK (outcome IN ('succeeded', 'failed', 'cancelled', 'abandoned'));
COMMENT ON COLUMN store.task_execution_timeline.retracted IS 'This row no longer holds, and views hide it: an earlier ending of the task came in afterwards, or the task went on after it was counted as abandoned.';
CREATE INDEX task_timeline_returned ON store.task_execution_timeline (ended_at) WHERE retracted AND outcome = 'abandoned';
COMMENT ON INDEX store.task_timeline_returned IS 'Tasks of a range that went on after they were counted as abandoned.';
