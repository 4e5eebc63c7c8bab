WITH numbers AS (
    SELECT alert_id, row_number() OVER (ORDER BY starts_at, alert_id) AS number FROM store.alerts
    WHERE state IN ('firing', 'recovering') AND NOT shadow AND inhibited_by IS NULL)
SELECT a.*, n.number FROM store.alerts a LEFT JOIN numbers n USING (alert_id)
 WHERE alert_id = ('grafana');

SELECT DISTINCT ON (revision)
    at, revision, change, state, severity, description, by
FROM store.alert_events
WHERE alert_id = ('grafana') AND at >= ('2026-11-22 14:10:00+00'::timestamp with time zone)
ORDER BY revision DESC, updated_at DESC LIMIT ('1000'::int4);

WITH numbers AS (
    SELECT alert_id, row_number() OVER (ORDER BY starts_at, alert_id) AS number FROM store.alerts
    WHERE state IN ('firing', 'recovering') AND NOT shadow AND inhibited_by IS NULL)
SELECT a.*, n.number FROM store.alerts a LEFT JOIN numbers n USING (alert_id)
 WHERE inhibited_by = ('grafana') ORDER BY starts_at, alert_id LIMIT ('200'::int4);

SELECT at, provider, version, mode, weight, weight_before, state, reason
FROM store.provider_weights
WHERE scope = ('global') AND (('FALSE'::boolean) OR provider = (NULL))
  AND abs(weight - weight_before) >= 0.05
  AND at >= ('2026-11-22 14:10:00+00'::timestamp with time zone)::timestamptz - interval '10 minutes'
  AND at < coalesce((NULL)::timestamptz, now()) + interval '5 minutes'
ORDER BY at DESC, provider LIMIT ('100'::int4);

SELECT count(*) FILTER (WHERE during) AS tasks,
       count(*) FILTER (WHERE during AND failed) AS failed,
       count(failed) FILTER (WHERE during) AS judged,
       count(*) FILTER (WHERE during AND unpriced) AS unpriced,
       coalesce(sum(cost) FILTER (WHERE during), 0) AS spent,
       coalesce(sum(cost) FILTER (WHERE during AND failed), 0) AS wasted,
       count(*) FILTER (WHERE NOT during) AS tasks_before,
       count(*) FILTER (WHERE NOT during AND failed) AS failed_before,
       count(failed) FILTER (WHERE NOT during) AS judged_before,
       avg(cost) FILTER (WHERE NOT during AND NOT unpriced) AS cost_before
FROM (SELECT ended_at >= ('2026-11-22 14:10:00+00'::timestamp with time zone) AS during,
             NOT coalesce(v.success, CASE t.outcome WHEN 'succeeded' THEN true WHEN 'failed' THEN false END) AS failed,
             requests_unpriced > 0 AS unpriced,
             cost_reported + cost_priced AS cost
      FROM store.task_execution_timeline t
      LEFT JOIN (
    SELECT DISTINCT ON (task_id) task_id, verdict_at, success
    FROM store.task_verdicts
    WHERE NOT counted AND verdict_at >= ('2026-11-21 14:10:00+00'::timestamp with time zone)
    ORDER BY task_id, verdict_at DESC, event_id DESC) v
    ON v.task_id = t.task_id AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned')

      WHERE (ended_at >= ('2026-11-21 14:10:00+00'::timestamp with time zone) AND ended_at < ('2026-11-22 14:10:00+00'::timestamp with time zone)
           OR ended_at >= ('2026-11-22 14:10:00+00'::timestamp with time zone) AND ended_at < ('2026-11-22 14:30:20+00'::timestamp with time zone))
        AND NOT retracted
        AND outcome NOT IN ('cancelled', 'abandoned') AND agent_id = ('a')) AS task;
