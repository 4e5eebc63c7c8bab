INSERT INTO store.notification_deliveries
    (notification_id, destination, status)
SELECT notification_id, ('oncall'), 'expired' FROM (
    SELECT notification_id FROM store.notifications
    WHERE created_at > now() - interval '1 day'
    UNION ALL SELECT ('begin/oncall')) past
WHERE NOT EXISTS (SELECT FROM store.notification_deliveries
                  WHERE destination = ('oncall'))
ON CONFLICT DO NOTHING;

INSERT INTO store.notification_deliveries
    (notification_id, destination, status)
SELECT notification_id, ('oncall'),
       CASE WHEN (at < created_at - interval '1 hour')
              OR created_at < now() - interval '6 hours'
            THEN 'expired' ELSE 'waiting' END
FROM store.notifications n
WHERE created_at > now() - interval '1 day'
  AND array_position(ARRAY['info', 'warning', 'critical'], severity) >= ('2'::int4)
  AND NOT EXISTS (
      SELECT FROM store.notification_deliveries d
      WHERE d.notification_id = n.notification_id
        AND d.destination = ('oncall'))
ORDER BY created_at LIMIT 1000
ON CONFLICT DO NOTHING;

WITH due AS (
    SELECT d.notification_id, d.destination
    FROM store.notification_deliveries d
    JOIN store.notifications n USING (notification_id)
    WHERE d.status = 'waiting' AND d.next_at <= now()
      AND d.destination = ('oncall')
    ORDER BY n.at, n.notification_id
    LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
UPDATE store.notification_deliveries d
SET attempts = attempts + 1,
    next_at = now() + make_interval(secs => ('42'::int8))
FROM due WHERE d.notification_id = due.notification_id
  AND d.destination = due.destination
RETURNING d.notification_id, d.destination, d.attempts;

SELECT * FROM store.notifications WHERE notification_id = ('n-1');

UPDATE store.notification_deliveries SET status = 'sent', sent_at = now(), error = NULL WHERE notification_id = ('n-1') AND destination = ('oncall');

UPDATE store.notification_deliveries
SET status = ('waiting'), error = ('503'),
    next_at = now() + make_interval(secs => ('2'::int8))
WHERE notification_id = ('n-1') AND destination = ('oncall')
  AND status = 'waiting';
