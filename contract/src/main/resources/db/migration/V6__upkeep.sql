-- Partitions are the product's own work: the API makes and drops them, through a role that may do just that. Rows
-- of days that have no partition yet go to a default partition, and move out of it when the partition is made.
DO $$
DECLARE kept record;
BEGIN
    FOR kept IN SELECT table_name FROM store.retention LOOP
        EXECUTE format('CREATE TABLE store.%I PARTITION OF store.%I DEFAULT', kept.table_name || '_default', kept.table_name);
    END LOOP;
END $$;

CREATE FUNCTION store.partition_key(parent text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT a.attname::text
    FROM pg_partitioned_table p JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
    WHERE p.partrelid = format('store.%I', parent)::regclass
$$;
COMMENT ON FUNCTION store.partition_key IS 'The column by which a table is partitioned.';

CREATE FUNCTION store.make_partition(parent text, day date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    made text := parent || to_char(day, '_YYYYMMDD');
    spare text := parent || '_default';
    part_key text := store.partition_key(parent);
    bounds text := format('FROM (%L) TO (%L)', day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
    waiting boolean;
BEGIN
    -- In the order in which readers lock; against a row that comes between the look and the new partition.
    EXECUTE format('LOCK TABLE ONLY store.%I IN ACCESS EXCLUSIVE MODE', parent);
    EXECUTE format('LOCK TABLE store.%I IN ACCESS EXCLUSIVE MODE', spare);
    EXECUTE format('SELECT EXISTS (SELECT FROM store.%I WHERE %I >= $1 AND %I < $2)', spare, part_key, part_key)
        INTO waiting USING day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC';
    IF NOT waiting THEN
        EXECUTE format('CREATE TABLE store.%I PARTITION OF store.%I FOR VALUES %s', made, parent, bounds);
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE store.%I (LIKE store.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', made, parent);
    EXECUTE format('WITH moved AS (DELETE FROM store.%I WHERE %I >= $1 AND %I < $2 RETURNING *) INSERT INTO store.%I SELECT * FROM moved',
        spare, part_key, part_key, made)
        USING day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC';
    EXECUTE format('ALTER TABLE store.%I ATTACH PARTITION store.%I FOR VALUES %s', parent, made, bounds);
END $$;
COMMENT ON FUNCTION store.make_partition IS 'Makes the partition of a day (UTC) and moves the rows into it that waited in the default partition.';

CREATE OR REPLACE FUNCTION store.maintain_partitions(at timestamptz, days_ahead integer DEFAULT 7) RETURNS integer
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
                PERFORM store.make_partition(kept.table_name, day);
                changed := changed + 1;
            END IF;
        END LOOP;
        FOR old IN
            SELECT c.relname FROM pg_inherits i
            JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = format('store.%I', kept.table_name)::regclass
              AND right(c.relname, 8) ~ '^[0-9]{8}$'
              AND right(c.relname, 8) < to_char(today - kept.days, 'YYYYMMDD')
        LOOP
            EXECUTE format('DROP TABLE store.%I', old.relname);
            changed := changed + 1;
        END LOOP;
        EXECUTE format('DELETE FROM store.%I WHERE %I < $1', kept.table_name || '_default', store.partition_key(kept.table_name))
            USING (today - kept.days)::timestamp AT TIME ZONE 'UTC';
    END LOOP;
    DELETE FROM store.dead_letter_counts WHERE hour < at - interval '30 days';
    DELETE FROM store.agents WHERE last_seen < at - interval '30 days';
    RETURN changed;
END $$;

CREATE FUNCTION store.upkeep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('store.upkeep')) THEN
        RETURN 0;
    END IF;
    PERFORM store.forget_alerts(now()), store.forget_decisions(now());
    RETURN store.maintain_partitions(now());
END $$;
COMMENT ON FUNCTION store.upkeep IS 'Daily work: makes partitions ahead, drops what is past retention. By the server''s clock alone, so that the caller can do no more than that. Returns how many tables changed; 0 while somebody else does it.';

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'agent_analytics_upkeep') THEN
        CREATE ROLE agent_analytics_upkeep NOLOGIN;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION store.upkeep, store.maintain_partitions, store.make_partition FROM PUBLIC;
GRANT USAGE ON SCHEMA store TO agent_analytics_upkeep;
GRANT EXECUTE ON FUNCTION store.upkeep TO agent_analytics_upkeep;
GRANT agent_analytics_upkeep TO agent_analytics_api;
