SELECT rule_id, count(*) FILTER (WHERE fired_at >= ('2026-11-22 14:30:20+00'::timestamp with time zone)) AS fired,
       count(*) FILTER (WHERE state IN ('firing', 'recovering')) AS open
FROM store.alerts
WHERE starts_at >= ('2026-11-22 14:30:20+00'::timestamp with time zone) OR fired_at >= ('2026-11-22 14:30:20+00'::timestamp with time zone) OR state <> 'resolved'
GROUP BY rule_id LIMIT 1000;
