-- After a long time without upkeep, the default partitions hold the rows of many days. Moving all
-- of them in one statement locked every table at once and could exceed the limit of the statement.
-- Each call now moves the rows of at most one table and day.
DROP FUNCTION store.make_partition(text, date);
CREATE FUNCTION store.make_partition(parent text, day date) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    made text := parent || to_char(day, '_YYYYMMDD');
    spare text := parent || '_default';
    part_key text := store.partition_key(parent);
    begins timestamptz := day::timestamp AT TIME ZONE 'UTC';
    ends timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
    bounds text := format('FROM (%L) TO (%L)', begins, ends);
    waiting boolean;
BEGIN
    -- The order in which readers lock. With the locks, no row can arrive between the check and the
    -- new partition.
    EXECUTE format('LOCK TABLE ONLY store.%I IN ACCESS EXCLUSIVE MODE', parent);
    EXECUTE format('LOCK TABLE store.%I IN ACCESS EXCLUSIVE MODE', spare);
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM store.%I WHERE %I >= $1 AND %I < $2)',
        spare, part_key, part_key)
        INTO waiting USING begins, ends;
    IF NOT waiting THEN
        EXECUTE format(
            'CREATE TABLE store.%I PARTITION OF store.%I FOR VALUES %s', made, parent, bounds);
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE store.%I (LIKE store.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
        made, parent);
    EXECUTE format(
        'WITH moved AS (DELETE FROM store.%I WHERE %I >= $1 AND %I < $2 RETURNING *) '
        'INSERT INTO store.%I SELECT * FROM moved',
        spare, part_key, part_key, made)
        USING begins, ends;
    EXECUTE format(
        'ALTER TABLE store.%I ATTACH PARTITION store.%I FOR VALUES %s', parent, made, bounds);
    RETURN true;
END $$;
COMMENT ON FUNCTION store.make_partition IS
    'Makes the partition of a day (UTC) and moves its rows out of the default partition. Returns '
    'true if there were rows to move.';

CREATE FUNCTION store.make_partitions(
    today date, days_ahead integer, OUT made integer, OUT moved boolean)
LANGUAGE plpgsql AS $$
DECLARE
    kept record;
    day date;
BEGIN
    made := 0;
    moved := false;
    FOR kept IN SELECT table_name, days FROM store.retention ORDER BY table_name LOOP
        FOR day IN
            SELECT generate_series(today - kept.days, today + days_ahead, interval '1 day')::date
        LOOP
            CONTINUE WHEN to_regclass(
                format('store.%I', kept.table_name || to_char(day, '_YYYYMMDD'))) IS NOT NULL;
            moved := store.make_partition(kept.table_name, day);
            made := made + 1;
            IF moved THEN
                RETURN;
            END IF;
        END LOOP;
    END LOOP;
END $$;
COMMENT ON FUNCTION store.make_partitions IS
    'Makes missing partitions until it has moved rows into one of them.';

CREATE OR REPLACE FUNCTION store.maintain_partitions(at timestamptz, days_ahead integer DEFAULT 7)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    -- A transaction locks every partition that it makes or drops, and Postgres has room for a few
    -- thousand locks. After a long time without upkeep, a call therefore moves on by ten days.
    step timestamptz :=
        least(at, store.newest_day() + (10 - days_ahead) * interval '1 day');
    today timestamp := date_trunc('day', step AT TIME ZONE 'UTC');
    partitions record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('store.maintain_partitions'));
    -- In the order of read_counters: this lock before those of the tables.
    PERFORM pg_advisory_xact_lock(hashtext('store.counters'));
    partitions := store.make_partitions(today::date, days_ahead);
    IF partitions.moved THEN
        RETURN partitions.made;
    END IF;
    PERFORM store.keep_counters(
        (today - store.kept('provider_window')) AT TIME ZONE 'UTC',
        (today - store.kept('system_window')) AT TIME ZONE 'UTC');
    RETURN partitions.made + store.make_and_drop_partitions(step, days_ahead);
END $$;

REVOKE EXECUTE ON FUNCTION store.make_partition, store.make_partitions FROM PUBLIC;
