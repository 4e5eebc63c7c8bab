SELECT max(window_start) + interval '1 minute' AS until
FROM (
    SELECT window_start, tasks, sum(tasks) OVER (ORDER BY window_start DESC) AS total
    FROM store.system_window
    WHERE granularity = 60 AND window_start >= ('2026-10-23 14:00:00+00'::timestamp with time zone) AND window_start < ('2026-11-22 15:00:00+00'::timestamp with time zone)) w
WHERE total > ('500000'::int8) AND total > tasks;

SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

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
WHERE granularity = 3600 AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z'
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
WHERE granularity = 60 AND window_start >= timestamptz '2026-10-23T14:00:00Z' AND window_start < timestamptz '2026-10-23T14:00:00Z'
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
WHERE granularity = 60 AND window_start >= timestamptz '2026-11-22T15:00:00Z' AND window_start < timestamptz '2026-11-22T15:00:00Z') AS w
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
WHERE granularity = 60 AND window_start >= timestamptz '2026-11-22T14:26:00Z' AND window_start < timestamptz '2026-11-22T14:31:00Z') AS w
GROUP BY 1, 2;

SELECT date_trunc('day', window_start, 'UTC') AS day,
    sum(request_cost_reported + request_cost_priced) AS usd,
    sum(requests_unpriced)::bigint AS unpriced
FROM store.system_window
WHERE granularity = 3600 AND window_start >= ('2026-10-21 14:30:20+00'::timestamp with time zone) AND window_start <= ('2026-11-22 14:30:20+00'::timestamp with time zone)
GROUP BY 1 ORDER BY 1 LIMIT 40;

WITH judged AS (
    SELECT t.*, coalesce(t.model, '') AS served,
        coalesce(nullif(t.agent_type, 'unknown'), a.agent_type, 'unknown') AS role,
        (t.cost_reported + t.cost_priced)::float8 AS cost,
        CASE WHEN v.task_id IS NULL AND t.outcome = 'failed' AND (lower(t.error_type) IN ('rate_limit', 'ratelimit', '429', 'rate_limited', 'ratelimited', 'rate_limit_exceeded', 'ratelimitexceeded', 'rate_limit_error', 'ratelimiterror', 'throttled', 'too_many_requests', 'toomanyrequests', 'resource_exhausted', 'resourceexhausted', 'ratelimitexception', 'throttlingexception', 'modelthrottledexception', 'toomanyrequestsexception', 'quota', '402', 'insufficient_quota', 'insufficientquota', 'quota_exceeded', 'quotaexceeded', 'billing', 'billing_error', 'billingerror', 'servicequotaexceededexception', 'budgetexceedederror', 'timeout', '408', '504', 'timeout_error', 'timeouterror', 'timed_out', 'timedout', 'request_timeout', 'requesttimeout', 'gateway_timeout', 'gatewaytimeout', 'deadline_exceeded', 'deadlineexceeded', 'etimedout', 'apiconnectiontimeouterror', 'apitimeouterror', 'timeoutexception', 'readtimeout', 'readtimeouterror', 'connecttimeout', 'connecttimeouterror', 'modeltimeoutexception', 'sockettimeoutexception', 'httptimeoutexception', 'httpconnecttimeoutexception', 'server_error', 'servererror', '500', '502', '503', '529', 'api_error', 'apierror', 'internal', 'internal_error', 'internalerror', 'internal_server_error', 'internalservererror', 'overloaded', 'overloaded_error', 'overloadederror', 'unavailable', 'service_unavailable', 'serviceunavailable', 'bad_gateway', 'badgateway', 'internalserverexception', 'serviceunavailableerror', 'serviceunavailableexception', 'modelerrorexception', 'modelnotreadyexception', 'connection', 'connection_error', 'connectionerror', 'econnreset', 'econnrefused', 'enotfound', 'broken_stream', 'brokenstream', 'apiconnectionerror', 'connecterror', 'connectexception', 'readerror', 'remoteprotocolerror', 'endpointconnectionerror', 'connectionreseterror', 'connectionclosederror', 'socketexception', 'unknownhostexception', 'auth', '401', '403', 'authentication_error', 'authenticationerror', 'permission_error', 'permissionerror', 'permission_denied', 'permissiondenied', 'unauthenticated', 'unauthorized', 'forbidden', 'authenticationexception', 'permissiondeniederror', 'accessdeniedexception') OR t.error_type ~ '^5[0-9][0-9]$') THEN NULL ELSE coalesce(v.success, CASE t.outcome WHEN 'succeeded' THEN true WHEN 'failed' THEN false END) END AS success
    FROM store.task_execution_timeline t
    LEFT JOIN store.agents a ON a.agent_id = t.agent_id
    LEFT JOIN (
    SELECT DISTINCT ON (task_id) task_id, verdict_at, success
    FROM store.task_verdicts
    WHERE NOT counted AND verdict_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone)
    ORDER BY task_id, verdict_at DESC, event_id DESC) v
    ON v.task_id = t.task_id AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned')

    WHERE t.ended_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-22 15:00:00+00'::timestamp with time zone) AND NOT t.retracted
        AND t.outcome NOT IN ('cancelled', 'abandoned') AND t.provider <> ''),
sums AS (
    SELECT role, coalesce(agent_id, '') AS agent_id, provider, served AS model,
        count(*) AS tasks, sum(cost) AS cost, sum(cost * cost) AS squares,
        count(*) FILTER (WHERE requests_unpriced > 0) AS unpriced_tasks,
        count(success) AS judged_tasks,
        count(*) FILTER (WHERE success) AS judged_succeeded,
        coalesce(sum(cost) FILTER (WHERE success IS NOT NULL), 0) AS judged_cost,
        coalesce(sum(cost * cost) FILTER (WHERE success IS NOT NULL), 0)
            AS judged_squares,
        coalesce(sum(cost) FILTER (WHERE success), 0) AS judged_of_successes,
        count(success) FILTER (WHERE requests_unpriced = 0) AS priced_tasks,
        count(*) FILTER (WHERE requests_unpriced = 0 AND success) AS priced_succeeded,
        coalesce(sum(cost) FILTER (
            WHERE requests_unpriced = 0 AND success IS NOT NULL), 0) AS priced_cost,
        coalesce(sum(cost * cost) FILTER (
            WHERE requests_unpriced = 0 AND success IS NOT NULL), 0)
            AS priced_squares,
        coalesce(sum(cost) FILTER (WHERE requests_unpriced = 0 AND success), 0)
            AS priced_of_successes,
        count(input_tokens) AS with_input,
        coalesce(sum(input_tokens), 0)::bigint AS input,
        coalesce(sum(cached_input_tokens), 0)::bigint AS cached,
        coalesce(sum(input_tokens) FILTER (
            WHERE cached_input_tokens IS NOT NULL), 0)::bigint AS input_of_cached,
        count(duration_ms) AS timed, coalesce(sum(duration_ms), 0)::float8 AS duration,
        coalesce(sum(duration_ms::float8 * duration_ms), 0) AS duration_squares
    FROM judged
    GROUP BY GROUPING SETS (
        (role, provider, served), (role, agent_id, provider, served))),
agents AS (
    SELECT *, sum(tasks) OVER (PARTITION BY role, agent_id) AS of_agent
    FROM sums WHERE agent_id <> '')
(SELECT *, 0 AS of_agent FROM sums WHERE agent_id = '')
UNION ALL
(SELECT * FROM agents WHERE of_agent >= ('30'::int4)
    ORDER BY tasks DESC, agent_id, provider, model LIMIT ('100001'::int4));

SELECT * FROM store.weight_decisions WHERE valid_until > ('2026-11-22 14:30:20+00'::timestamp with time zone) ORDER BY scope <> 'global', produced_at DESC LIMIT ('500'::int4);

SELECT DISTINCT provider FROM store.alerts
WHERE state IN ('firing', 'recovering') AND NOT shadow
  AND provider IS NOT NULL AND agent_id IS NULL LIMIT 1000;
