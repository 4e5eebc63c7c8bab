SELECT a.*, CAST(NULL AS bigint) AS number FROM store.alerts a WHERE NOT a.shadow AND a.inhibited_by IS NULL AND a.silenced_by IS NULL
    AND a.fired_at IS NOT NULL
    AND (NOT (a.value_now_at < a.updated_at - interval '1 hour')
        OR EXISTS (SELECT FROM store.alert_events e
                WHERE e.alert_id = a.alert_id AND e.at >= a.starts_at
                    AND e.change IN ('fires', 'worsens', 'unsilenced', 'released', 'early') AND NOT (e.at < e.updated_at - interval '1 hour')))
 AND a.state <> 'resolved' AND a.severity = ('critical') AND a.alert_id > ('') ORDER BY a.alert_id LIMIT ('100'::int4);
