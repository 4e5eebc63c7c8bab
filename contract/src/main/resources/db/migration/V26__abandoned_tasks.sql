-- A task that never ended has a row with the outcome 'abandoned', at the time at which the
-- statistics count it.
COMMENT ON TABLE store.task_execution_timeline IS
    'One row per task that ended, or that was abandoned: no end was reported.';
COMMENT ON COLUMN store.task_execution_timeline.ended_at IS
    'Time of the end; of an abandoned task, the time at which it was counted as abandoned.';
COMMENT ON COLUMN store.task_execution_timeline.verdict_until IS
    'Verdicts up to here are in the outcome; later ones are in task_verdicts and correct it. No '
    'verdict corrects an abandoned task.';

CREATE INDEX task_timeline_by_root ON store.task_execution_timeline
    (root_task_id) WHERE parent_task_id IS NOT NULL;
COMMENT ON INDEX store.task_timeline_by_root IS
    'The tasks of a tree, of which some may have a parent without a row.';

-- A verdict is about the last run that ended before it; an abandoned task did not end.
CREATE OR REPLACE VIEW public.tasks AS
SELECT t.task_id, t.ended_at, t.agent_id, t.agent_type, t.tags, t.parent_task_id, t.root_task_id,
    t.provider, t.model,
    CASE v.success WHEN true THEN 'succeeded' WHEN false THEN 'failed' ELSE t.outcome END
        AS outcome,
    t.submitted_at, t.started_at, t.duration_ms, t.calls, t.calls_failed, t.tool_calls,
    t.input_tokens, t.cached_input_tokens, t.cache_write_tokens, t.output_tokens,
    t.reasoning_tokens,
    CASE WHEN t.cost_reported + t.cost_priced = 0 AND t.requests_unpriced > 0 THEN NULL
        ELSE t.cost_reported + t.cost_priced END AS cost_usd,
    t.cost_reported AS cost_reported_usd, t.cost_priced AS cost_priced_usd, t.requests_unpriced,
    t.error_type, t.error_message, t.files_created, t.files_modified
FROM store.task_execution_timeline t
LEFT JOIN store.latest_verdicts v ON v.task_id = t.task_id AND v.verdict_at > t.verdict_until
    AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned')
WHERE NOT t.retracted;
COMMENT ON VIEW public.tasks IS
    'One row per task that ended, with its newest verdict, or that was abandoned.';
