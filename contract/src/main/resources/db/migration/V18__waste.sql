-- Waste by pattern: calls of a task that cost money without progress.
CREATE TABLE store.waste_findings (
    ended_at timestamptz NOT NULL,
    task_id text NOT NULL,
    pattern text NOT NULL,
    place bigint NOT NULL,
    agent_id text NOT NULL,
    agent_type text NOT NULL,
    repo text,
    tool text,
    times bigint NOT NULL,
    calls bigint NOT NULL,
    cost numeric(20, 9) NOT NULL,
    calls_unpriced bigint NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    epoch bigint NOT NULL,
    seen bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (ended_at, task_id, pattern, place)
) PARTITION BY RANGE (ended_at);
COMMENT ON TABLE store.waste_findings IS
    'Occurrences of patterns of waste in tasks that ended. A finding holds if the row of its task '
    'has the same seen; others are of earlier versions of the task.';
COMMENT ON COLUMN store.waste_findings.ended_at IS 'End of the task.';
COMMENT ON COLUMN store.waste_findings.place IS
    'Position of the first call of the finding among the calls of the task, from 0.';
COMMENT ON COLUMN store.waste_findings.repo IS 'Tag repo of the task; null: without the tag.';
COMMENT ON COLUMN store.waste_findings.tool IS 'Name of the tool; null for calls of models.';
COMMENT ON COLUMN store.waste_findings.times IS
    'How often the step occurred, the first time included.';
COMMENT ON COLUMN store.waste_findings.calls IS 'Calls of models that were wasted.';
COMMENT ON COLUMN store.waste_findings.cost IS
    'Sum of the known costs of these calls, in dollars; no call is in two findings.';
COMMENT ON COLUMN store.waste_findings.calls_unpriced IS
    'Wasted calls without a known cost.';
COMMENT ON COLUMN store.waste_findings.seen IS
    'Version of the row of the task, as in task_execution_timeline.';
CREATE TABLE store.waste_findings_default PARTITION OF store.waste_findings DEFAULT;
INSERT INTO store.retention VALUES ('waste_findings', 30);

GRANT SELECT, INSERT, UPDATE ON store.waste_findings TO agent_analytics_job;
GRANT SELECT ON store.waste_findings TO agent_analytics_api;
