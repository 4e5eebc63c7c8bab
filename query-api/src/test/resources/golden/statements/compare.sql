WITH RECURSIVE matching AS MATERIALIZED (
    SELECT t.task_id, t.parent_task_id, t.duration_ms, t.input_tokens + t.output_tokens AS tokens,
CASE WHEN t.requests_unpriced = 0 THEN t.cost_reported + t.cost_priced END AS cost, t.tags ->> ('name') AS name,
        coalesce(v.success, CASE t.outcome WHEN 'succeeded' THEN true WHEN 'failed' THEN false END) AS success
    FROM store.task_execution_timeline t
    LEFT JOIN (
    SELECT DISTINCT ON (task_id) task_id, verdict_at, success
    FROM store.task_verdicts
    WHERE NOT counted AND verdict_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone)
    ORDER BY task_id, verdict_at DESC, event_id DESC) v
    ON v.task_id = t.task_id AND v.verdict_at > t.verdict_until AND NOT EXISTS (
        SELECT FROM store.task_execution_timeline later
        WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
            AND later.ended_at <= v.verdict_at AND NOT later.retracted
            AND later.outcome <> 'abandoned')

    WHERE NOT t.retracted AND t.ended_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone) AND t.ended_at < ('2026-11-22 15:00:00+00'::timestamp with time zone) AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> ARRAY[CAST(('tag:team=x') AS text)] AND store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type) @> ARRAY[CAST(('model=m') AS text)]
), roots AS MATERIALIZED (
    SELECT * FROM matching m WHERE NOT EXISTS (
        SELECT FROM matching p
        WHERE p.task_id = m.parent_task_id AND p.task_id <> m.task_id)
), children AS NOT MATERIALIZED (
    SELECT t.task_id, t.parent_task_id, t.duration_ms, t.input_tokens + t.output_tokens AS tokens,
CASE WHEN t.requests_unpriced = 0 THEN t.cost_reported + t.cost_priced END AS cost FROM store.task_execution_timeline t
    WHERE NOT t.retracted AND t.parent_task_id IS NOT NULL
        AND t.ended_at >= ('2026-10-23 14:00:00+00'::timestamp with time zone) - interval '7 days'
), tree AS (
    SELECT task_id AS root, task_id FROM roots
    UNION
    SELECT tree.root, c.task_id
    FROM tree JOIN children c ON c.parent_task_id = tree.task_id
), below AS (
    SELECT tree.root, count(*) AS tasks, sum(c.cost) AS cost, count(c.cost) AS priced,
        sum(c.tokens)::bigint AS tokens, count(c.tokens) AS counted
    FROM tree JOIN children c USING (task_id)
    WHERE tree.task_id <> tree.root GROUP BY tree.root
)
SELECT r.task_id, r.name, r.success, r.duration_ms,
    r.cost + CASE WHEN b.root IS NULL THEN 0 WHEN b.priced = b.tasks THEN b.cost END
        AS cost,
    r.tokens
        + CASE WHEN b.root IS NULL THEN 0 WHEN b.counted = b.tasks THEN b.tokens END
        AS tokens
FROM roots r LEFT JOIN below b ON b.root = r.task_id
WHERE NOT EXISTS (
    SELECT FROM tree a
    WHERE a.task_id = r.task_id AND a.root <> r.task_id AND NOT EXISTS (
        SELECT FROM tree c
        WHERE c.root = r.task_id AND c.task_id = a.root AND c.root < c.task_id))
ORDER BY r.task_id LIMIT ('1000001'::int4);
