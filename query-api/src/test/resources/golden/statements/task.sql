SELECT t.*, CASE WHEN v.task_id IS NULL THEN t.outcome
    WHEN v.success THEN 'succeeded' ELSE 'failed' END AS judged
FROM store.task_execution_timeline t
LEFT JOIN LATERAL (
    SELECT task_id, success FROM store.task_verdicts v
    WHERE v.task_id = t.task_id AND v.verdict_at > t.verdict_until
    ORDER BY verdict_at DESC, event_id DESC LIMIT 1) v ON true
 WHERE t.task_id = ('t1') AND NOT t.retracted ORDER BY t.ended_at DESC LIMIT 1;
