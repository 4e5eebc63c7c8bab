SELECT name, query, is_start, updated_at FROM store.saved_views
WHERE owner = ('local') ORDER BY name LIMIT ('50'::int4);
