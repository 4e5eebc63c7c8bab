-- Of some 50 figures, a window of an agent or of a dimension's value has about ten. The others are
-- null, which takes no space, instead of zero. Rows of earlier versions keep their zeros.
DO $$
DECLARE
    figure record;
BEGIN
    FOR figure IN
        SELECT attrelid::regclass AS table_name, attname
        FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid IN ('store.agent_window'::regclass, 'store.dimension_window'::regclass)
            AND atttypid IN ('bigint'::regtype, 'numeric'::regtype)
            AND attname NOT IN ('epoch', 'seen')
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL, ALTER COLUMN %I DROP DEFAULT',
            figure.table_name, figure.attname, figure.attname);
    END LOOP;
END $$;

COMMENT ON TABLE store.agent_window IS
    'Statistics of an agent on a provider and model, by minute and five minutes (kept 2 days), '
    'hour and day (kept 30 days). A figure that is null is zero.';
COMMENT ON TABLE store.dimension_window IS
    'Statistics of a dimension''s value on a provider and model, by minute and five minutes '
    '(kept 2 days), hour and day (kept 30 days). The values of a dimension add up to the fleet. '
    'A figure that is null is zero.';

-- The views have the zeros.
DO $$
DECLARE
    source record;
    columns text;
BEGIN
    FOR source IN
        SELECT * FROM (VALUES
            ('agent_statistics', 'agent_window', ', a.tags AS agent_tags',
                'LEFT JOIN store.agents a USING (agent_id)'),
            ('dimension_statistics', 'dimension_window', '', '')
        ) AS v (view_name, table_name, more, joined)
    LOOP
        SELECT string_agg(
            CASE WHEN atttypid IN ('bigint'::regtype, 'numeric'::regtype) AND NOT attnotnull
                THEN format('coalesce(w.%I, 0::%s) AS %I',
                    attname, format_type(atttypid, atttypmod), attname)
                ELSE format('w.%I', attname) END, ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute
        WHERE attrelid = ('store.' || source.table_name)::regclass
            AND attnum > 0 AND NOT attisdropped
            AND attname NOT IN ('epoch', 'seen', 'updated_at');
        EXECUTE format(
            'CREATE OR REPLACE VIEW public.%I AS SELECT %s, '
            'coalesce(w.request_cost_reported, 0) + coalesce(w.request_cost_priced, 0) '
            'AS request_cost_usd, '
            'coalesce(w.task_cost_reported, 0) + coalesce(w.task_cost_priced, 0) '
            'AS task_cost_usd%s FROM store.%I w %s',
            source.view_name, columns, source.more, source.table_name, source.joined);
    END LOOP;
END $$;
