-- The mark of a destination shows that it is known. It must outlive the deliveries: if the last one
-- was deleted, notifications that arrived while the API was stopped were never sent.
CREATE OR REPLACE FUNCTION store.forget_alerts(at timestamptz) RETURNS void
LANGUAGE sql AS $$
    DELETE FROM store.notification_deliveries
        WHERE created_at < at - interval '30 days' AND notification_id NOT LIKE 'begin/%';
    DELETE FROM store.notifications WHERE created_at < at - interval '30 days';
    DELETE FROM store.alerts
        WHERE ends_at < at - interval '30 days'
            OR (ends_at IS NULL AND updated_at < at - interval '90 days');
$$;
INSERT INTO store.notification_deliveries (notification_id, destination, status)
SELECT DISTINCT 'begin/' || destination, destination, 'expired' FROM store.notification_deliveries
ON CONFLICT DO NOTHING;
