SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

SELECT date_bin(interval '21600 seconds', window_start, timestamptz '2026-10-23T12:00:00Z') AS step_start,
    sum(requests)::bigint AS requests, sum(requests_failed)::bigint AS requests_failed,
    sum(requests_timed)::bigint AS requests_timed,
    sum(request_duration_ms)::bigint AS request_duration_ms,
    sum(requests_with_tokens)::bigint AS requests_with_tokens,
    sum(request_input_tokens)::bigint AS request_input_tokens,
    sum(request_cached_input_tokens)::bigint AS request_cached_input_tokens,
    sum(request_cache_write_tokens)::bigint AS request_cache_write_tokens,
    sum(request_output_tokens)::bigint AS request_output_tokens,
    sum(request_reasoning_tokens)::bigint AS request_reasoning_tokens,
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
    sum(errors_rate_limit)::bigint AS errors_rate_limit, sum(errors_quota)::bigint AS errors_quota,
    sum(errors_timeout)::bigint AS errors_timeout,
    sum(errors_server_error)::bigint AS errors_server_error,
    sum(errors_connection)::bigint AS errors_connection, sum(errors_auth)::bigint AS errors_auth,
    sum(errors_content_filter)::bigint AS errors_content_filter,
    sum(errors_context_length)::bigint AS errors_context_length,
    sum(errors_invalid_request)::bigint AS errors_invalid_request,
    sum(errors_unresolved)::bigint AS errors_unresolved,
    sum(errors_tool_error)::bigint AS errors_tool_error, sum(errors_other)::bigint AS errors_other,
    sum(tasks_without_cost)::bigint AS tasks_without_cost,
    sum(requests_cached_added)::bigint AS requests_cached_added,
    sum(requests_reasoning_added)::bigint AS requests_reasoning_added,
    sum(tasks_cached_added)::bigint AS tasks_cached_added,
    sum(tasks_reasoning_added)::bigint AS tasks_reasoning_added,
    sum(tasks_zeros_replaced)::bigint AS tasks_zeros_replaced,
    sum(requests_at_standard_rate)::bigint AS requests_at_standard_rate,
    sum(tool_calls)::bigint AS tool_calls, sum(tool_calls_failed)::bigint AS tool_calls_failed,
    array_agg(request_latency) FILTER (WHERE request_latency <> '') AS latencies,
    array_agg(task_duration) FILTER (WHERE task_duration <> '') AS durations
FROM (
SELECT  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, tasks, tasks_succeeded, tasks_failed, tasks_cancelled, tasks_abandoned,
    tasks_timed, task_duration_ms, tasks_with_tokens, task_input_tokens, task_cached_input_tokens,
    task_cache_write_tokens, task_output_tokens, task_reasoning_tokens, task_cost_reported,
    task_cost_priced, task_requests_unpriced, task_files_created, task_files_modified,
    errors_rate_limit, errors_quota, errors_timeout, errors_server_error, errors_connection,
    errors_auth, errors_content_filter, errors_context_length, errors_invalid_request,
    errors_unresolved, errors_tool_error, errors_other, tasks_without_cost, requests_cached_added,
    requests_reasoning_added, tasks_cached_added, tasks_reasoning_added, tasks_zeros_replaced,
    requests_at_standard_rate, tool_calls, tool_calls_failed, request_latency, task_duration
FROM store.system_window
WHERE granularity = 3600 AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z') AS w
GROUP BY 1;

SELECT task_id FROM store.task_verdicts WHERE NOT counted AND verdict_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone) LIMIT ('1001'::int4);

SELECT date_bin(interval '21600 seconds', t.ended_at, timestamptz '2026-10-23T12:00:00Z') AS step_start, sum(succeeded)::bigint AS succeeded, sum(failed)::bigint AS failed,
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

SELECT count(*)
FROM (SELECT agent_id FROM (SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks
FROM store.agent_window w
WHERE granularity = 86400
  AND window_start >= timestamptz '2026-10-24T00:00:00Z' AND window_start < timestamptz '2026-11-22T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-24T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-11-22T00:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND (closed OR window_start < timestamptz '2026-11-22T13:00:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks
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
    coalesce(requests, 0) AS requests, coalesce(tasks, 0) AS tasks
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
      WHERE requests > 0 OR tasks > 0 GROUP BY agent_id) AS active;

SELECT date_bin(interval '21600 seconds', sampled_at, timestamptz '2026-10-23T12:00:00Z') AS step_start, max(pending) AS pending
FROM store.fleet_gauge WHERE sampled_at >= timestamptz '2026-10-23T14:00:00Z' AND sampled_at < timestamptz '2026-11-22T15:00:00Z' GROUP BY 1;
