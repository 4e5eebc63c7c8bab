SET LOCAL plan_cache_mode = force_custom_plan;

SELECT t.task_id, t.ended_at, t.agent_id, t.agent_type, t.parent_task_id, t.root_task_id,
    t.provider, t.model, t.submitted_at, t.started_at, t.duration_ms, t.calls,
    t.calls_failed, t.tool_calls, t.input_tokens, t.cached_input_tokens,
    t.cache_write_tokens, t.output_tokens, t.reasoning_tokens, t.cost_reported,
    t.cost_priced, t.requests_unpriced, t.error_type, t.error_message,
    t.files_created, t.files_modified, t.notes, t.tags, CASE WHEN v.task_id IS NULL THEN t.outcome WHEN v.success THEN 'succeeded' ELSE 'failed' END AS judged, to_jsonb(t.ended_at) #>> '{}' AS sort_key
FROM (SELECT t.* FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-22 08:30:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-22 14:31:00+00'::timestamp with time zone) AND NOT t.retracted
  AND t.agent_id = ('a')
ORDER BY t.ended_at DESC, t.task_id DESC LIMIT ('101'::int4)) t
LEFT JOIN LATERAL (
    SELECT task_id, success FROM store.task_verdicts v
    WHERE v.task_id = t.task_id AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned')
    ORDER BY verdict_at DESC, event_id DESC LIMIT 1) v ON true
ORDER BY t.ended_at DESC, t.task_id DESC;

SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;
