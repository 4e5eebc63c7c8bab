SELECT s.severity, count(a.alert_id) AS alerts
FROM unnest(ARRAY['info', 'warning', 'critical']) AS s (severity)
LEFT JOIN store.alerts a ON a.severity = s.severity
    AND a.state IN ('firing', 'recovering') AND NOT a.shadow AND a.inhibited_by IS NULL AND a.silenced_by IS NULL
    AND a.fired_at IS NOT NULL
    AND (NOT (a.value_now_at < a.updated_at - interval '1 hour')
        OR EXISTS (SELECT FROM store.alert_events e
                WHERE e.alert_id = a.alert_id AND e.at >= a.starts_at
                    AND e.change IN ('fires', 'worsens', 'unsilenced', 'released', 'early') AND NOT (e.at < e.updated_at - interval '1 hour')))

GROUP BY s.severity ORDER BY s.severity;

SELECT d.scope, w.key AS provider, w.value::double precision AS weight
FROM store.weight_decisions d CROSS JOIN jsonb_each_text(d.weights) AS w
WHERE d.valid_until > ('2026-11-22 14:30:20+00'::timestamp with time zone) AND d.mode IN ('live', 'freeze')
    AND d.scope NOT LIKE 'agent:%'
ORDER BY d.scope <> 'global', d.scope, w.key LIMIT ('1000'::int4);
