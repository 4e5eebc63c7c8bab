SELECT name, since #>> '{}' AS since FROM store.progress, jsonb_each(dimensions) AS d (name, since);

SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

SELECT min(window_start) FROM store.system_window
WHERE granularity = ('3600'::int4) AND window_start >= ('1970-01-01 00:00:00+00'::timestamp with time zone);

SELECT min(window_start) FROM store.system_window
WHERE granularity = ('60'::int4) AND window_start >= ('2026-09-01 00:00:00+00'::timestamp with time zone);

SET LOCAL enable_nestloop = off;

SELECT agent_id, provider, model,
    sum(requests)::bigint AS requests, sum(requests_with_tokens)::bigint AS requests_with_tokens,
    sum(request_input_tokens)::bigint AS request_input_tokens,
    sum(request_cached_input_tokens)::bigint AS request_cached_input_tokens,
    sum(request_cache_write_tokens)::bigint AS request_cache_write_tokens,
    sum(request_output_tokens)::bigint AS request_output_tokens,
    sum(request_reasoning_tokens)::bigint AS request_reasoning_tokens,
    (sum(request_cost_reported) * 1000000000)::bigint AS request_cost_reported,
    (sum(request_cost_priced) * 1000000000)::bigint AS request_cost_priced,
    sum(requests_unpriced)::bigint AS requests_unpriced, sum(tasks)::bigint AS tasks,
    sum(tasks_succeeded)::bigint AS tasks_succeeded, sum(tasks_failed)::bigint AS tasks_failed,
    sum(tasks_abandoned)::bigint AS tasks_abandoned,
    (sum(task_cost_reported) * 1000000000)::bigint AS task_cost_reported,
    (sum(task_cost_priced) * 1000000000)::bigint AS task_cost_priced,
    sum(task_requests_unpriced)::bigint AS task_requests_unpriced,
    sum(tasks_without_cost)::bigint AS tasks_without_cost, sum(tool_calls)::bigint AS tool_calls
FROM (
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_abandoned,
    0) AS tasks_abandoned, coalesce(task_cost_reported, 0) AS task_cost_reported,
    coalesce(task_cost_priced, 0) AS task_cost_priced, coalesce(task_requests_unpriced,
    0) AS task_requests_unpriced, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tool_calls, 0) AS tool_calls
FROM store.agent_window w
WHERE granularity = 86400
  AND window_start >= timestamptz '2026-10-24T00:00:00Z' AND window_start < timestamptz '2026-11-22T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_abandoned,
    0) AS tasks_abandoned, coalesce(task_cost_reported, 0) AS task_cost_reported,
    coalesce(task_cost_priced, 0) AS task_cost_priced, coalesce(task_requests_unpriced,
    0) AS task_requests_unpriced, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tool_calls, 0) AS tool_calls
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-24T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_abandoned,
    0) AS tasks_abandoned, coalesce(task_cost_reported, 0) AS task_cost_reported,
    coalesce(task_cost_priced, 0) AS task_cost_priced, coalesce(task_requests_unpriced,
    0) AS task_requests_unpriced, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tool_calls, 0) AS tool_calls
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-11-22T00:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND (closed OR window_start < timestamptz '2026-11-22T13:00:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_abandoned,
    0) AS tasks_abandoned, coalesce(task_cost_reported, 0) AS task_cost_reported,
    coalesce(task_cost_priced, 0) AS task_cost_priced, coalesce(task_requests_unpriced,
    0) AS task_requests_unpriced, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tool_calls, 0) AS tool_calls
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
    coalesce(requests, 0) AS requests, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_abandoned,
    0) AS tasks_abandoned, coalesce(task_cost_reported, 0) AS task_cost_reported,
    coalesce(task_cost_priced, 0) AS task_cost_priced, coalesce(task_requests_unpriced,
    0) AS task_requests_unpriced, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tool_calls, 0) AS tool_calls
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
GROUP BY 1, 2, 3;

SELECT task_id FROM store.task_verdicts WHERE NOT counted AND verdict_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone) LIMIT ('1001'::int4);

SELECT ARRAY[t.agent_id] AS values, sum(succeeded)::bigint AS succeeded, sum(failed)::bigint AS failed,
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

SELECT agent_id, provider, model,
    sum(requests)::bigint AS requests, sum(requests_with_tokens)::bigint AS requests_with_tokens,
    sum(request_input_tokens)::bigint AS request_input_tokens,
    sum(request_cached_input_tokens)::bigint AS request_cached_input_tokens,
    sum(request_cache_write_tokens)::bigint AS request_cache_write_tokens,
    sum(request_output_tokens)::bigint AS request_output_tokens,
    sum(request_reasoning_tokens)::bigint AS request_reasoning_tokens,
    (sum(request_cost_reported) * 1000000000)::bigint AS request_cost_reported,
    (sum(request_cost_priced) * 1000000000)::bigint AS request_cost_priced,
    sum(requests_unpriced)::bigint AS requests_unpriced, sum(tasks)::bigint AS tasks,
    sum(tasks_succeeded)::bigint AS tasks_succeeded, sum(tasks_failed)::bigint AS tasks_failed,
    sum(tasks_abandoned)::bigint AS tasks_abandoned,
    (sum(task_cost_reported) * 1000000000)::bigint AS task_cost_reported,
    (sum(task_cost_priced) * 1000000000)::bigint AS task_cost_priced,
    sum(task_requests_unpriced)::bigint AS task_requests_unpriced,
    sum(tasks_without_cost)::bigint AS tasks_without_cost, sum(tool_calls)::bigint AS tool_calls
FROM (
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_abandoned,
    0) AS tasks_abandoned, coalesce(task_cost_reported, 0) AS task_cost_reported,
    coalesce(task_cost_priced, 0) AS task_cost_priced, coalesce(task_requests_unpriced,
    0) AS task_requests_unpriced, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tool_calls, 0) AS tool_calls
FROM store.agent_window w
WHERE granularity = 86400
  AND window_start >= timestamptz '2026-09-24T00:00:00Z' AND window_start < timestamptz '2026-10-23T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_abandoned,
    0) AS tasks_abandoned, coalesce(task_cost_reported, 0) AS task_cost_reported,
    coalesce(task_cost_priced, 0) AS task_cost_priced, coalesce(task_requests_unpriced,
    0) AS task_requests_unpriced, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tool_calls, 0) AS tool_calls
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-09-23T13:00:00Z' AND window_start < timestamptz '2026-09-24T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
    coalesce(request_cost_priced, 0) AS request_cost_priced, coalesce(requests_unpriced,
    0) AS requests_unpriced, coalesce(tasks, 0) AS tasks, coalesce(tasks_succeeded,
    0) AS tasks_succeeded, coalesce(tasks_failed, 0) AS tasks_failed, coalesce(tasks_abandoned,
    0) AS tasks_abandoned, coalesce(task_cost_reported, 0) AS task_cost_reported,
    coalesce(task_cost_priced, 0) AS task_cost_priced, coalesce(task_requests_unpriced,
    0) AS task_requests_unpriced, coalesce(tasks_without_cost, 0) AS tasks_without_cost,
    coalesce(tool_calls, 0) AS tool_calls
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T00:00:00Z' AND window_start < timestamptz '2026-10-23T14:00:00Z') AS w
GROUP BY 1, 2, 3;

SELECT task_id FROM store.task_verdicts WHERE NOT counted AND verdict_at >= ('2026-09-23 13:00:00+00'::timestamp with time zone) LIMIT ('1001'::int4);

SELECT ARRAY[t.agent_id] AS values, sum(succeeded)::bigint AS succeeded, sum(failed)::bigint AS failed,
       sum(cancelled)::bigint AS cancelled, sum(abandoned)::bigint AS abandoned
FROM (
    SELECT t.agent_id, t.agent_type, t.tags, t.ended_at,
        0 AS succeeded, 0 AS failed, 0 AS cancelled, -1 AS abandoned
    FROM store.task_execution_timeline t
    WHERE t.ended_at >= timestamptz '2026-09-23T13:00:00Z' AND t.ended_at < timestamptz '2026-10-23T14:00:00Z' AND t.retracted AND t.outcome = 'abandoned' AND true
    UNION ALL
    SELECT t.agent_id, t.agent_type, t.tags, t.ended_at,
        v.success::int - (t.outcome = 'succeeded')::int,
        (NOT v.success)::int - (t.outcome = 'failed')::int,
        -(t.outcome = 'cancelled')::int, -(t.outcome = 'abandoned')::int
    FROM (
        SELECT DISTINCT ON (task_id) task_id, verdict_at, success
        FROM store.task_verdicts
        WHERE NOT counted AND verdict_at >= timestamptz '2026-09-23T13:00:00Z'
        ORDER BY task_id, verdict_at DESC, event_id DESC) v
    JOIN store.task_execution_timeline t USING (task_id)
    WHERE t.ended_at >= timestamptz '2026-09-23T13:00:00Z' AND t.ended_at < timestamptz '2026-10-23T14:00:00Z' AND NOT t.retracted AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned') AND task_id = ANY(('{"unknown"}')) AND true) AS t
GROUP BY 1;

SELECT date_bin(interval '21600 seconds', window_start, timestamptz '2026-10-23T12:00:00Z') AS step_start,
    sum(requests)::bigint AS requests, sum(requests_with_tokens)::bigint AS requests_with_tokens,
    sum(request_input_tokens)::bigint AS request_input_tokens,
    sum(request_cached_input_tokens)::bigint AS request_cached_input_tokens,
    sum(request_cache_write_tokens)::bigint AS request_cache_write_tokens,
    sum(request_output_tokens)::bigint AS request_output_tokens,
    sum(request_reasoning_tokens)::bigint AS request_reasoning_tokens,
    (sum(request_cost_reported) * 1000000000)::bigint AS request_cost_reported,
    (sum(request_cost_priced) * 1000000000)::bigint AS request_cost_priced,
    sum(requests_unpriced)::bigint AS requests_unpriced, sum(tasks)::bigint AS tasks,
    sum(tasks_succeeded)::bigint AS tasks_succeeded, sum(tasks_failed)::bigint AS tasks_failed,
    sum(tasks_abandoned)::bigint AS tasks_abandoned,
    (sum(task_cost_reported) * 1000000000)::bigint AS task_cost_reported,
    (sum(task_cost_priced) * 1000000000)::bigint AS task_cost_priced,
    sum(task_requests_unpriced)::bigint AS task_requests_unpriced,
    sum(tasks_without_cost)::bigint AS tasks_without_cost, sum(tool_calls)::bigint AS tool_calls
FROM (
SELECT  window_start,
    requests, requests_with_tokens, request_input_tokens, request_cached_input_tokens,
    request_cache_write_tokens, request_output_tokens, request_reasoning_tokens,
    request_cost_reported, request_cost_priced, requests_unpriced, tasks, tasks_succeeded,
    tasks_failed, tasks_abandoned, task_cost_reported, task_cost_priced, task_requests_unpriced,
    tasks_without_cost, tool_calls
FROM store.system_window
WHERE granularity = 3600 AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
UNION ALL
SELECT  window_start,
    requests, requests_with_tokens, request_input_tokens, request_cached_input_tokens,
    request_cache_write_tokens, request_output_tokens, request_reasoning_tokens,
    request_cost_reported, request_cost_priced, requests_unpriced, tasks, tasks_succeeded,
    tasks_failed, tasks_abandoned, task_cost_reported, task_cost_priced, task_requests_unpriced,
    tasks_without_cost, tool_calls
FROM store.system_window
WHERE granularity = 60 AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-23T14:00:00Z'
UNION ALL
SELECT  window_start,
    requests, requests_with_tokens, request_input_tokens, request_cached_input_tokens,
    request_cache_write_tokens, request_output_tokens, request_reasoning_tokens,
    request_cost_reported, request_cost_priced, requests_unpriced, tasks, tasks_succeeded,
    tasks_failed, tasks_abandoned, task_cost_reported, task_cost_priced, task_requests_unpriced,
    tasks_without_cost, tool_calls
FROM store.system_window
WHERE granularity = 60 AND window_start >= timestamptz '2026-11-22T15:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z') AS w
GROUP BY 1;

SELECT date_bin(interval '21600 seconds', window_start, timestamptz '2026-09-23T12:00:00Z') AS step_start,
    sum(requests)::bigint AS requests, sum(requests_with_tokens)::bigint AS requests_with_tokens,
    sum(request_input_tokens)::bigint AS request_input_tokens,
    sum(request_cached_input_tokens)::bigint AS request_cached_input_tokens,
    sum(request_cache_write_tokens)::bigint AS request_cache_write_tokens,
    sum(request_output_tokens)::bigint AS request_output_tokens,
    sum(request_reasoning_tokens)::bigint AS request_reasoning_tokens,
    (sum(request_cost_reported) * 1000000000)::bigint AS request_cost_reported,
    (sum(request_cost_priced) * 1000000000)::bigint AS request_cost_priced,
    sum(requests_unpriced)::bigint AS requests_unpriced, sum(tasks)::bigint AS tasks,
    sum(tasks_succeeded)::bigint AS tasks_succeeded, sum(tasks_failed)::bigint AS tasks_failed,
    sum(tasks_abandoned)::bigint AS tasks_abandoned,
    (sum(task_cost_reported) * 1000000000)::bigint AS task_cost_reported,
    (sum(task_cost_priced) * 1000000000)::bigint AS task_cost_priced,
    sum(task_requests_unpriced)::bigint AS task_requests_unpriced,
    sum(tasks_without_cost)::bigint AS tasks_without_cost, sum(tool_calls)::bigint AS tool_calls
FROM (
SELECT  window_start,
    requests, requests_with_tokens, request_input_tokens, request_cached_input_tokens,
    request_cache_write_tokens, request_output_tokens, request_reasoning_tokens,
    request_cost_reported, request_cost_priced, requests_unpriced, tasks, tasks_succeeded,
    tasks_failed, tasks_abandoned, task_cost_reported, task_cost_priced, task_requests_unpriced,
    tasks_without_cost, tool_calls
FROM store.system_window
WHERE granularity = 3600 AND window_start >= timestamptz '2026-09-23T13:00:00Z' AND window_start < timestamptz '2026-10-23T14:00:00Z'
UNION ALL
SELECT  window_start,
    requests, requests_with_tokens, request_input_tokens, request_cached_input_tokens,
    request_cache_write_tokens, request_output_tokens, request_reasoning_tokens,
    request_cost_reported, request_cost_priced, requests_unpriced, tasks, tasks_succeeded,
    tasks_failed, tasks_abandoned, task_cost_reported, task_cost_priced, task_requests_unpriced,
    tasks_without_cost, tool_calls
FROM store.system_window
WHERE granularity = 60 AND window_start >= timestamptz '2026-09-23T13:00:00Z' AND window_start < timestamptz '2026-09-23T13:00:00Z'
UNION ALL
SELECT  window_start,
    requests, requests_with_tokens, request_input_tokens, request_cached_input_tokens,
    request_cache_write_tokens, request_output_tokens, request_reasoning_tokens,
    request_cost_reported, request_cost_priced, requests_unpriced, tasks, tasks_succeeded,
    tasks_failed, tasks_abandoned, task_cost_reported, task_cost_priced, task_requests_unpriced,
    tasks_without_cost, tool_calls
FROM store.system_window
WHERE granularity = 60 AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-23T14:00:00Z') AS w
GROUP BY 1;
