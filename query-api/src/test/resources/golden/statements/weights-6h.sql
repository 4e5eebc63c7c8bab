SELECT * FROM store.weight_decisions WHERE scope = ('global');

SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1;

SELECT scope FROM store.weight_decisions WHERE valid_until > ('2026-11-22 14:30:20+00'::timestamp with time zone) - interval '1 hour' ORDER BY produced_at DESC, scope LIMIT ('500'::int4);
