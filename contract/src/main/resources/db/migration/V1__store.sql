-- Agent Analytics: the tables the job writes and the query API reads.
-- Roles can log in once the operator gives them a password; nothing here holds one.
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['agent_analytics_job', 'agent_analytics_api', 'agent_analytics_grafana'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role_name);
        END IF;
    END LOOP;
END $$;

CREATE SCHEMA store;

CREATE TABLE store.agents (
    agent_id text PRIMARY KEY,
    agent_type text NOT NULL,
    tags jsonb NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    pending integer NOT NULL,
    running integer NOT NULL,
    epoch bigint NOT NULL,
    seen bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE store.agents IS 'One row an agent: type and tags as last seen, tasks waiting and running now.';
COMMENT ON COLUMN store.agents.tags IS 'Tags of the agent''s newest event that had any; grouping by team or environment joins here, so tags never multiply the windows.';
CREATE INDEX agents_last_seen ON store.agents (last_seen DESC);
COMMENT ON INDEX store.agents_last_seen IS 'Agents active in a range.';

CREATE TABLE store.agent_window (
    granularity integer NOT NULL,
    window_start timestamptz NOT NULL,
    agent_id text NOT NULL,
    agent_type text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    closed boolean NOT NULL,
    epoch bigint NOT NULL,
    seen bigint NOT NULL,
    requests bigint NOT NULL DEFAULT 0,
    requests_failed bigint NOT NULL DEFAULT 0,
    requests_timed bigint NOT NULL DEFAULT 0,
    request_duration_ms bigint NOT NULL DEFAULT 0,
    requests_with_tokens bigint NOT NULL DEFAULT 0,
    request_input_tokens bigint NOT NULL DEFAULT 0,
    request_cached_input_tokens bigint NOT NULL DEFAULT 0,
    request_cache_write_tokens bigint NOT NULL DEFAULT 0,
    request_output_tokens bigint NOT NULL DEFAULT 0,
    request_reasoning_tokens bigint NOT NULL DEFAULT 0,
    request_cost_reported numeric(20, 9) NOT NULL DEFAULT 0,
    request_cost_priced numeric(20, 9) NOT NULL DEFAULT 0,
    requests_unpriced bigint NOT NULL DEFAULT 0,
    tasks bigint NOT NULL DEFAULT 0,
    tasks_succeeded bigint NOT NULL DEFAULT 0,
    tasks_failed bigint NOT NULL DEFAULT 0,
    tasks_cancelled bigint NOT NULL DEFAULT 0,
    tasks_abandoned bigint NOT NULL DEFAULT 0,
    tasks_timed bigint NOT NULL DEFAULT 0,
    task_duration_ms bigint NOT NULL DEFAULT 0,
    tasks_with_tokens bigint NOT NULL DEFAULT 0,
    task_input_tokens bigint NOT NULL DEFAULT 0,
    task_cached_input_tokens bigint NOT NULL DEFAULT 0,
    task_cache_write_tokens bigint NOT NULL DEFAULT 0,
    task_output_tokens bigint NOT NULL DEFAULT 0,
    task_reasoning_tokens bigint NOT NULL DEFAULT 0,
    task_cost_reported numeric(20, 9) NOT NULL DEFAULT 0,
    task_cost_priced numeric(20, 9) NOT NULL DEFAULT 0,
    task_requests_unpriced bigint NOT NULL DEFAULT 0,
    task_files_created bigint NOT NULL DEFAULT 0,
    task_files_modified bigint NOT NULL DEFAULT 0,
    errors_rate_limit bigint NOT NULL DEFAULT 0,
    errors_quota bigint NOT NULL DEFAULT 0,
    errors_timeout bigint NOT NULL DEFAULT 0,
    errors_server_error bigint NOT NULL DEFAULT 0,
    errors_connection bigint NOT NULL DEFAULT 0,
    errors_auth bigint NOT NULL DEFAULT 0,
    errors_content_filter bigint NOT NULL DEFAULT 0,
    errors_context_length bigint NOT NULL DEFAULT 0,
    errors_invalid_request bigint NOT NULL DEFAULT 0,
    errors_unresolved bigint NOT NULL DEFAULT 0,
    errors_tool_error bigint NOT NULL DEFAULT 0,
    errors_other bigint NOT NULL DEFAULT 0,
    request_latency bytea NOT NULL,
    task_duration bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (granularity, window_start, agent_id, agent_type, provider, model)
) PARTITION BY LIST (granularity);
COMMENT ON COLUMN store.agent_window.granularity IS 'Seconds the window is long.';
COMMENT ON COLUMN store.agent_window.requests IS 'LLM calls, and tasks without calls whose ending names a provider';
COMMENT ON COLUMN store.agent_window.requests_failed IS 'requests with an error';
COMMENT ON COLUMN store.agent_window.requests_timed IS 'requests whose duration is known: the divisor of the mean';
COMMENT ON COLUMN store.agent_window.request_duration_ms IS 'sum of known request durations, milliseconds';
COMMENT ON COLUMN store.agent_window.request_cost_reported IS 'USD as billed';
COMMENT ON COLUMN store.agent_window.request_cost_priced IS 'USD from the price book, where no bill was reported';
COMMENT ON COLUMN store.agent_window.requests_unpriced IS 'requests whose cost is unknown';
COMMENT ON COLUMN store.agent_window.tasks IS 'tasks that ended in the window';
COMMENT ON COLUMN store.agent_window.task_cost_reported IS 'USD: the ending''s own figure, else the bills of its calls';
COMMENT ON COLUMN store.agent_window.task_cost_priced IS 'USD from the price book';
COMMENT ON COLUMN store.agent_window.task_requests_unpriced IS 'requests of these tasks whose cost is unknown';
COMMENT ON COLUMN store.agent_window.tasks_abandoned IS 'tasks that never ended, counted a day after their last event';
COMMENT ON COLUMN store.agent_window.seen IS 'changes that went in; never falls, guards against older values';
COMMENT ON COLUMN store.agent_window.epoch IS 'raised by an operator to recompute; outranks seen';
COMMENT ON COLUMN store.agent_window.closed IS 'the watermark has passed the window''s end';
COMMENT ON COLUMN store.agent_window.request_latency IS 'histogram of request durations: DDSketch buckets of 1 %, zigzag varints of (gap, count)';
COMMENT ON COLUMN store.agent_window.task_duration IS 'histogram of task durations, same form';

COMMENT ON TABLE store.agent_window IS 'Statistics of an agent on a provider and model, by minute (kept 2 days) and hour (kept 30 days).';
CREATE TABLE store.agent_window_minute PARTITION OF store.agent_window FOR VALUES IN (60) PARTITION BY RANGE (window_start);
CREATE TABLE store.agent_window_hour PARTITION OF store.agent_window FOR VALUES IN (3600) PARTITION BY RANGE (window_start);
CREATE INDEX agent_window_by_agent ON store.agent_window (agent_id, granularity, window_start);
COMMENT ON INDEX store.agent_window_by_agent IS 'One agent''s series.';

CREATE TABLE store.provider_window (
    granularity integer NOT NULL,
    window_start timestamptz NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    closed boolean NOT NULL,
    epoch bigint NOT NULL,
    seen bigint NOT NULL,
    requests bigint NOT NULL DEFAULT 0,
    requests_failed bigint NOT NULL DEFAULT 0,
    requests_timed bigint NOT NULL DEFAULT 0,
    request_duration_ms bigint NOT NULL DEFAULT 0,
    requests_with_tokens bigint NOT NULL DEFAULT 0,
    request_input_tokens bigint NOT NULL DEFAULT 0,
    request_cached_input_tokens bigint NOT NULL DEFAULT 0,
    request_cache_write_tokens bigint NOT NULL DEFAULT 0,
    request_output_tokens bigint NOT NULL DEFAULT 0,
    request_reasoning_tokens bigint NOT NULL DEFAULT 0,
    request_cost_reported numeric(20, 9) NOT NULL DEFAULT 0,
    request_cost_priced numeric(20, 9) NOT NULL DEFAULT 0,
    requests_unpriced bigint NOT NULL DEFAULT 0,
    tasks bigint NOT NULL DEFAULT 0,
    tasks_succeeded bigint NOT NULL DEFAULT 0,
    tasks_failed bigint NOT NULL DEFAULT 0,
    tasks_cancelled bigint NOT NULL DEFAULT 0,
    tasks_abandoned bigint NOT NULL DEFAULT 0,
    tasks_timed bigint NOT NULL DEFAULT 0,
    task_duration_ms bigint NOT NULL DEFAULT 0,
    tasks_with_tokens bigint NOT NULL DEFAULT 0,
    task_input_tokens bigint NOT NULL DEFAULT 0,
    task_cached_input_tokens bigint NOT NULL DEFAULT 0,
    task_cache_write_tokens bigint NOT NULL DEFAULT 0,
    task_output_tokens bigint NOT NULL DEFAULT 0,
    task_reasoning_tokens bigint NOT NULL DEFAULT 0,
    task_cost_reported numeric(20, 9) NOT NULL DEFAULT 0,
    task_cost_priced numeric(20, 9) NOT NULL DEFAULT 0,
    task_requests_unpriced bigint NOT NULL DEFAULT 0,
    task_files_created bigint NOT NULL DEFAULT 0,
    task_files_modified bigint NOT NULL DEFAULT 0,
    errors_rate_limit bigint NOT NULL DEFAULT 0,
    errors_quota bigint NOT NULL DEFAULT 0,
    errors_timeout bigint NOT NULL DEFAULT 0,
    errors_server_error bigint NOT NULL DEFAULT 0,
    errors_connection bigint NOT NULL DEFAULT 0,
    errors_auth bigint NOT NULL DEFAULT 0,
    errors_content_filter bigint NOT NULL DEFAULT 0,
    errors_context_length bigint NOT NULL DEFAULT 0,
    errors_invalid_request bigint NOT NULL DEFAULT 0,
    errors_unresolved bigint NOT NULL DEFAULT 0,
    errors_tool_error bigint NOT NULL DEFAULT 0,
    errors_other bigint NOT NULL DEFAULT 0,
    request_latency bytea NOT NULL,
    task_duration bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (granularity, window_start, provider, model)
) PARTITION BY RANGE (window_start);
COMMENT ON COLUMN store.provider_window.granularity IS 'Seconds the window is long.';
COMMENT ON COLUMN store.provider_window.requests IS 'LLM calls, and tasks without calls whose ending names a provider';
COMMENT ON COLUMN store.provider_window.requests_failed IS 'requests with an error';
COMMENT ON COLUMN store.provider_window.requests_timed IS 'requests whose duration is known: the divisor of the mean';
COMMENT ON COLUMN store.provider_window.request_duration_ms IS 'sum of known request durations, milliseconds';
COMMENT ON COLUMN store.provider_window.request_cost_reported IS 'USD as billed';
COMMENT ON COLUMN store.provider_window.request_cost_priced IS 'USD from the price book, where no bill was reported';
COMMENT ON COLUMN store.provider_window.requests_unpriced IS 'requests whose cost is unknown';
COMMENT ON COLUMN store.provider_window.tasks IS 'tasks that ended in the window';
COMMENT ON COLUMN store.provider_window.task_cost_reported IS 'USD: the ending''s own figure, else the bills of its calls';
COMMENT ON COLUMN store.provider_window.task_cost_priced IS 'USD from the price book';
COMMENT ON COLUMN store.provider_window.task_requests_unpriced IS 'requests of these tasks whose cost is unknown';
COMMENT ON COLUMN store.provider_window.tasks_abandoned IS 'tasks that never ended, counted a day after their last event';
COMMENT ON COLUMN store.provider_window.seen IS 'changes that went in; never falls, guards against older values';
COMMENT ON COLUMN store.provider_window.epoch IS 'raised by an operator to recompute; outranks seen';
COMMENT ON COLUMN store.provider_window.closed IS 'the watermark has passed the window''s end';
COMMENT ON COLUMN store.provider_window.request_latency IS 'histogram of request durations: DDSketch buckets of 1 %, zigzag varints of (gap, count)';
COMMENT ON COLUMN store.provider_window.task_duration IS 'histogram of task durations, same form';

COMMENT ON TABLE store.provider_window IS 'Statistics of a provider''s model over all agents, by 10 s, minute and hour.';

CREATE TABLE store.system_window (
    granularity integer NOT NULL,
    window_start timestamptz NOT NULL,
    closed boolean NOT NULL,
    epoch bigint NOT NULL,
    seen bigint NOT NULL,
    requests bigint NOT NULL DEFAULT 0,
    requests_failed bigint NOT NULL DEFAULT 0,
    requests_timed bigint NOT NULL DEFAULT 0,
    request_duration_ms bigint NOT NULL DEFAULT 0,
    requests_with_tokens bigint NOT NULL DEFAULT 0,
    request_input_tokens bigint NOT NULL DEFAULT 0,
    request_cached_input_tokens bigint NOT NULL DEFAULT 0,
    request_cache_write_tokens bigint NOT NULL DEFAULT 0,
    request_output_tokens bigint NOT NULL DEFAULT 0,
    request_reasoning_tokens bigint NOT NULL DEFAULT 0,
    request_cost_reported numeric(20, 9) NOT NULL DEFAULT 0,
    request_cost_priced numeric(20, 9) NOT NULL DEFAULT 0,
    requests_unpriced bigint NOT NULL DEFAULT 0,
    tasks bigint NOT NULL DEFAULT 0,
    tasks_succeeded bigint NOT NULL DEFAULT 0,
    tasks_failed bigint NOT NULL DEFAULT 0,
    tasks_cancelled bigint NOT NULL DEFAULT 0,
    tasks_abandoned bigint NOT NULL DEFAULT 0,
    tasks_timed bigint NOT NULL DEFAULT 0,
    task_duration_ms bigint NOT NULL DEFAULT 0,
    tasks_with_tokens bigint NOT NULL DEFAULT 0,
    task_input_tokens bigint NOT NULL DEFAULT 0,
    task_cached_input_tokens bigint NOT NULL DEFAULT 0,
    task_cache_write_tokens bigint NOT NULL DEFAULT 0,
    task_output_tokens bigint NOT NULL DEFAULT 0,
    task_reasoning_tokens bigint NOT NULL DEFAULT 0,
    task_cost_reported numeric(20, 9) NOT NULL DEFAULT 0,
    task_cost_priced numeric(20, 9) NOT NULL DEFAULT 0,
    task_requests_unpriced bigint NOT NULL DEFAULT 0,
    task_files_created bigint NOT NULL DEFAULT 0,
    task_files_modified bigint NOT NULL DEFAULT 0,
    errors_rate_limit bigint NOT NULL DEFAULT 0,
    errors_quota bigint NOT NULL DEFAULT 0,
    errors_timeout bigint NOT NULL DEFAULT 0,
    errors_server_error bigint NOT NULL DEFAULT 0,
    errors_connection bigint NOT NULL DEFAULT 0,
    errors_auth bigint NOT NULL DEFAULT 0,
    errors_content_filter bigint NOT NULL DEFAULT 0,
    errors_context_length bigint NOT NULL DEFAULT 0,
    errors_invalid_request bigint NOT NULL DEFAULT 0,
    errors_unresolved bigint NOT NULL DEFAULT 0,
    errors_tool_error bigint NOT NULL DEFAULT 0,
    errors_other bigint NOT NULL DEFAULT 0,
    request_latency bytea NOT NULL,
    task_duration bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (granularity, window_start)
) PARTITION BY RANGE (window_start);
COMMENT ON COLUMN store.system_window.granularity IS 'Seconds the window is long.';
COMMENT ON COLUMN store.system_window.requests IS 'LLM calls, and tasks without calls whose ending names a provider';
COMMENT ON COLUMN store.system_window.requests_failed IS 'requests with an error';
COMMENT ON COLUMN store.system_window.requests_timed IS 'requests whose duration is known: the divisor of the mean';
COMMENT ON COLUMN store.system_window.request_duration_ms IS 'sum of known request durations, milliseconds';
COMMENT ON COLUMN store.system_window.request_cost_reported IS 'USD as billed';
COMMENT ON COLUMN store.system_window.request_cost_priced IS 'USD from the price book, where no bill was reported';
COMMENT ON COLUMN store.system_window.requests_unpriced IS 'requests whose cost is unknown';
COMMENT ON COLUMN store.system_window.tasks IS 'tasks that ended in the window';
COMMENT ON COLUMN store.system_window.task_cost_reported IS 'USD: the ending''s own figure, else the bills of its calls';
COMMENT ON COLUMN store.system_window.task_cost_priced IS 'USD from the price book';
COMMENT ON COLUMN store.system_window.task_requests_unpriced IS 'requests of these tasks whose cost is unknown';
COMMENT ON COLUMN store.system_window.tasks_abandoned IS 'tasks that never ended, counted a day after their last event';
COMMENT ON COLUMN store.system_window.seen IS 'changes that went in; never falls, guards against older values';
COMMENT ON COLUMN store.system_window.epoch IS 'raised by an operator to recompute; outranks seen';
COMMENT ON COLUMN store.system_window.closed IS 'the watermark has passed the window''s end';
COMMENT ON COLUMN store.system_window.request_latency IS 'histogram of request durations: DDSketch buckets of 1 %, zigzag varints of (gap, count)';
COMMENT ON COLUMN store.system_window.task_duration IS 'histogram of task durations, same form';

COMMENT ON TABLE store.system_window IS 'Statistics of the whole fleet, by 10 s, minute and hour.';

CREATE TABLE store.task_execution_timeline (
    task_id text NOT NULL,
    ended_at timestamptz NOT NULL,
    agent_id text NOT NULL,
    agent_type text NOT NULL,
    parent_task_id text,
    root_task_id text NOT NULL,
    provider text,
    model text,
    outcome text NOT NULL CHECK (outcome IN ('succeeded', 'failed', 'cancelled')),
    submitted_at timestamptz,
    started_at timestamptz,
    duration_ms bigint,
    calls bigint NOT NULL,
    calls_failed bigint NOT NULL,
    input_tokens bigint,
    cached_input_tokens bigint,
    cache_write_tokens bigint,
    output_tokens bigint,
    reasoning_tokens bigint,
    cost_reported numeric(20, 9) NOT NULL,
    cost_priced numeric(20, 9) NOT NULL,
    requests_unpriced bigint NOT NULL,
    error_type text,
    error_message text,
    files_created integer,
    files_modified integer,
    verdict_until timestamptz NOT NULL,
    retracted boolean NOT NULL,
    epoch bigint NOT NULL,
    seen bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (ended_at, task_id)
) PARTITION BY RANGE (ended_at);
COMMENT ON TABLE store.task_execution_timeline IS 'One row a task that ended.';
COMMENT ON COLUMN store.task_execution_timeline.verdict_until IS 'Verdicts up to here are in the outcome; later ones are in task_verdicts and correct it.';
COMMENT ON COLUMN store.task_execution_timeline.retracted IS 'An earlier ending of the task came in afterwards: this row no longer holds, and views hide it.';
COMMENT ON COLUMN store.task_execution_timeline.provider IS 'The ending''s provider, else that of the task''s newest call.';
CREATE INDEX task_timeline_by_task ON store.task_execution_timeline (task_id);
COMMENT ON INDEX store.task_timeline_by_task IS 'One task by id.';
CREATE INDEX task_timeline_by_agent ON store.task_execution_timeline (agent_id, ended_at DESC, task_id);
COMMENT ON INDEX store.task_timeline_by_agent IS 'An agent''s tasks, newest first.';

CREATE TABLE store.task_verdicts (
    task_id text NOT NULL,
    verdict_at timestamptz NOT NULL,
    event_id text NOT NULL,
    success boolean NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (verdict_at, task_id, event_id)
) PARTITION BY RANGE (verdict_at);
COMMENT ON TABLE store.task_verdicts IS 'Later judgements of tasks; the greatest (verdict_at, event_id) counts.';
CREATE INDEX task_verdicts_by_task ON store.task_verdicts (task_id);
COMMENT ON INDEX store.task_verdicts_by_task IS 'The verdicts of a task.';

CREATE VIEW store.latest_verdicts AS
SELECT DISTINCT ON (task_id) task_id, verdict_at, success
FROM store.task_verdicts ORDER BY task_id, verdict_at DESC, event_id DESC;
COMMENT ON VIEW store.latest_verdicts IS 'The verdict of a task that counts.';

CREATE TABLE store.fleet_gauge (
    sampled_at timestamptz PRIMARY KEY,
    event_time timestamptz,
    pending bigint NOT NULL,
    running bigint NOT NULL
) PARTITION BY RANGE (sampled_at);
COMMENT ON TABLE store.fleet_gauge IS 'Tasks waiting and running, as observed every 10 s of the clock.';
COMMENT ON COLUMN store.fleet_gauge.event_time IS 'Event time reached; null before the first event.';

CREATE TABLE store.progress (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    sampled_at timestamptz NOT NULL,
    event_time timestamptz,
    pending bigint NOT NULL,
    running bigint NOT NULL
);
COMMENT ON TABLE store.progress IS 'One row: how far the job is, written every second while it runs.';

CREATE TABLE store.dead_letter_counts (
    hour timestamptz NOT NULL,
    code text NOT NULL,
    records bigint NOT NULL,
    PRIMARY KEY (hour, code)
);
COMMENT ON TABLE store.dead_letter_counts IS 'Records that could not be used, by hour of the broker''s append time and reason.';
COMMENT ON COLUMN store.dead_letter_counts.records IS 'Never falls for an hour and code.';

-- Partitions: one a day, made ahead and dropped whole. The job cannot: it is run by the owner.
CREATE TABLE store.retention (
    table_name text PRIMARY KEY,
    days integer NOT NULL CHECK (days > 0)
);
COMMENT ON TABLE store.retention IS 'How many whole days each partitioned table keeps beside today.';
INSERT INTO store.retention VALUES
    ('agent_window_minute', 2),
    ('agent_window_hour', 30),
    ('provider_window', 30),
    ('system_window', 30),
    ('task_execution_timeline', 30),
    ('task_verdicts', 30),
    ('fleet_gauge', 30);

CREATE FUNCTION store.maintain_partitions(at timestamptz, days_ahead integer DEFAULT 7) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    today date := (at AT TIME ZONE 'UTC')::date;
    kept record;
    day date;
    old record;
    changed integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('store.maintain_partitions'));
    FOR kept IN SELECT table_name, days FROM store.retention LOOP
        FOR day IN SELECT generate_series(today - kept.days, today + days_ahead, interval '1 day')::date LOOP
            IF to_regclass(format('store.%I', kept.table_name || to_char(day, '_YYYYMMDD'))) IS NULL THEN
                EXECUTE format('CREATE TABLE store.%I PARTITION OF store.%I FOR VALUES FROM (%L) TO (%L)',
                    kept.table_name || to_char(day, '_YYYYMMDD'), kept.table_name,
                    day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
                changed := changed + 1;
            END IF;
        END LOOP;
        FOR old IN
            SELECT c.relname FROM pg_inherits i
            JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = format('store.%I', kept.table_name)::regclass
              AND right(c.relname, 8) < to_char(today - kept.days, 'YYYYMMDD')
        LOOP
            EXECUTE format('DROP TABLE store.%I', old.relname);
            changed := changed + 1;
        END LOOP;
    END LOOP;
    DELETE FROM store.dead_letter_counts WHERE hour < at - interval '30 days';
    DELETE FROM store.agents WHERE last_seen < at - interval '30 days';
    RETURN changed;
END $$;
COMMENT ON FUNCTION store.maintain_partitions IS 'Makes the days ahead and back to the retention, drops older ones; returns how many tables changed.';

-- The simple shapes that dashboards elsewhere expect.
CREATE VIEW public.task_execution_timeline AS
SELECT t.task_id, t.agent_id, t.duration_ms, t.input_tokens + t.output_tokens AS tokens_used,
       CASE WHEN t.cost_reported + t.cost_priced = 0 AND t.requests_unpriced > 0 THEN NULL
            ELSE t.cost_reported + t.cost_priced END AS cost,
       coalesce(v.success, CASE t.outcome WHEN 'succeeded' THEN true WHEN 'failed' THEN false END) AS success,
       t.provider, t.model, t.ended_at
FROM store.task_execution_timeline t
LEFT JOIN store.latest_verdicts v ON v.task_id = t.task_id AND v.verdict_at > t.verdict_until
WHERE NOT t.retracted;

CREATE VIEW public.performance_metrics AS
SELECT md5(concat_ws('|', granularity, window_start, agent_id, w.agent_type, w.provider, w.model, m.metric_type)) AS metric_id,
       w.agent_id, w.agent_type, m.metric_type, m.value, w.window_start AS timestamp, w.provider
FROM store.agent_window w
CROSS JOIN LATERAL (VALUES
    ('tasks', w.tasks::numeric),
    ('tasks_succeeded', w.tasks_succeeded::numeric),
    ('tasks_failed', w.tasks_failed::numeric),
    ('task_cost_usd', w.task_cost_reported + w.task_cost_priced),
    ('task_tokens', (w.task_input_tokens + w.task_output_tokens)::numeric),
    ('task_duration_ms', w.task_duration_ms::numeric),
    ('requests', w.requests::numeric),
    ('requests_failed', w.requests_failed::numeric),
    ('request_cost_usd', w.request_cost_reported + w.request_cost_priced)
) AS m(metric_type, value)
WHERE w.granularity = 60 AND m.value <> 0;

CREATE VIEW public.agent_performance_summary AS
SELECT agent_id,
       count(*) AS total_tasks,
       count(*) FILTER (WHERE success) AS successful_tasks,
       count(*) FILTER (WHERE success)::numeric / nullif(count(success), 0) AS success_rate,
       avg(duration_ms) AS avg_response_time,
       sum(cost) AS total_cost
FROM public.task_execution_timeline
GROUP BY agent_id;

GRANT USAGE ON SCHEMA store TO agent_analytics_job, agent_analytics_api;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA store TO agent_analytics_job;
REVOKE INSERT, UPDATE ON store.retention FROM agent_analytics_job;
GRANT SELECT ON ALL TABLES IN SCHEMA store TO agent_analytics_api;
REVOKE EXECUTE ON FUNCTION store.maintain_partitions FROM PUBLIC;
GRANT SELECT ON public.task_execution_timeline, public.performance_metrics, public.agent_performance_summary
    TO agent_analytics_grafana, agent_analytics_api;
