SELECT t.task_id, t.ended_at, t.agent_id, t.agent_type, t.parent_task_id, t.root_task_id,
    t.provider, t.model, t.submitted_at, t.started_at, t.duration_ms, t.calls,
    t.calls_failed, t.tool_calls, t.input_tokens, t.cached_input_tokens,
    t.cache_write_tokens, t.output_tokens, t.reasoning_tokens, t.cost_reported,
    t.cost_priced, t.requests_unpriced, t.error_type, t.error_message,
    t.files_created, t.files_modified, t.notes, t.tags, t.call_list, t.calls_left_out, CASE WHEN v.task_id IS NULL THEN t.outcome WHEN v.success THEN 'succeeded' ELSE 'failed' END AS judged
FROM store.task_execution_timeline t
LEFT JOIN LATERAL (
    SELECT task_id, success FROM store.task_verdicts v
    WHERE v.task_id = t.task_id AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned')
    ORDER BY verdict_at DESC, event_id DESC LIMIT 1) v ON true
WHERE t.task_id = ('sub') AND NOT t.retracted ORDER BY t.outcome = 'abandoned', t.ended_at DESC LIMIT 1;

SELECT count(*) AS tasks,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY cost) AS cost,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY calls) AS calls,
    sum(input_tokens)::float8
        / nullif(sum(calls) FILTER (WHERE input_tokens IS NOT NULL), 0)
        AS input_per_call,
    sum(cached_input_tokens)::float8 / nullif(sum(input_tokens)
        FILTER (WHERE cached_input_tokens IS NOT NULL), 0)
        AS cached_share,
    mode() WITHIN GROUP (ORDER BY model) AS model
FROM (
    SELECT t.calls, t.input_tokens, t.cached_input_tokens, t.model,
        CASE WHEN t.requests_unpriced = 0
            THEN t.cost_reported + t.cost_priced END AS cost
    FROM store.task_execution_timeline t
    WHERE t.agent_type = ('reviewer') AND t.ended_at < ('2026-11-22 14:10:00+00'::timestamp with time zone)
        AND t.ended_at >= ('2026-10-22 14:10:00+00'::timestamp with time zone) AND NOT t.retracted
        AND t.outcome <> 'abandoned'
    ORDER BY t.ended_at DESC LIMIT ('200'::int4)) AS latest;

WITH RECURSIVE found AS (
    (SELECT task_id, ended_at, parent_task_id, 1 AS depth
    FROM store.task_execution_timeline
    WHERE task_id = ('m1') AND task_id <> ('sub') AND NOT retracted
    )
    UNION
    SELECT t.task_id, t.ended_at, t.parent_task_id, found.depth + 1
    FROM found
    JOIN store.task_execution_timeline t ON t.task_id = found.parent_task_id
    WHERE t.task_id <> ('sub') AND NOT t.retracted AND found.depth < ('64'::int4))
SELECT t.task_id, t.ended_at, t.parent_task_id, n.depth, t.agent_id, t.agent_type,
    t.started_at, t.duration_ms, t.calls, t.error_type, t.error_message,
    t.cost_reported, t.cost_priced, t.requests_unpriced,
CASE WHEN v.task_id IS NULL THEN t.outcome WHEN v.success THEN 'succeeded' ELSE 'failed' END AS judged
FROM (SELECT * FROM found LIMIT ('64'::int4)) n
JOIN store.task_execution_timeline t
    ON t.task_id = n.task_id AND t.ended_at = n.ended_at
LEFT JOIN LATERAL (
    SELECT task_id, success FROM store.task_verdicts v
    WHERE v.task_id = t.task_id AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned')
    ORDER BY verdict_at DESC, event_id DESC LIMIT 1) v ON true
ORDER BY n.depth DESC;

WITH RECURSIVE found AS (
    (SELECT task_id, ended_at, parent_task_id, 1 AS depth
    FROM store.task_execution_timeline
    WHERE parent_task_id = ('sub') AND task_id <> ('sub') AND NOT retracted
    UNION ALL
    SELECT task_id, ended_at, parent_task_id, 2
    FROM store.task_execution_timeline t
    WHERE root_task_id = ('sub') AND parent_task_id <> ('sub') AND task_id <> ('sub')
        AND NOT retracted AND NOT EXISTS (
            SELECT FROM store.task_execution_timeline p
            WHERE p.task_id = t.parent_task_id AND NOT p.retracted))
    UNION
    SELECT t.task_id, t.ended_at, t.parent_task_id, found.depth + 1
    FROM found
    JOIN store.task_execution_timeline t ON t.parent_task_id = found.task_id
    WHERE t.task_id <> ('sub') AND NOT t.retracted AND found.depth < ('64'::int4))
SELECT t.task_id, t.ended_at, t.parent_task_id, n.depth, t.agent_id, t.agent_type,
    t.started_at, t.duration_ms, t.calls, t.error_type, t.error_message,
    t.cost_reported, t.cost_priced, t.requests_unpriced,
CASE WHEN v.task_id IS NULL THEN t.outcome WHEN v.success THEN 'succeeded' ELSE 'failed' END AS judged
FROM (SELECT * FROM found LIMIT ('501'::int4)) n
JOIN store.task_execution_timeline t
    ON t.task_id = n.task_id AND t.ended_at = n.ended_at
LEFT JOIN LATERAL (
    SELECT task_id, success FROM store.task_verdicts v
    WHERE v.task_id = t.task_id AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned')
    ORDER BY verdict_at DESC, event_id DESC LIMIT 1) v ON true
ORDER BY n.depth, t.ended_at, t.task_id;

WITH numbers AS (
    SELECT alert_id, row_number() OVER (ORDER BY starts_at, alert_id) AS number FROM store.alerts
    WHERE state IN ('firing', 'recovering') AND NOT shadow AND inhibited_by IS NULL)
SELECT a.*, n.number FROM store.alerts a LEFT JOIN numbers n USING (alert_id)
 WHERE a.evidence -> 'task_ids' @> to_jsonb(CAST(('sub') AS text)) AND NOT shadow ORDER BY starts_at DESC, alert_id LIMIT ('50'::int4);

SELECT w.* FROM store.waste_findings w
CROSS JOIN LATERAL (
        SELECT FROM store.task_execution_timeline t
        WHERE t.ended_at = w.ended_at AND t.task_id = w.task_id AND t.seen = w.seen
            AND NOT t.retracted
        LIMIT 1) AS holds
WHERE w.ended_at = ('2026-11-22 14:10:00+00'::timestamp with time zone) AND w.task_id = ('sub')
ORDER BY w.started_at, w.pattern, w.place LIMIT 1000;
