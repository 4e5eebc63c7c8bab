SET LOCAL plan_cache_mode = force_custom_plan;

WITH matches AS MATERIALIZED (SELECT 1 FROM store.task_execution_timeline t
WHERE t.ended_at >= ('2026-11-22 08:30:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-22 14:00:00.000001+00'::timestamp with time zone) AND NOT t.retracted
  AND coalesce(t.tags ->> ('team') = ('x'), false)
  AND coalesce(t.error_type, t.error_message) IS NOT NULL AND coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '') ILIKE ('%time%')
  AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> CAST(('{"tag:team=x"}') AS text[])
  AND (t.ended_at, t.task_id) < (('2026-11-22 14:00:00+00'::timestamp with time zone), ('m9')))
SELECT count(*) FROM (SELECT FROM matches LIMIT ('2001'::int4)) m;

SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;
