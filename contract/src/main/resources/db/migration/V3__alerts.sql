-- Alerts as of their newest transition, their history, and what people are told.
CREATE TABLE store.alerts (
    alert_id text PRIMARY KEY,
    fingerprint text NOT NULL,
    rule_id text NOT NULL,
    rule_version bigint NOT NULL,
    type text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    state text NOT NULL CHECK (state IN ('pending', 'firing', 'recovering', 'resolved')),
    change text NOT NULL,
    scope text NOT NULL,
    subject text NOT NULL,
    agent_id text,
    agent_type text,
    provider text,
    title text NOT NULL,
    description text NOT NULL,
    starts_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    fired_at timestamptz,
    ends_at timestamptz,
    basis text NOT NULL CHECK (basis IN ('event', 'clock')),
    shadow boolean NOT NULL,
    flapping boolean NOT NULL,
    acknowledged_by text,
    silenced_by text,
    inhibited_by text,
    evidence jsonb NOT NULL,
    epoch bigint NOT NULL,
    revision bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE store.alerts IS 'Alerts as of their newest transition; kept 30 days after their end.';
COMMENT ON COLUMN store.alerts.fingerprint IS 'Hash of rule and subject: the same for every episode.';
COMMENT ON COLUMN store.alerts.change IS 'The newest transition: pending, withdrawn, fires, worsens, flaps, recovers, relapses, resolves, ...';
COMMENT ON COLUMN store.alerts.basis IS 'Whether its times are those of events or of the clock.';
COMMENT ON COLUMN store.alerts.inhibited_by IS 'The alert of which this one is a symptom.';
COMMENT ON COLUMN store.alerts.revision IS 'Transitions so far; 0 is an early notice. Guards against older ones.';
CREATE INDEX alerts_by_start ON store.alerts (starts_at DESC, alert_id);
COMMENT ON INDEX store.alerts_by_start IS 'The list of alerts, newest first.';
CREATE INDEX alerts_open ON store.alerts (severity, starts_at) WHERE state <> 'resolved';
COMMENT ON INDEX store.alerts_open IS 'What is open: the verdict, the page, the notifier.';
CREATE INDEX alerts_by_agent ON store.alerts (agent_id, starts_at DESC);
COMMENT ON INDEX store.alerts_by_agent IS 'The alerts of an agent.';

CREATE TABLE store.alert_events (
    at timestamptz NOT NULL,
    alert_id text NOT NULL,
    revision bigint NOT NULL,
    change text NOT NULL,
    state text NOT NULL,
    severity text NOT NULL,
    description text NOT NULL,
    evidence jsonb NOT NULL,
    by text,
    epoch bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (at, alert_id, revision)
) PARTITION BY RANGE (at);
COMMENT ON TABLE store.alert_events IS 'Every transition of every alert: its history.';
COMMENT ON COLUMN store.alert_events.by IS 'Who acknowledged, which silence, which alert inhibits.';
CREATE INDEX alert_events_by_alert ON store.alert_events (alert_id, revision);
COMMENT ON INDEX store.alert_events_by_alert IS 'The history of one alert.';
INSERT INTO store.retention VALUES ('alert_events', 30);

CREATE TABLE store.notifications (
    notification_id text PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('page', 'digest', 'resolved')),
    severity text NOT NULL,
    group_name text NOT NULL,
    title text NOT NULL,
    lines jsonb NOT NULL,
    alert_ids jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE store.notifications IS 'What people are to be told, once: the job writes it, the API sends it.';
COMMENT ON COLUMN store.notifications.at IS 'Event time; what is old when it is written (a replay) is not sent.';
CREATE INDEX notifications_by_creation ON store.notifications (created_at);
COMMENT ON INDEX store.notifications_by_creation IS 'What has come since the notifier looked.';

CREATE TABLE store.notification_deliveries (
    notification_id text NOT NULL,
    destination text NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'sent', 'expired', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    PRIMARY KEY (notification_id, destination)
);
COMMENT ON TABLE store.notification_deliveries IS 'One row a notification and destination, written before it is sent.';
CREATE INDEX notification_deliveries_waiting ON store.notification_deliveries (next_at) WHERE status = 'waiting';
COMMENT ON INDEX store.notification_deliveries_waiting IS 'What is to be sent next.';

CREATE FUNCTION store.forget_alerts(at timestamptz) RETURNS void
LANGUAGE sql AS $$
    DELETE FROM store.notification_deliveries WHERE created_at < at - interval '30 days';
    DELETE FROM store.notifications WHERE created_at < at - interval '30 days';
    DELETE FROM store.alerts WHERE ends_at < at - interval '30 days' OR (ends_at IS NULL AND updated_at < at - interval '90 days');
$$;
COMMENT ON FUNCTION store.forget_alerts IS 'Drops alerts that ended, and notifications, of more than 30 days ago.';
REVOKE EXECUTE ON FUNCTION store.forget_alerts FROM PUBLIC;

-- The simple shape that dashboards elsewhere expect: alerts that fired.
CREATE VIEW public.alerts AS
SELECT alert_id, severity AS level, title, description, agent_id, fired_at AS timestamp, state, provider, type, ends_at
FROM store.alerts WHERE fired_at IS NOT NULL AND NOT shadow;

GRANT SELECT, INSERT, UPDATE ON store.alerts, store.alert_events, store.notifications TO agent_analytics_job;
GRANT SELECT ON store.alerts, store.alert_events, store.notifications TO agent_analytics_api;
GRANT SELECT, INSERT, UPDATE ON store.notification_deliveries TO agent_analytics_api;
GRANT SELECT ON public.alerts TO agent_analytics_grafana, agent_analytics_api;
