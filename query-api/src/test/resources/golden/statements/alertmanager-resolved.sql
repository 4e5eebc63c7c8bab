SELECT a.*, CAST(NULL AS bigint) AS number FROM store.alerts a WHERE NOT a.shadow AND a.inhibited_by IS NULL AND a.silenced_by IS NULL
    AND a.fired_at IS NOT NULL
    AND (NOT (a.value_now_at < a.updated_at - interval '1 hour')
        OR EXISTS (SELECT FROM store.alert_events e
                WHERE e.alert_id = a.alert_id AND e.at >= a.starts_at
                    AND e.change IN ('fires', 'worsens', 'unsilenced', 'released', 'early') AND NOT (e.at < e.updated_at - interval '1 hour')))
 AND a.state = 'resolved' AND a.updated_at >= ('2026-11-22 14:30:20+00'::timestamp with time zone) AND array_position(ARRAY['info', 'warning', 'critical'], a.severity) >= ('2'::int4) ORDER BY a.ends_at DESC, a.alert_id LIMIT ('101'::int4);
