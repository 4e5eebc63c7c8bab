SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

SELECT task_id FROM store.task_verdicts WHERE NOT counted AND verdict_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone) LIMIT ('1001'::int4);

SELECT t.agent_id, sum(succeeded)::bigint AS succeeded, sum(failed)::bigint AS failed,
       sum(cancelled)::bigint AS cancelled, sum(abandoned)::bigint AS abandoned
FROM (
    SELECT t.agent_id, t.agent_type, t.tags, t.ended_at,
        0 AS succeeded, 0 AS failed, 0 AS cancelled, -1 AS abandoned
    FROM store.task_execution_timeline t
    WHERE t.ended_at >= timestamptz '2026-10-23T14:00:00Z' AND t.ended_at < timestamptz '2026-11-22T15:00:00Z' AND t.retracted AND t.outcome = 'abandoned' AND true
    UNION ALL
    SELECT t.agent_id, t.agent_type, t.tags, t.ended_at,
        v.success::int - (t.outcome = 'succeeded')::int,
        (NOT v.success)::int - (t.outcome = 'failed')::int,
        -(t.outcome = 'cancelled')::int, -(t.outcome = 'abandoned')::int
    FROM (
        SELECT DISTINCT ON (task_id) task_id, verdict_at, success
        FROM store.task_verdicts
        WHERE NOT counted AND verdict_at >= timestamptz '2026-10-23T14:00:00Z'
        ORDER BY task_id, verdict_at DESC, event_id DESC) v
    JOIN store.task_execution_timeline t USING (task_id)
    WHERE t.ended_at >= timestamptz '2026-10-23T14:00:00Z' AND t.ended_at < timestamptz '2026-11-22T15:00:00Z' AND NOT t.retracted AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned') AND task_id = ANY(('{"unknown"}')) AND true) AS t
GROUP BY 1;

SET LOCAL enable_nestloop = off;

WITH listed AS (
    SELECT s.agent_id, (s.cost)::numeric AS key, hashtextextended(s.agent_id, 0) AS mark,
        row_number() OVER (ORDER BY (s.cost)::numeric DESC NULLS LAST, s.agent_id COLLATE "C") AS place
    FROM (SELECT *, CASE WHEN known_cost > 0
         OR task_requests_unpriced = 0 AND (tasks > 0 OR requests = 0) THEN known_cost END
     AS cost
 FROM (SELECT agent_id, sum(task_cost_reported + task_cost_priced) AS known_cost, sum(tasks)::bigint AS tasks, sum(tasks_succeeded)::bigint AS tasks_succeeded, sum(tasks_failed)::bigint AS tasks_failed, sum(tasks_cancelled)::bigint AS tasks_cancelled, sum(tasks_abandoned)::bigint AS tasks_abandoned, sum(requests)::bigint AS requests, sum(tasks_timed)::bigint AS tasks_timed, sum(task_duration_ms)::bigint AS task_duration_ms, sum(tasks_with_tokens)::bigint AS tasks_with_tokens, sum(task_input_tokens)::bigint AS task_input_tokens, sum(task_output_tokens)::bigint AS task_output_tokens, sum(task_requests_unpriced)::bigint AS task_requests_unpriced, sum(tasks_without_cost)::bigint AS tasks_without_cost, sum(task_files_created)::bigint AS task_files_created, sum(task_files_modified)::bigint AS task_files_modified
       FROM (SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 86400
  AND window_start >= timestamptz '2026-10-24T00:00:00Z' AND window_start < timestamptz '2026-11-22T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-24T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-11-22T00:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND (closed OR window_start < timestamptz '2026-11-22T13:00:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 300
  AND window_start >= timestamptz '2026-11-22T13:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND (closed OR window_start < timestamptz '2026-11-22T14:20:00Z')
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 3600
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T13:00:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
     AND l.window_start = date_bin(interval '3600 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 60
  AND window_start >= timestamptz '2026-11-22T14:20:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 3600
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:00:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
     AND l.window_start = date_bin(interval '3600 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 300
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:20:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
     AND l.window_start = date_bin(interval '300 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)) AS w GROUP BY agent_id
       HAVING bool_or(requests > 0 OR tasks > 0 OR tasks_abandoned > 0)) AS sums) AS s
LEFT JOIN store.agents p ON p.agent_id = s.agent_id AND p.last_seen >= ('2026-10-23 14:00:00+00'::timestamp with time zone)
LEFT JOIN unnest(CAST(('{}') AS text[]), CAST(('{}') AS bigint[]),
    CAST(('{}') AS bigint[]), CAST(('{}') AS bigint[]), CAST(('{}') AS bigint[]))
    AS c (agent_id, succeeded, failed, cancelled, abandoned) ON c.agent_id = s.agent_id
LEFT JOIN (SELECT DISTINCT ON (agent_id) agent_id, provider
           FROM (SELECT agent_id, provider, sum(requests) AS n FROM (SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 86400
  AND window_start >= timestamptz '2026-10-24T00:00:00Z' AND window_start < timestamptz '2026-11-22T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-24T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-11-22T00:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND (closed OR window_start < timestamptz '2026-11-22T13:00:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 300
  AND window_start >= timestamptz '2026-11-22T13:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND (closed OR window_start < timestamptz '2026-11-22T14:20:00Z')
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 3600
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T13:00:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
     AND l.window_start = date_bin(interval '3600 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced
FROM store.agent_window w
WHERE granularity = 60
  AND window_start >= timestamptz '2026-11-22T14:20:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 3600
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:00:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
     AND l.window_start = date_bin(interval '3600 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 300
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:20:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
     AND l.window_start = date_bin(interval '300 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)) AS w
                 WHERE provider <> '' GROUP BY agent_id, provider) AS uses
           ORDER BY agent_id, n DESC, provider) AS m ON m.agent_id = s.agent_id
 WHERE true),
before AS (
    SELECT count(*) AS places, coalesce(bit_xor(mark), 0) AS mark
    FROM listed WHERE false)
SELECT agent_id, key, place, total, before.mark AS before,
    coalesce(bit_xor(page.mark) OVER (), 0) AS mark
FROM (SELECT count(*) AS total FROM listed) AS counted CROSS JOIN before
LEFT JOIN LATERAL (
    SELECT * FROM listed WHERE place > before.places
    ORDER BY place LIMIT ('100'::int4)) AS page ON true
ORDER BY place;

SET LOCAL enable_nestloop = off;

SELECT agent_id, provider,
    sum(requests)::bigint AS requests,
    (sum(request_cost_reported) * 1000000000)::bigint AS request_cost_reported,
    (sum(request_cost_priced) * 1000000000)::bigint AS request_cost_priced,
    sum(requests_unpriced)::bigint AS requests_unpriced, sum(tasks)::bigint AS tasks,
    sum(tasks_succeeded)::bigint AS tasks_succeeded, sum(tasks_failed)::bigint AS tasks_failed,
    sum(tasks_cancelled)::bigint AS tasks_cancelled,
    sum(tasks_abandoned)::bigint AS tasks_abandoned, sum(tasks_timed)::bigint AS tasks_timed,
    sum(task_duration_ms)::bigint AS task_duration_ms,
    sum(tasks_with_tokens)::bigint AS tasks_with_tokens,
    sum(task_input_tokens)::bigint AS task_input_tokens,
    sum(task_cached_input_tokens)::bigint AS task_cached_input_tokens,
    sum(task_cache_write_tokens)::bigint AS task_cache_write_tokens,
    sum(task_output_tokens)::bigint AS task_output_tokens,
    sum(task_reasoning_tokens)::bigint AS task_reasoning_tokens,
    (sum(task_cost_reported) * 1000000000)::bigint AS task_cost_reported,
    (sum(task_cost_priced) * 1000000000)::bigint AS task_cost_priced,
    sum(task_requests_unpriced)::bigint AS task_requests_unpriced,
    sum(task_files_created)::bigint AS task_files_created,
    sum(task_files_modified)::bigint AS task_files_modified,
    sum(tasks_without_cost)::bigint AS tasks_without_cost,
    sum(tasks_cached_added)::bigint AS tasks_cached_added,
    sum(tasks_reasoning_added)::bigint AS tasks_reasoning_added,
    sum(tasks_zeros_replaced)::bigint AS tasks_zeros_replaced,
    array_agg(task_duration) FILTER (WHERE task_duration <> '') AS durations
FROM (
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    task_duration
FROM store.agent_window w
WHERE granularity = 86400
  AND window_start >= timestamptz '2026-10-24T00:00:00Z' AND window_start < timestamptz '2026-11-22T00:00:00Z'
  AND agent_id = ANY(('{"a"}'))
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    task_duration
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-24T00:00:00Z'
  AND agent_id = ANY(('{"a"}'))
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    task_duration
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-11-22T00:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
  AND (closed OR window_start < timestamptz '2026-11-22T13:00:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    task_duration
FROM store.agent_window w
WHERE granularity = 300
  AND window_start >= timestamptz '2026-11-22T13:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
  AND (closed OR window_start < timestamptz '2026-11-22T14:20:00Z')
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 3600
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T13:00:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
     AND l.window_start = date_bin(interval '3600 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    task_duration
FROM store.agent_window w
WHERE granularity = 60
  AND window_start >= timestamptz '2026-11-22T14:20:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 3600
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:00:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
     AND l.window_start = date_bin(interval '3600 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 300
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:20:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
     AND l.window_start = date_bin(interval '300 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)) AS w
GROUP BY 1, 2;

SELECT agent_id, coalesce(error_type, 'other') AS error_type, count(*) AS n
FROM store.task_execution_timeline
WHERE ended_at >= timestamptz '2026-11-22T14:16:00Z' AND ended_at < timestamptz '2026-11-22T14:31:00Z' AND NOT retracted
  AND outcome = 'failed' AND agent_id = ANY(('{"a"}')) GROUP BY 1, 2;

SET LOCAL enable_nestloop = off;

SELECT agent_id,
    sum(requests)::bigint AS requests,
    (sum(request_cost_reported) * 1000000000)::bigint AS request_cost_reported,
    (sum(request_cost_priced) * 1000000000)::bigint AS request_cost_priced,
    sum(requests_unpriced)::bigint AS requests_unpriced, sum(tasks)::bigint AS tasks,
    sum(tasks_succeeded)::bigint AS tasks_succeeded, sum(tasks_failed)::bigint AS tasks_failed,
    sum(tasks_cancelled)::bigint AS tasks_cancelled,
    sum(tasks_abandoned)::bigint AS tasks_abandoned, sum(tasks_timed)::bigint AS tasks_timed,
    sum(task_duration_ms)::bigint AS task_duration_ms,
    sum(tasks_with_tokens)::bigint AS tasks_with_tokens,
    sum(task_input_tokens)::bigint AS task_input_tokens,
    sum(task_cached_input_tokens)::bigint AS task_cached_input_tokens,
    sum(task_cache_write_tokens)::bigint AS task_cache_write_tokens,
    sum(task_output_tokens)::bigint AS task_output_tokens,
    sum(task_reasoning_tokens)::bigint AS task_reasoning_tokens,
    (sum(task_cost_reported) * 1000000000)::bigint AS task_cost_reported,
    (sum(task_cost_priced) * 1000000000)::bigint AS task_cost_priced,
    sum(task_requests_unpriced)::bigint AS task_requests_unpriced,
    sum(task_files_created)::bigint AS task_files_created,
    sum(task_files_modified)::bigint AS task_files_modified,
    sum(tasks_without_cost)::bigint AS tasks_without_cost,
    sum(tasks_cached_added)::bigint AS tasks_cached_added,
    sum(tasks_reasoning_added)::bigint AS tasks_reasoning_added,
    sum(tasks_zeros_replaced)::bigint AS tasks_zeros_replaced,
    array_agg(task_duration) FILTER (WHERE task_duration <> '') AS durations
FROM (
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    task_duration
FROM store.agent_window w
WHERE granularity = 300
  AND window_start >= timestamptz '2026-11-22T14:20:00Z' AND window_start < timestamptz '2026-11-22T14:30:00Z'
  AND agent_id = ANY(('{"a"}'))
  AND (closed OR window_start < timestamptz '2026-11-22T14:20:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_cancelled,
    0) AS tasks_cancelled, coalesce(tasks_abandoned, 0) AS tasks_abandoned, coalesce(tasks_timed,
    0) AS tasks_timed, coalesce(task_duration_ms, 0) AS task_duration_ms,
    coalesce(tasks_with_tokens, 0) AS tasks_with_tokens, coalesce(task_input_tokens,
    0) AS task_input_tokens, coalesce(task_cached_input_tokens, 0) AS task_cached_input_tokens,
    coalesce(task_cache_write_tokens, 0) AS task_cache_write_tokens, coalesce(task_output_tokens,
    0) AS task_output_tokens, coalesce(task_reasoning_tokens, 0) AS task_reasoning_tokens,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced,
    coalesce(task_files_created, 0) AS task_files_created, coalesce(task_files_modified,
    0) AS task_files_modified, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    task_duration
FROM store.agent_window w
WHERE granularity = 60
  AND window_start >= timestamptz '2026-11-22T14:16:00Z' AND window_start < timestamptz '2026-11-22T14:31:00Z'
  AND agent_id = ANY(('{"a"}'))
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 300
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:20:00Z' AND l.window_start < timestamptz '2026-11-22T14:30:00Z'
  AND agent_id = ANY(('{"a"}'))
     AND l.window_start = date_bin(interval '300 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)) AS w
GROUP BY 1;

SELECT agent_id, agent_type, tags::text AS tags, running, last_seen FROM store.agents WHERE agent_id = ANY(('{"a"}')) AND last_seen >= ('2026-10-23 14:00:00+00'::timestamp with time zone);

SET LOCAL enable_nestloop = off;

SELECT agent_id, date_bin(interval '108000 seconds', window_start, timestamptz '2026-10-22T18:00:00Z') AS step_start,
    (sum(task_cost_reported) * 1000000000)::bigint AS task_cost_reported,
    (sum(task_cost_priced) * 1000000000)::bigint AS task_cost_priced,
    sum(task_requests_unpriced)::bigint AS task_requests_unpriced
FROM (
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
  AND (closed OR window_start < timestamptz '2026-11-22T13:00:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced
FROM store.agent_window w
WHERE granularity = 300
  AND window_start >= timestamptz '2026-11-22T13:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
  AND (closed OR window_start < timestamptz '2026-11-22T14:20:00Z')
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 3600
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T13:00:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
     AND l.window_start = date_bin(interval '3600 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(task_cost_reported, 0) AS task_cost_reported, coalesce(task_cost_priced,
    0) AS task_cost_priced, coalesce(task_requests_unpriced, 0) AS task_requests_unpriced
FROM store.agent_window w
WHERE granularity = 60
  AND window_start >= timestamptz '2026-11-22T14:20:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 3600
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:00:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
     AND l.window_start = date_bin(interval '3600 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)
AND NOT EXISTS (
   SELECT FROM store.agent_window l
   WHERE l.granularity = 300
  AND l.closed
  AND l.window_start >= timestamptz '2026-11-22T14:20:00Z' AND l.window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
     AND l.window_start = date_bin(interval '300 seconds', w.window_start, 'epoch')
     AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type AND l.provider = w.provider AND l.model = w.model)) AS w
GROUP BY 1, 2;
