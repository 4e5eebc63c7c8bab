-- A task keeps its calls and its tags in its row, and tasks are searched across agents.
ALTER TABLE store.task_execution_timeline ADD COLUMN tags jsonb NOT NULL DEFAULT '{}';
ALTER TABLE store.task_execution_timeline ADD COLUMN call_list bytea;
ALTER TABLE store.task_execution_timeline ADD COLUMN calls_left_out bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN store.task_execution_timeline.tags IS
    'Tags of the task''s events; of several values of a tag, that of the earliest event.';
COMMENT ON COLUMN store.task_execution_timeline.call_list IS
    'Calls of models and tools in the order of their start; store.calls_of reads them. At most '
    '500 of each kind. Null in rows of before migration 14.';
COMMENT ON COLUMN store.task_execution_timeline.calls_left_out IS
    'Calls of models that call_list does not have: all but the first 100, the last 100 and the '
    '300 most expensive.';

CREATE FUNCTION store.varint(bytes bytea, INOUT place integer, OUT value bigint)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    b integer;
    shift integer := 0;
BEGIN
    value := 0;
    LOOP
        b := get_byte(bytes, place);
        place := place + 1;
        value := value | ((b & 127)::bigint << shift);
        EXIT WHEN b < 128;
        shift := shift + 7;
    END LOOP;
END $$;
COMMENT ON FUNCTION store.varint IS 'Number at a place of bytes, and the place after it.';

CREATE FUNCTION store.calls_of(call_list bytea)
RETURNS TABLE (
    call_id text, is_tool boolean, started_at timestamptz, duration_ms bigint,
    time_to_first_token_ms bigint, provider text, model text, tool_name text, attempt integer,
    input_tokens bigint, cached_input_tokens bigint, cache_write_tokens bigint,
    output_tokens bigint, reasoning_tokens bigint, cost_usd numeric, is_priced boolean,
    error_type text, error_message text)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    bytes bytea := call_list || ''::bytea; -- decompressed once
    place integer := 1;
    n bigint;
    texts text[] := '{}';
    tokens bigint[];
    flags integer;
    start_ms bigint := 0;
    previous_id bytea := '';
BEGIN
    IF get_byte(bytes, 0) <> 1 THEN
        RAISE EXCEPTION 'calls of format %; this function reads format 1', get_byte(bytes, 0);
    END IF;
    SELECT v.place, v.value INTO place, n FROM store.varint(bytes, place) v;
    FOR i IN 1..n LOOP
        SELECT v.place, v.value INTO place, n FROM store.varint(bytes, place) v;
        texts := texts || convert_from(substring(bytes FROM place + 1 FOR n::integer), 'UTF8');
        place := place + n::integer;
    END LOOP;
    WHILE place < length(bytes) LOOP
        flags := get_byte(bytes, place);
        place := place + 1;
        is_tool := flags & 1 > 0;
        IF flags & 2 > 0 THEN
            call_id := encode(substring(bytes FROM place + 1 FOR 16), 'hex')::uuid::text;
            place := place + 16;
        ELSE
            SELECT v.place, v.value INTO place, n FROM store.varint(bytes, place) v;
            previous_id := substring(previous_id FROM 1 FOR n::integer);
            SELECT v.place, v.value INTO place, n FROM store.varint(bytes, place) v;
            previous_id := previous_id || substring(bytes FROM place + 1 FOR n::integer);
            place := place + n::integer;
            call_id := convert_from(previous_id, 'UTF8');
        END IF;
        SELECT v.place, v.value INTO place, n FROM store.varint(bytes, place) v;
        start_ms := start_ms + n;
        started_at := timestamptz 'epoch' + start_ms * interval '1 ms';
        SELECT v.place, nullif(v.value - 1, -1) INTO place, duration_ms
            FROM store.varint(bytes, place) v;
        SELECT v.place, texts[v.value + 1] INTO place, tool_name FROM store.varint(bytes, place) v;
        provider := NULL;
        model := NULL;
        IF NOT is_tool THEN
            provider := nullif(tool_name, '');
            tool_name := NULL;
            SELECT v.place, nullif(texts[v.value + 1], '') INTO place, model
                FROM store.varint(bytes, place) v;
        END IF;
        error_type := NULL;
        error_message := NULL;
        IF flags & 8 > 0 THEN
            SELECT v.place, texts[v.value + 1] INTO place, error_type
                FROM store.varint(bytes, place) v;
            SELECT v.place, nullif(texts[v.value + 1], '') INTO place, error_message
                FROM store.varint(bytes, place) v;
        END IF;
        attempt := 1;
        IF flags & 64 > 0 THEN
            SELECT v.place, v.value INTO place, attempt FROM store.varint(bytes, place) v;
        END IF;
        time_to_first_token_ms := NULL;
        tokens := '{}';
        cost_usd := NULL;
        is_priced := flags & 32 > 0;
        IF NOT is_tool THEN
            IF flags & 4 > 0 THEN
                SELECT v.place, v.value INTO place, time_to_first_token_ms
                    FROM store.varint(bytes, place) v;
            END IF;
            FOR i IN 1..5 LOOP
                SELECT v.place, tokens || nullif(v.value - 1, -1) INTO place, tokens
                    FROM store.varint(bytes, place) v;
            END LOOP;
            IF flags & 16 > 0 THEN
                SELECT v.place, v.value * 0.000000001 INTO place, cost_usd
                    FROM store.varint(bytes, place) v;
            END IF;
        END IF;
        input_tokens := tokens[1];
        cached_input_tokens := tokens[2];
        cache_write_tokens := tokens[3];
        output_tokens := tokens[4];
        reasoning_tokens := tokens[5];
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION store.calls_of IS 'Calls in a task''s call_list; what is unknown is null.';

ALTER TABLE store.task_verdicts ADD COLUMN counted boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN store.task_verdicts.counted IS
    'True if the outcome of the task''s row contains the verdict; false for one that may correct '
    'it.';
CREATE INDEX task_verdicts_later ON store.task_verdicts (verdict_at) WHERE NOT counted;
COMMENT ON INDEX store.task_verdicts_later IS
    'Verdicts that may correct an outcome, for the search by outcome.';

-- Search. The statements of the API repeat these expressions literally.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION store.task_terms(
    tags jsonb, agent_type text, provider text, model text, outcome text, error_type text)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 500 AS $$
    SELECT array_remove(ARRAY['agent_type=' || agent_type, 'provider=' || provider,
               'model=' || model, 'outcome=' || outcome, 'error_type=' || error_type], NULL)
        || ARRAY(SELECT 'tag:' || key || '=' || value FROM jsonb_each_text(tags))
$$;
COMMENT ON FUNCTION store.task_terms IS
    'What tasks are searched by: one index serves all of these and any of them together, with '
    'statistics of each value.';
CREATE INDEX task_timeline_by_terms ON store.task_execution_timeline
    USING gin (store.task_terms(tags, agent_type, provider, model, outcome, error_type));
COMMENT ON INDEX store.task_timeline_by_terms IS
    'Search of tasks by tag, agent type, provider, model, outcome, error class.';
CREATE INDEX task_timeline_by_error ON store.task_execution_timeline
    USING gin ((coalesce(error_type, '') || ' ' || coalesce(error_message, '')) gin_trgm_ops)
    WHERE coalesce(error_type, error_message) IS NOT NULL;
COMMENT ON INDEX store.task_timeline_by_error IS 'Search of tasks by a part of the error.';
CREATE INDEX task_timeline_by_cost ON store.task_execution_timeline
    ((CASE WHEN cost_reported + cost_priced = 0 AND requests_unpriced > 0 THEN -1
           ELSE cost_reported + cost_priced END));
COMMENT ON INDEX store.task_timeline_by_cost IS
    'The most expensive tasks, and those of a range of costs; unknown is -1.';
CREATE INDEX task_timeline_by_duration ON store.task_execution_timeline
    ((coalesce(duration_ms, -1)));
COMMENT ON INDEX store.task_timeline_by_duration IS
    'The longest tasks, and those of a range of durations; unknown is -1.';
CREATE INDEX task_timeline_by_type ON store.task_execution_timeline (agent_type, ended_at DESC);
COMMENT ON INDEX store.task_timeline_by_type IS
    'The newest tasks of an agent type, with which a task is compared.';
CREATE INDEX task_timeline_by_parent ON store.task_execution_timeline
    (parent_task_id) WHERE parent_task_id IS NOT NULL;
COMMENT ON INDEX store.task_timeline_by_parent IS 'The tasks that a task delegated.';
CREATE INDEX alerts_by_task ON store.alerts USING gin ((evidence -> 'task_ids'));
COMMENT ON INDEX store.alerts_by_task IS 'The alerts whose evidence names a task.';
