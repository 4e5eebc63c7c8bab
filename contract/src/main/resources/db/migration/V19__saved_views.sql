-- Saved views of the dashboard.
CREATE TABLE store.saved_views (
    owner text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    query text NOT NULL CHECK (length(query) <= 1000),
    is_start boolean NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (owner, name)
);
COMMENT ON TABLE store.saved_views IS 'Named addresses of the dashboard, at most 50 per token.';
COMMENT ON COLUMN store.saved_views.owner IS 'Name of the token; local where reading needs none.';
COMMENT ON COLUMN store.saved_views.query IS
    'Query of the page''s address, without the question mark.';
COMMENT ON COLUMN store.saved_views.is_start IS 'Whether the page opens with this view.';
CREATE UNIQUE INDEX saved_views_start ON store.saved_views (owner) WHERE is_start;

GRANT SELECT, INSERT, UPDATE, DELETE ON store.saved_views TO agent_analytics_api;
