SELECT scope FROM store.weight_decisions
WHERE valid_until > ('2026-11-22 14:30:20+00'::timestamp with time zone) - interval '1 hour'
ORDER BY scope <> 'global', scope LIMIT ('500'::int4);
