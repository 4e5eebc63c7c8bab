CREATE VIEW public.waste AS
SELECT w.ended_at, w.task_id, w.pattern, w.place, w.agent_id, w.agent_type, w.repo, w.tool, w.times,
    w.calls, CASE WHEN w.cost = 0 AND w.calls_unpriced > 0 THEN NULL ELSE w.cost END AS cost_usd,
    w.calls_unpriced, w.started_at, w.finished_at
FROM store.waste_findings w
JOIN store.task_execution_timeline t
    ON t.ended_at = w.ended_at AND t.task_id = w.task_id AND t.seen = w.seen AND NOT t.retracted;
COMMENT ON VIEW public.waste IS
    'Occurrences of patterns of waste in tasks that ended; no call is in two of them.';
COMMENT ON COLUMN public.waste.cost_usd IS
    'Null if unknown; a part may be unknown if calls_unpriced is above 0.';
GRANT SELECT ON public.waste TO agent_analytics_grafana, agent_analytics_api;

-- A task id may be used again: a verdict is about the last run that ended before it.
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
            AND later.ended_at <= v.verdict_at AND NOT later.retracted)
WHERE NOT t.retracted;
