-- For Grafana, psql and exports: views of every table and granularity, and percentiles of stored
-- histograms. For Prometheus: counters that outlive the retention of the windows.

-- Histograms. Bucket i holds durations from 1 ms * (1.01 / 0.99)^i on. The same in Java is
-- io.agentanalytics.contract.Histogram.
CREATE FUNCTION public.histogram_counts(histograms bytea[]) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    counts bigint[] := '{}';
    histogram bytea;
    byte integer;
    number bigint;
    shift integer;
    bucket integer;
    is_count boolean;
BEGIN
    FOREACH histogram IN ARRAY histograms LOOP
        CONTINUE WHEN histogram IS NULL;
        histogram := histogram || ''::bytea; -- decompressed once
        number := 0;
        shift := 0;
        bucket := 1;
        is_count := false;
        FOR place IN 0..length(histogram) - 1 LOOP
            byte := get_byte(histogram, place);
            number := number | ((byte & 127)::bigint << shift);
            IF byte >= 128 THEN
                shift := shift + 7;
                CONTINUE;
            END IF;
            number := (number >> 1) # -(number & 1); -- zigzag
            IF is_count THEN
                counts[bucket] := coalesce(counts[bucket], 0) + number;
            ELSE
                bucket := bucket + number::integer;
            END IF;
            is_count := NOT is_count;
            number := 0;
            shift := 0;
        END LOOP;
    END LOOP;
    RETURN counts;
END $$;
COMMENT ON FUNCTION public.histogram_counts IS
    'Sum of histograms as an array: element i + 1 is the count of bucket i; null is 0.';

CREATE FUNCTION public.percentile(histogram bytea, q double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    counts bigint[] := public.histogram_counts(ARRAY[histogram]);
    n bigint := (SELECT sum(c) FROM unnest(counts) c);
    rank bigint;
    below bigint := 0;
BEGIN
    IF q < 0 OR q > 1 OR q = 'NaN' THEN
        RAISE EXCEPTION 'percentile % is not between 0 and 1; write 0.95 for the 95th', q;
    END IF;
    IF coalesce(n, 0) <= 0 THEN
        RETURN NULL;
    END IF;
    rank := greatest(1, ceil(q * n)::bigint);
    FOR i IN array_lower(counts, 1)..array_upper(counts, 1) LOOP
        below := below + coalesce(counts[i], 0);
        IF below >= rank THEN
            RETURN exp((i - 1) * ln(1.01::double precision / 0.99)) * 1.01;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION public.percentile IS
    'Percentile of a histogram in milliseconds, accurate to 1 %: '
    'percentile(request_latency, 0.95). Null if it is empty.';

CREATE FUNCTION public.histogram_varint(number bigint) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    v bigint := (number << 1) # (number >> 63); -- zigzag
    bytes bytea := '';
BEGIN
    WHILE v > 127 LOOP
        bytes := bytes || set_byte('\x00', 0, ((v & 127) | 128)::integer);
        v := v >> 7;
    END LOOP;
    RETURN bytes || set_byte('\x00', 0, v::integer);
END $$;
COMMENT ON FUNCTION public.histogram_varint IS 'Number as zigzag varint; part of merge_histograms.';

CREATE FUNCTION public.merged_histogram(histograms bytea[]) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(
        public.histogram_varint(bucket - before) || public.histogram_varint(n),
        ''::bytea ORDER BY bucket), '')
    FROM (
        SELECT place - 1 AS bucket, lag(place - 1, 1, 0::bigint) OVER (ORDER BY place) AS before, n
        FROM unnest(public.histogram_counts(histograms)) WITH ORDINALITY AS c (n, place)
        WHERE n <> 0
    ) AS buckets
$$;
COMMENT ON FUNCTION public.merged_histogram IS 'Sum of histograms; part of merge_histograms.';

CREATE AGGREGATE public.merge_histograms(bytea) (
    SFUNC = array_append,
    STYPE = bytea[],
    FINALFUNC = public.merged_histogram,
    COMBINEFUNC = array_cat,
    INITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE public.merge_histograms(bytea) IS
    'Sum of histograms: percentile(merge_histograms(request_latency), 0.95) of any windows.';

-- Views of the windows have every figure under its own name, and the cost of both sources.
DO $$
DECLARE
    source record;
    columns text;
    column_comment record;
BEGIN
    FOR source IN
        SELECT * FROM (VALUES
            ('fleet_statistics', 'system_window', '', '',
                'Statistics of the fleet; granularity 10, 60 or 3600 seconds.'),
            ('provider_statistics', 'provider_window', '', '',
                'Statistics of a provider and model; granularity 10, 60 or 3600 seconds.'),
            ('agent_statistics', 'agent_window', ', a.tags AS agent_tags',
                'LEFT JOIN store.agents a USING (agent_id)',
                'Statistics of an agent on a provider and model, and its tags as last seen; '
                'granularity 60 or 300 (kept 2 days), 3600 or 86400 seconds.'),
            ('dimension_statistics', 'dimension_window', '', '',
                'Statistics of a dimension''s value on a provider and model; granularity 60 or 300 '
                '(kept 2 days), 3600 or 86400 seconds.')
        ) AS v (view_name, table_name, more, joined, says)
        WHERE to_regclass('store.' || table_name) IS NOT NULL
    LOOP
        SELECT string_agg(format('w.%I', attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute
        WHERE attrelid = ('store.' || source.table_name)::regclass
            AND attnum > 0 AND NOT attisdropped
            AND attname NOT IN ('epoch', 'seen', 'updated_at');
        EXECUTE format(
            'CREATE VIEW public.%I AS SELECT %s, '
            'w.request_cost_reported + w.request_cost_priced AS request_cost_usd, '
            'w.task_cost_reported + w.task_cost_priced AS task_cost_usd%s FROM store.%I w %s',
            source.view_name, columns, source.more, source.table_name, source.joined);
        EXECUTE format('COMMENT ON VIEW public.%I IS %L', source.view_name, source.says);
        FOR column_comment IN
            SELECT attname, col_description(attrelid, attnum) AS says FROM pg_attribute
            WHERE attrelid = ('store.' || source.table_name)::regclass AND attnum > 0
                AND attname NOT IN ('epoch', 'seen', 'updated_at')
                AND col_description(attrelid, attnum) IS NOT NULL
        LOOP
            EXECUTE format('COMMENT ON COLUMN public.%I.%I IS %L',
                source.view_name, column_comment.attname, column_comment.says);
        END LOOP;
        EXECUTE format(
            'GRANT SELECT ON public.%I TO agent_analytics_grafana, agent_analytics_api',
            source.view_name);
    END LOOP;
END $$;
CREATE VIEW public.tasks AS
SELECT t.task_id, t.ended_at, t.agent_id, t.agent_type, t.tags, t.parent_task_id, t.root_task_id,
    t.provider, t.model,
    CASE v.success WHEN true THEN 'succeeded' WHEN false THEN 'failed' ELSE t.outcome END
        AS outcome,
    t.submitted_at, t.started_at, t.duration_ms, t.calls, t.calls_failed, t.tool_calls,
    t.input_tokens, t.cached_input_tokens, t.cache_write_tokens, t.output_tokens,
    t.reasoning_tokens,
    CASE WHEN t.cost_reported + t.cost_priced = 0 AND t.requests_unpriced > 0 THEN NULL
        ELSE t.cost_reported + t.cost_priced END AS cost_usd,
    t.cost_reported AS cost_reported_usd, t.cost_priced AS cost_priced_usd, t.requests_unpriced,
    t.error_type, t.error_message, t.files_created, t.files_modified
FROM store.task_execution_timeline t
LEFT JOIN store.latest_verdicts v ON v.task_id = t.task_id AND v.verdict_at > t.verdict_until
WHERE NOT t.retracted;
COMMENT ON VIEW public.tasks IS 'One row a task that ended, with its newest verdict.';
COMMENT ON COLUMN public.tasks.cost_usd IS
    'Null if unknown; a part may be unknown if requests_unpriced is above 0.';

CREATE VIEW public.provider_weights AS
SELECT at, scope, provider, mode, weight, weight_before, state, reason FROM store.provider_weights;
COMMENT ON VIEW public.provider_weights IS 'Every change of a provider''s share of the traffic.';
GRANT SELECT ON public.tasks, public.provider_weights
    TO agent_analytics_grafana, agent_analytics_api;

-- Counters. The figures of a counter are those of the windows that exist, and of those that were
-- dropped. A correction may lower that sum; the counter then waits until the sum has passed it.
CREATE TABLE store.counter_series (
    provider text NOT NULL,
    model text NOT NULL,
    PRIMARY KEY (provider, model)
);
COMMENT ON TABLE store.counter_series IS
    'Providers and models with counters of their own, at most 200; the others share __overflow__.';

CREATE TABLE store.counters (
    metric text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    label text NOT NULL,
    dropped numeric NOT NULL DEFAULT 0,
    value numeric NOT NULL DEFAULT 0,
    PRIMARY KEY (metric, provider, model, label)
);
COMMENT ON TABLE store.counters IS 'Counters that /metrics shows. They never fall.';
COMMENT ON COLUMN store.counters.label IS
    'Error class, kind of tokens, source of the cost, or outcome.';
COMMENT ON COLUMN store.counters.dropped IS 'Sum of the windows that are past their retention.';

CREATE FUNCTION store.add_counter_series() RETURNS void
LANGUAGE sql AS $$
    INSERT INTO store.counter_series
    SELECT provider, model FROM store.provider_window w
    WHERE granularity = 3600 AND NOT EXISTS (
        SELECT FROM store.counter_series s WHERE s.provider = w.provider AND s.model = w.model)
    GROUP BY provider, model
    ORDER BY sum(requests) DESC, provider, model
    LIMIT greatest(0, 200 - (SELECT count(*) FROM store.counter_series))
$$;
COMMENT ON FUNCTION store.add_counter_series IS
    'Gives new providers and models counters of their own while there is room.';

CREATE FUNCTION store.counted(
    provider_windows_before timestamptz, system_windows_before timestamptz)
RETURNS TABLE (metric text, provider text, model text, label text, value numeric)
LANGUAGE sql STABLE AS $$
    SELECT f.metric, w.provider, w.model, f.label, f.value
    FROM (
        SELECT coalesce(s.provider, '__overflow__') AS provider,
            coalesce(s.model, '__overflow__') AS model,
            sum(requests) AS requests, sum(requests_unpriced) AS unpriced,
            sum(request_cost_reported) AS reported, sum(request_cost_priced) AS priced,
            sum(request_input_tokens) AS input, sum(request_cached_input_tokens) AS cached_input,
            sum(request_cache_write_tokens) AS cache_write, sum(request_output_tokens) AS output,
            sum(request_reasoning_tokens) AS reasoning,
            sum(errors_rate_limit) AS rate_limit, sum(errors_quota) AS quota,
            sum(errors_timeout) AS timeout, sum(errors_server_error) AS server_error,
            sum(errors_connection) AS connection,
            sum(errors_auth) AS auth, sum(errors_content_filter) AS content_filter,
            sum(errors_context_length) AS context_length,
            sum(errors_invalid_request) AS invalid_request,
            sum(errors_unresolved) AS unresolved, sum(errors_tool_error) AS tool_error,
            sum(errors_other) AS other
        FROM store.provider_window p LEFT JOIN store.counter_series s USING (provider, model)
        WHERE p.granularity = 3600 AND p.window_start < provider_windows_before
        GROUP BY 1, 2
    ) AS w CROSS JOIN LATERAL (VALUES
        ('requests', '', w.requests), ('requests_unpriced', '', w.unpriced),
        ('cost_usd', 'reported', w.reported), ('cost_usd', 'priced', w.priced),
        ('tokens', 'input', w.input), ('tokens', 'cached_input', w.cached_input),
        ('tokens', 'cache_write', w.cache_write), ('tokens', 'output', w.output),
        ('tokens', 'reasoning', w.reasoning),
        ('request_errors', 'rate_limit', w.rate_limit), ('request_errors', 'quota', w.quota),
        ('request_errors', 'timeout', w.timeout),
        ('request_errors', 'server_error', w.server_error),
        ('request_errors', 'connection', w.connection), ('request_errors', 'auth', w.auth),
        ('request_errors', 'content_filter', w.content_filter),
        ('request_errors', 'context_length', w.context_length),
        ('request_errors', 'invalid_request', w.invalid_request),
        ('request_errors', 'unresolved', w.unresolved),
        ('request_errors', 'tool_error', w.tool_error),
        ('request_errors', 'other', w.other)
    ) AS f (metric, label, value)
    UNION ALL
    SELECT 'tasks', '', '', f.label, f.value
    FROM (
        SELECT sum(tasks) AS ended, sum(tasks_succeeded) AS succeeded, sum(tasks_failed) AS failed,
            sum(tasks_cancelled) AS cancelled, sum(tasks_abandoned) AS abandoned
        FROM store.system_window
        WHERE granularity = 3600 AND window_start < system_windows_before
    ) AS w CROSS JOIN LATERAL (VALUES
        ('succeeded', w.succeeded), ('failed', w.failed), ('cancelled', w.cancelled),
        ('unreported', w.ended - w.succeeded - w.failed - w.cancelled), ('abandoned', w.abandoned)
    ) AS f (label, value)
    WHERE f.value IS NOT NULL
$$;
COMMENT ON FUNCTION store.counted IS 'Sums of the windows that begin before a time.';

CREATE FUNCTION store.read_counters()
RETURNS TABLE (metric text, provider text, model text, label text, value numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('store.counters'));
    PERFORM store.add_counter_series();
    INSERT INTO store.counters AS c (metric, provider, model, label, value)
    SELECT n.metric, n.provider, n.model, n.label, n.value + coalesce(k.dropped, 0)
    FROM store.counted('infinity', 'infinity') n
    LEFT JOIN store.counters k USING (metric, provider, model, label)
    WHERE n.value + coalesce(k.dropped, 0) > coalesce(k.value, -1)
    ON CONFLICT ON CONSTRAINT counters_pkey DO UPDATE SET value = excluded.value;
    RETURN QUERY SELECT c.metric, c.provider, c.model, c.label, c.value FROM store.counters c
        ORDER BY 1, 2, 3, 4;
END $$;
COMMENT ON FUNCTION store.read_counters IS 'Brings the counters up to date and returns them.';

CREATE FUNCTION store.keep_counters(
    provider_windows_before timestamptz, system_windows_before timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('store.counters'));
    PERFORM store.add_counter_series();
    INSERT INTO store.counters AS c (metric, provider, model, label, dropped, value)
    SELECT n.metric, n.provider, n.model, n.label, n.value, n.value
    FROM store.counted(provider_windows_before, system_windows_before) n
    ON CONFLICT ON CONSTRAINT counters_pkey DO UPDATE SET
        dropped = c.dropped + excluded.dropped,
        value = greatest(c.value, c.dropped + excluded.dropped);
END $$;
COMMENT ON FUNCTION store.keep_counters IS
    'Adds windows that are about to be dropped to the counters, in the same transaction.';

CREATE FUNCTION store.kept(kept_table text) RETURNS interval
LANGUAGE sql STABLE AS $$
    SELECT days * interval '1 day' FROM store.retention WHERE table_name = kept_table
$$;
COMMENT ON FUNCTION store.kept IS 'How long a table keeps its rows.';

CREATE FUNCTION store.newest_day() RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT to_date(max(right(relname, 8)), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'store.system_window'::regclass AND right(relname, 8) ~ '^[0-9]{8}$'
$$;
COMMENT ON FUNCTION store.newest_day IS 'Newest day that has partitions; null if none has.';

ALTER FUNCTION store.maintain_partitions RENAME TO make_and_drop_partitions;
CREATE FUNCTION store.maintain_partitions(at timestamptz, days_ahead integer DEFAULT 7)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    -- A transaction locks every partition that it makes or drops, and Postgres has room for a few
    -- thousand locks. After a long time without upkeep, a call therefore moves on by ten days.
    step timestamptz :=
        least(at, store.newest_day() + (10 - days_ahead) * interval '1 day');
    today timestamp := date_trunc('day', step AT TIME ZONE 'UTC');
BEGIN
    PERFORM store.keep_counters(
        (today - store.kept('provider_window')) AT TIME ZONE 'UTC',
        (today - store.kept('system_window')) AT TIME ZONE 'UTC');
    RETURN store.make_and_drop_partitions(step, days_ahead);
END $$;
COMMENT ON FUNCTION store.maintain_partitions IS
    'Makes the days ahead and back to the retention, drops older ones, whose figures the counters '
    'keep; returns how many tables changed. To be called again until that is 0.';

REVOKE EXECUTE ON FUNCTION store.maintain_partitions, store.read_counters, store.keep_counters,
    store.add_counter_series FROM PUBLIC;
GRANT EXECUTE ON FUNCTION store.read_counters TO agent_analytics_api;
