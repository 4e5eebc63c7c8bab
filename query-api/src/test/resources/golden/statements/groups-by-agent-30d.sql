SELECT name, since #>> '{}' AS since FROM store.progress, jsonb_each(dimensions) AS d (name, since);

SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

SET LOCAL enable_nestloop = off;

SELECT agent_id,
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
    sum(tool_calls)::bigint AS tool_calls, sum(tool_calls_failed)::bigint AS tool_calls_failed
FROM (
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_failed, 0) AS requests_failed,
    coalesce(requests_timed, 0) AS requests_timed, coalesce(request_duration_ms,
    0) AS request_duration_ms, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
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
    0) AS task_files_modified, coalesce(errors_rate_limit, 0) AS errors_rate_limit,
    coalesce(errors_quota, 0) AS errors_quota, coalesce(errors_timeout, 0) AS errors_timeout,
    coalesce(errors_server_error, 0) AS errors_server_error, coalesce(errors_connection,
    0) AS errors_connection, coalesce(errors_auth, 0) AS errors_auth,
    coalesce(errors_content_filter, 0) AS errors_content_filter, coalesce(errors_context_length,
    0) AS errors_context_length, coalesce(errors_invalid_request, 0) AS errors_invalid_request,
    coalesce(errors_unresolved, 0) AS errors_unresolved, coalesce(errors_tool_error,
    0) AS errors_tool_error, coalesce(errors_other, 0) AS errors_other,
    coalesce(tasks_without_cost, 0) AS tasks_without_cost, coalesce(requests_cached_added,
    0) AS requests_cached_added, coalesce(requests_reasoning_added, 0) AS requests_reasoning_added,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    coalesce(requests_at_standard_rate, 0) AS requests_at_standard_rate, coalesce(tool_calls,
    0) AS tool_calls, coalesce(tool_calls_failed, 0) AS tool_calls_failed
FROM store.agent_window w
WHERE granularity = 86400
  AND window_start >= timestamptz '2026-10-24T00:00:00Z' AND window_start < timestamptz '2026-11-22T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_failed, 0) AS requests_failed,
    coalesce(requests_timed, 0) AS requests_timed, coalesce(request_duration_ms,
    0) AS request_duration_ms, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
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
    0) AS task_files_modified, coalesce(errors_rate_limit, 0) AS errors_rate_limit,
    coalesce(errors_quota, 0) AS errors_quota, coalesce(errors_timeout, 0) AS errors_timeout,
    coalesce(errors_server_error, 0) AS errors_server_error, coalesce(errors_connection,
    0) AS errors_connection, coalesce(errors_auth, 0) AS errors_auth,
    coalesce(errors_content_filter, 0) AS errors_content_filter, coalesce(errors_context_length,
    0) AS errors_context_length, coalesce(errors_invalid_request, 0) AS errors_invalid_request,
    coalesce(errors_unresolved, 0) AS errors_unresolved, coalesce(errors_tool_error,
    0) AS errors_tool_error, coalesce(errors_other, 0) AS errors_other,
    coalesce(tasks_without_cost, 0) AS tasks_without_cost, coalesce(requests_cached_added,
    0) AS requests_cached_added, coalesce(requests_reasoning_added, 0) AS requests_reasoning_added,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    coalesce(requests_at_standard_rate, 0) AS requests_at_standard_rate, coalesce(tool_calls,
    0) AS tool_calls, coalesce(tool_calls_failed, 0) AS tool_calls_failed
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-24T00:00:00Z'
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_failed, 0) AS requests_failed,
    coalesce(requests_timed, 0) AS requests_timed, coalesce(request_duration_ms,
    0) AS request_duration_ms, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
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
    0) AS task_files_modified, coalesce(errors_rate_limit, 0) AS errors_rate_limit,
    coalesce(errors_quota, 0) AS errors_quota, coalesce(errors_timeout, 0) AS errors_timeout,
    coalesce(errors_server_error, 0) AS errors_server_error, coalesce(errors_connection,
    0) AS errors_connection, coalesce(errors_auth, 0) AS errors_auth,
    coalesce(errors_content_filter, 0) AS errors_content_filter, coalesce(errors_context_length,
    0) AS errors_context_length, coalesce(errors_invalid_request, 0) AS errors_invalid_request,
    coalesce(errors_unresolved, 0) AS errors_unresolved, coalesce(errors_tool_error,
    0) AS errors_tool_error, coalesce(errors_other, 0) AS errors_other,
    coalesce(tasks_without_cost, 0) AS tasks_without_cost, coalesce(requests_cached_added,
    0) AS requests_cached_added, coalesce(requests_reasoning_added, 0) AS requests_reasoning_added,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    coalesce(requests_at_standard_rate, 0) AS requests_at_standard_rate, coalesce(tool_calls,
    0) AS tool_calls, coalesce(tool_calls_failed, 0) AS tool_calls_failed
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-11-22T00:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND (closed OR window_start < timestamptz '2026-11-22T13:00:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    coalesce(requests, 0) AS requests, coalesce(requests_failed, 0) AS requests_failed,
    coalesce(requests_timed, 0) AS requests_timed, coalesce(request_duration_ms,
    0) AS request_duration_ms, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
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
    0) AS task_files_modified, coalesce(errors_rate_limit, 0) AS errors_rate_limit,
    coalesce(errors_quota, 0) AS errors_quota, coalesce(errors_timeout, 0) AS errors_timeout,
    coalesce(errors_server_error, 0) AS errors_server_error, coalesce(errors_connection,
    0) AS errors_connection, coalesce(errors_auth, 0) AS errors_auth,
    coalesce(errors_content_filter, 0) AS errors_content_filter, coalesce(errors_context_length,
    0) AS errors_context_length, coalesce(errors_invalid_request, 0) AS errors_invalid_request,
    coalesce(errors_unresolved, 0) AS errors_unresolved, coalesce(errors_tool_error,
    0) AS errors_tool_error, coalesce(errors_other, 0) AS errors_other,
    coalesce(tasks_without_cost, 0) AS tasks_without_cost, coalesce(requests_cached_added,
    0) AS requests_cached_added, coalesce(requests_reasoning_added, 0) AS requests_reasoning_added,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    coalesce(requests_at_standard_rate, 0) AS requests_at_standard_rate, coalesce(tool_calls,
    0) AS tool_calls, coalesce(tool_calls_failed, 0) AS tool_calls_failed
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
    coalesce(requests, 0) AS requests, coalesce(requests_failed, 0) AS requests_failed,
    coalesce(requests_timed, 0) AS requests_timed, coalesce(request_duration_ms,
    0) AS request_duration_ms, coalesce(requests_with_tokens, 0) AS requests_with_tokens,
    coalesce(request_input_tokens, 0) AS request_input_tokens,
    coalesce(request_cached_input_tokens, 0) AS request_cached_input_tokens,
    coalesce(request_cache_write_tokens, 0) AS request_cache_write_tokens,
    coalesce(request_output_tokens, 0) AS request_output_tokens, coalesce(request_reasoning_tokens,
    0) AS request_reasoning_tokens, coalesce(request_cost_reported, 0) AS request_cost_reported,
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
    0) AS task_files_modified, coalesce(errors_rate_limit, 0) AS errors_rate_limit,
    coalesce(errors_quota, 0) AS errors_quota, coalesce(errors_timeout, 0) AS errors_timeout,
    coalesce(errors_server_error, 0) AS errors_server_error, coalesce(errors_connection,
    0) AS errors_connection, coalesce(errors_auth, 0) AS errors_auth,
    coalesce(errors_content_filter, 0) AS errors_content_filter, coalesce(errors_context_length,
    0) AS errors_context_length, coalesce(errors_invalid_request, 0) AS errors_invalid_request,
    coalesce(errors_unresolved, 0) AS errors_unresolved, coalesce(errors_tool_error,
    0) AS errors_tool_error, coalesce(errors_other, 0) AS errors_other,
    coalesce(tasks_without_cost, 0) AS tasks_without_cost, coalesce(requests_cached_added,
    0) AS requests_cached_added, coalesce(requests_reasoning_added, 0) AS requests_reasoning_added,
    coalesce(tasks_cached_added, 0) AS tasks_cached_added, coalesce(tasks_reasoning_added,
    0) AS tasks_reasoning_added, coalesce(tasks_zeros_replaced, 0) AS tasks_zeros_replaced,
    coalesce(requests_at_standard_rate, 0) AS requests_at_standard_rate, coalesce(tool_calls,
    0) AS tool_calls, coalesce(tool_calls_failed, 0) AS tool_calls_failed
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
GROUP BY 1;

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

SELECT agent_id,
    array_agg(request_latency) FILTER (WHERE request_latency <> '') AS latencies,
    array_agg(task_duration) FILTER (WHERE task_duration <> '') AS durations
FROM (
SELECT agent_id, agent_type, provider, model, window_start,
    request_latency, task_duration
FROM store.agent_window w
WHERE granularity = 86400
  AND window_start >= timestamptz '2026-10-24T00:00:00Z' AND window_start < timestamptz '2026-11-22T00:00:00Z'
  AND agent_id = ANY(('{"a"}'))
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    request_latency, task_duration
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-24T00:00:00Z'
  AND agent_id = ANY(('{"a"}'))
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    request_latency, task_duration
FROM store.agent_window w
WHERE granularity = 3600
  AND window_start >= timestamptz '2026-11-22T00:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
  AND agent_id = ANY(('{"a"}'))
  AND (closed OR window_start < timestamptz '2026-11-22T13:00:00Z')
UNION ALL
SELECT agent_id, agent_type, provider, model, window_start,
    request_latency, task_duration
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
    request_latency, task_duration
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
GROUP BY 1;
