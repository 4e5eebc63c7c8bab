SELECT min(window_start) FROM store.system_window
WHERE granularity = ('3600'::int4) AND window_start >= ('1970-01-01 00:00:00+00'::timestamp with time zone);

SELECT min(window_start) FROM store.system_window
WHERE granularity = ('60'::int4) AND window_start >= ('2026-09-01 00:00:00+00'::timestamp with time zone);

WITH found AS (
    SELECT w.pattern, w.agent_type, w.repo, w.task_id, count(*) AS findings,
        sum(w.calls) AS calls, sum(w.cost) AS cost, sum(w.calls_unpriced) AS unpriced,
        (array_agg(w.tool ORDER BY w.cost DESC, w.place))[1] AS tool,
        (array_agg(w.times ORDER BY w.cost DESC, w.place))[1] AS times
    FROM (SELECT * FROM store.waste_findings
        WHERE ended_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone) AND ended_at < ('2026-11-22 15:00:00+00'::timestamp with time zone) ORDER BY ended_at) w
    CROSS JOIN LATERAL (
        SELECT FROM store.task_execution_timeline t
        WHERE t.ended_at = w.ended_at AND t.task_id = w.task_id AND t.seen = w.seen
            AND NOT t.retracted
        LIMIT 1) AS holds
    GROUP BY w.pattern, w.agent_type, w.repo, w.task_id),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY pattern, agent_type, repo
        ORDER BY cost DESC, task_id) AS rank
    FROM found)
SELECT pattern, agent_type, repo, sum(findings) AS findings, count(*) AS tasks,
    sum(calls) AS calls, sum(cost) AS cost, sum(unpriced) AS unpriced,
    array_agg(task_id ORDER BY rank) FILTER (WHERE rank <= 3) AS task_ids,
    array_agg(tool ORDER BY rank) FILTER (WHERE rank <= 3) AS tools,
    array_agg(times ORDER BY rank) FILTER (WHERE rank <= 3) AS times,
    array_agg(cost ORDER BY rank) FILTER (WHERE rank <= 3) AS costs,
    array_agg(unpriced ORDER BY rank) FILTER (WHERE rank <= 3) AS unpriced_calls
FROM ranked GROUP BY pattern, agent_type, repo;
