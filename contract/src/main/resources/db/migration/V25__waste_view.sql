CREATE VIEW public.waste AS
SELECT w.ended_at, w.task_id, w.pattern, w.place, w.agent_id, w.agent_type, w.repo, w.tool, w.times,
    w.calls, CASE WHEN w.cost = 0 AND w.calls_unpriced > 0 THEN NULL ELSE w.cost END AS cost_usd,
    w.calls_unpriced, w.started_at, w.finished_at
FROM store.waste_findings w
JOIN store.task_execution_timeline t
    ON t.ended_at = w.ended_at AND t.task_id = w.task_id AND t.seen = w.seen AND NOT t.retracted;
COMMENT ON VIEW public.waste IS
    'Occurrences of patterns of waste in tasks that ended; no call is in two of them.';
COMMENT ON COLUMN public.waste.cost_usd IS
    'Null if unknown; a part may be unknown if calls_unpriced is above 0.';
GRANT SELECT ON public.waste TO agent_analytics_grafana, agent_analytics_api;
