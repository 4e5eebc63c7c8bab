SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

WITH numbers AS (
    SELECT alert_id, row_number() OVER (ORDER BY starts_at, alert_id) AS number FROM store.alerts
    WHERE state IN ('firing', 'recovering') AND NOT shadow AND inhibited_by IS NULL)
SELECT a.*, n.number FROM store.alerts a LEFT JOIN numbers n USING (alert_id)
 WHERE true AND (ends_at IS NULL OR ends_at >= ('2026-11-22 08:30:00+00'::timestamp with time zone)) AND starts_at < ('2026-11-22 14:31:00+00'::timestamp with time zone) AND a.severity::text = ('critical') ORDER BY starts_at DESC, alert_id DESC LIMIT ('100'::int4);

SELECT count(*) FROM store.alerts a WHERE true AND (ends_at IS NULL OR ends_at >= ('2026-11-22 08:30:00+00'::timestamp with time zone)) AND starts_at < ('2026-11-22 14:31:00+00'::timestamp with time zone) AND a.severity::text = ('critical');
