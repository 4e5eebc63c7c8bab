SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

SELECT max(last_seen) AS last_seen FROM store.agents WHERE last_seen <= ('2026-11-22 14:35:20+00'::timestamp with time zone);

SELECT code, sum(records)::bigint AS records FROM store.dead_letter_counts
WHERE hour > ('2026-11-21 14:30:20+00'::timestamp with time zone) GROUP BY code ORDER BY code LIMIT 100;
