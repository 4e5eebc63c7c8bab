-- The first element of an array in Postgres is the one that is assigned first, unless the array has
-- one before. Merged histograms without a value of up to 1 ms began at their lowest bucket.
CREATE OR REPLACE FUNCTION public.histogram_counts(histograms bytea[]) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    counts bigint[] := '{0}';
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

-- A figure of a window of an agent is null if it is zero.
CREATE OR REPLACE VIEW public.performance_metrics AS
SELECT md5(concat_ws('|', granularity, window_start, agent_id, w.agent_type, w.provider, w.model,
        m.metric_type)) AS metric_id,
    w.agent_id, w.agent_type, m.metric_type, m.value, w.window_start AS timestamp, w.provider
FROM store.agent_window w
CROSS JOIN LATERAL (VALUES
    ('tasks', w.tasks::numeric),
    ('tasks_succeeded', w.tasks_succeeded::numeric),
    ('tasks_failed', w.tasks_failed::numeric),
    ('task_cost_usd', coalesce(w.task_cost_reported, 0) + coalesce(w.task_cost_priced, 0)),
    ('task_tokens',
        (coalesce(w.task_input_tokens, 0) + coalesce(w.task_output_tokens, 0))::numeric),
    ('task_duration_ms', w.task_duration_ms::numeric),
    ('requests', w.requests::numeric),
    ('requests_failed', w.requests_failed::numeric),
    ('request_cost_usd',
        coalesce(w.request_cost_reported, 0) + coalesce(w.request_cost_priced, 0))
) AS m(metric_type, value)
WHERE w.granularity = 60 AND m.value <> 0;
