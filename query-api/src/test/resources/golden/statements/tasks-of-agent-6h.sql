SELECT *, to_jsonb(ended_at) #>> '{}' AS sort_key FROM (SELECT t.*, CASE WHEN v.task_id IS NULL THEN t.outcome
    WHEN v.success THEN 'succeeded' ELSE 'failed' END AS judged
FROM store.task_execution_timeline t
LEFT JOIN LATERAL (
    SELECT task_id, success FROM store.task_verdicts v
    WHERE v.task_id = t.task_id AND v.verdict_at > t.verdict_until
    ORDER BY verdict_at DESC, event_id DESC LIMIT 1) v ON true
WHERE t.ended_at >= ('2026-11-22 08:30:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-22 14:31:00+00'::timestamp with time zone) AND NOT t.retracted
  AND (('a')::text IS NULL OR t.agent_id = ('a'))
) AS task WHERE true
 ORDER BY ended_at DESC, task_id DESC LIMIT ('100'::int4);

SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;
