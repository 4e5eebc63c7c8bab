SELECT scope, version, mode, produced_at, valid_until, weights, unnamed
FROM store.weight_decisions WHERE scope = ANY(('{"global"}'));
