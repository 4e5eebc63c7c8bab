SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

SELECT provider, model, date_bin(interval '300 seconds', window_start, timestamptz '2026-11-22T08:30:00Z') AS step_start,
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
    sum(requests_unpriced)::bigint AS requests_unpriced,
    sum(errors_rate_limit)::bigint AS errors_rate_limit, sum(errors_quota)::bigint AS errors_quota,
    sum(errors_timeout)::bigint AS errors_timeout,
    sum(errors_server_error)::bigint AS errors_server_error,
    sum(errors_connection)::bigint AS errors_connection, sum(errors_auth)::bigint AS errors_auth,
    sum(errors_content_filter)::bigint AS errors_content_filter,
    sum(errors_context_length)::bigint AS errors_context_length,
    sum(errors_invalid_request)::bigint AS errors_invalid_request,
    sum(errors_unresolved)::bigint AS errors_unresolved,
    sum(errors_tool_error)::bigint AS errors_tool_error, sum(errors_other)::bigint AS errors_other,
    sum(requests_cached_added)::bigint AS requests_cached_added,
    sum(requests_reasoning_added)::bigint AS requests_reasoning_added,
    sum(requests_at_standard_rate)::bigint AS requests_at_standard_rate,
    sum(tool_calls)::bigint AS tool_calls, sum(tool_calls_failed)::bigint AS tool_calls_failed,
    array_agg(request_latency) FILTER (WHERE request_latency <> '') AS latencies
FROM (
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE provider = ('openai')
  AND granularity = 60 AND window_start >= timestamptz '2026-11-22T08:30:00Z' AND window_start < timestamptz '2026-11-22T14:31:00Z') AS w
GROUP BY 1, 2, 3;

SELECT provider, model,
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
    sum(requests_unpriced)::bigint AS requests_unpriced,
    sum(errors_rate_limit)::bigint AS errors_rate_limit, sum(errors_quota)::bigint AS errors_quota,
    sum(errors_timeout)::bigint AS errors_timeout,
    sum(errors_server_error)::bigint AS errors_server_error,
    sum(errors_connection)::bigint AS errors_connection, sum(errors_auth)::bigint AS errors_auth,
    sum(errors_content_filter)::bigint AS errors_content_filter,
    sum(errors_context_length)::bigint AS errors_context_length,
    sum(errors_invalid_request)::bigint AS errors_invalid_request,
    sum(errors_unresolved)::bigint AS errors_unresolved,
    sum(errors_tool_error)::bigint AS errors_tool_error, sum(errors_other)::bigint AS errors_other,
    sum(requests_cached_added)::bigint AS requests_cached_added,
    sum(requests_reasoning_added)::bigint AS requests_reasoning_added,
    sum(requests_at_standard_rate)::bigint AS requests_at_standard_rate,
    sum(tool_calls)::bigint AS tool_calls, sum(tool_calls_failed)::bigint AS tool_calls_failed,
    array_agg(request_latency) FILTER (WHERE request_latency <> '') AS latencies
FROM (
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE provider = ('openai')
  AND granularity = 60 AND window_start >= timestamptz '2026-11-22T14:26:00Z' AND window_start < timestamptz '2026-11-22T14:31:00Z') AS w
GROUP BY 1, 2;

SELECT provider, model,
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
    sum(requests_unpriced)::bigint AS requests_unpriced,
    sum(errors_rate_limit)::bigint AS errors_rate_limit, sum(errors_quota)::bigint AS errors_quota,
    sum(errors_timeout)::bigint AS errors_timeout,
    sum(errors_server_error)::bigint AS errors_server_error,
    sum(errors_connection)::bigint AS errors_connection, sum(errors_auth)::bigint AS errors_auth,
    sum(errors_content_filter)::bigint AS errors_content_filter,
    sum(errors_context_length)::bigint AS errors_context_length,
    sum(errors_invalid_request)::bigint AS errors_invalid_request,
    sum(errors_unresolved)::bigint AS errors_unresolved,
    sum(errors_tool_error)::bigint AS errors_tool_error, sum(errors_other)::bigint AS errors_other,
    sum(requests_cached_added)::bigint AS requests_cached_added,
    sum(requests_reasoning_added)::bigint AS requests_reasoning_added,
    sum(requests_at_standard_rate)::bigint AS requests_at_standard_rate,
    sum(tool_calls)::bigint AS tool_calls, sum(tool_calls_failed)::bigint AS tool_calls_failed,
    array_agg(request_latency) FILTER (WHERE request_latency <> '') AS latencies
FROM (
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE granularity = 3600 AND window_start >= timestamptz '2026-11-22T09:00:00Z' AND window_start < timestamptz '2026-11-22T14:00:00Z'
UNION ALL
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE granularity = 60 AND window_start >= timestamptz '2026-11-22T08:30:00Z' AND window_start < timestamptz '2026-11-22T09:00:00Z'
UNION ALL
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE granularity = 60 AND window_start >= timestamptz '2026-11-22T14:00:00Z' AND window_start < timestamptz '2026-11-22T14:31:00Z') AS w
GROUP BY 1, 2;

SELECT min(window_start) FROM store.system_window
WHERE granularity = ('3600'::int4) AND window_start >= ('1970-01-01 00:00:00+00'::timestamp with time zone);

SELECT min(window_start) FROM store.system_window
WHERE granularity = ('60'::int4) AND window_start >= ('2026-09-01 00:00:00+00'::timestamp with time zone);

SELECT provider, model,
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
    sum(requests_unpriced)::bigint AS requests_unpriced,
    sum(errors_rate_limit)::bigint AS errors_rate_limit, sum(errors_quota)::bigint AS errors_quota,
    sum(errors_timeout)::bigint AS errors_timeout,
    sum(errors_server_error)::bigint AS errors_server_error,
    sum(errors_connection)::bigint AS errors_connection, sum(errors_auth)::bigint AS errors_auth,
    sum(errors_content_filter)::bigint AS errors_content_filter,
    sum(errors_context_length)::bigint AS errors_context_length,
    sum(errors_invalid_request)::bigint AS errors_invalid_request,
    sum(errors_unresolved)::bigint AS errors_unresolved,
    sum(errors_tool_error)::bigint AS errors_tool_error, sum(errors_other)::bigint AS errors_other,
    sum(requests_cached_added)::bigint AS requests_cached_added,
    sum(requests_reasoning_added)::bigint AS requests_reasoning_added,
    sum(requests_at_standard_rate)::bigint AS requests_at_standard_rate,
    sum(tool_calls)::bigint AS tool_calls, sum(tool_calls_failed)::bigint AS tool_calls_failed,
    array_agg(request_latency) FILTER (WHERE request_latency <> '') AS latencies
FROM (
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE provider = ('openai')
  AND granularity = 3600 AND window_start >= timestamptz '2026-11-22T03:00:00Z' AND window_start < timestamptz '2026-11-22T08:00:00Z'
UNION ALL
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE provider = ('openai')
  AND granularity = 60 AND window_start >= timestamptz '2026-11-22T02:29:00Z' AND window_start < timestamptz '2026-11-22T03:00:00Z'
UNION ALL
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE provider = ('openai')
  AND granularity = 60 AND window_start >= timestamptz '2026-11-22T08:00:00Z' AND window_start < timestamptz '2026-11-22T08:30:00Z') AS w
GROUP BY 1, 2;

SELECT provider, model,
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
    sum(requests_unpriced)::bigint AS requests_unpriced,
    sum(errors_rate_limit)::bigint AS errors_rate_limit, sum(errors_quota)::bigint AS errors_quota,
    sum(errors_timeout)::bigint AS errors_timeout,
    sum(errors_server_error)::bigint AS errors_server_error,
    sum(errors_connection)::bigint AS errors_connection, sum(errors_auth)::bigint AS errors_auth,
    sum(errors_content_filter)::bigint AS errors_content_filter,
    sum(errors_context_length)::bigint AS errors_context_length,
    sum(errors_invalid_request)::bigint AS errors_invalid_request,
    sum(errors_unresolved)::bigint AS errors_unresolved,
    sum(errors_tool_error)::bigint AS errors_tool_error, sum(errors_other)::bigint AS errors_other,
    sum(requests_cached_added)::bigint AS requests_cached_added,
    sum(requests_reasoning_added)::bigint AS requests_reasoning_added,
    sum(requests_at_standard_rate)::bigint AS requests_at_standard_rate,
    sum(tool_calls)::bigint AS tool_calls, sum(tool_calls_failed)::bigint AS tool_calls_failed,
    array_agg(request_latency) FILTER (WHERE request_latency <> '') AS latencies
FROM (
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE provider = ('openai')
  AND granularity = 60 AND window_start >= timestamptz '2026-11-22T08:25:00Z' AND window_start < timestamptz '2026-11-22T08:30:00Z') AS w
GROUP BY 1, 2;

SELECT provider, model,
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
    sum(requests_unpriced)::bigint AS requests_unpriced,
    sum(errors_rate_limit)::bigint AS errors_rate_limit, sum(errors_quota)::bigint AS errors_quota,
    sum(errors_timeout)::bigint AS errors_timeout,
    sum(errors_server_error)::bigint AS errors_server_error,
    sum(errors_connection)::bigint AS errors_connection, sum(errors_auth)::bigint AS errors_auth,
    sum(errors_content_filter)::bigint AS errors_content_filter,
    sum(errors_context_length)::bigint AS errors_context_length,
    sum(errors_invalid_request)::bigint AS errors_invalid_request,
    sum(errors_unresolved)::bigint AS errors_unresolved,
    sum(errors_tool_error)::bigint AS errors_tool_error, sum(errors_other)::bigint AS errors_other,
    sum(requests_cached_added)::bigint AS requests_cached_added,
    sum(requests_reasoning_added)::bigint AS requests_reasoning_added,
    sum(requests_at_standard_rate)::bigint AS requests_at_standard_rate,
    sum(tool_calls)::bigint AS tool_calls, sum(tool_calls_failed)::bigint AS tool_calls_failed,
    array_agg(request_latency) FILTER (WHERE request_latency <> '') AS latencies
FROM (
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE granularity = 3600 AND window_start >= timestamptz '2026-11-22T03:00:00Z' AND window_start < timestamptz '2026-11-22T08:00:00Z'
UNION ALL
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE granularity = 60 AND window_start >= timestamptz '2026-11-22T02:29:00Z' AND window_start < timestamptz '2026-11-22T03:00:00Z'
UNION ALL
SELECT provider, model,  window_start,
    requests, requests_failed, requests_timed, request_duration_ms, requests_with_tokens,
    request_input_tokens, request_cached_input_tokens, request_cache_write_tokens,
    request_output_tokens, request_reasoning_tokens, request_cost_reported, request_cost_priced,
    requests_unpriced, errors_rate_limit, errors_quota, errors_timeout, errors_server_error,
    errors_connection, errors_auth, errors_content_filter, errors_context_length,
    errors_invalid_request, errors_unresolved, errors_tool_error, errors_other,
    requests_cached_added, requests_reasoning_added, requests_at_standard_rate, tool_calls,
    tool_calls_failed, request_latency
FROM store.provider_window
WHERE granularity = 60 AND window_start >= timestamptz '2026-11-22T08:00:00Z' AND window_start < timestamptz '2026-11-22T08:30:00Z') AS w
GROUP BY 1, 2;
