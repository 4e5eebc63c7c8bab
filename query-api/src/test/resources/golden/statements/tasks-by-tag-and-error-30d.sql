WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-22 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-22 14:00:00.000001+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-21 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-22 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-20 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-21 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-19 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-20 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-18 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-19 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-17 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-18 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-16 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-17 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-15 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-16 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-14 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-15 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-13 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-14 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-12 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-13 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-11 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-12 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-10 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-11 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-09 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-10 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-08 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-09 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-07 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-08 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-06 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-07 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-05 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-06 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-04 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-05 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-03 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-04 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-02 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-03 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-01 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-02 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-31 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-01 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-30 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-10-31 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-29 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-10-30 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-28 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-10-29 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-27 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-10-28 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-26 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-10-27 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-25 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-10-26 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-24 00:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-10-25 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-10-24 00:00:00+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('4001'::int4)) m;

SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;
