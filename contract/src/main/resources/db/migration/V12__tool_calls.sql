-- Calls of tools, by agent, provider and task.
ALTER TABLE store.agent_window ADD COLUMN tool_calls bigint NOT NULL DEFAULT 0;
ALTER TABLE store.agent_window ADD COLUMN tool_calls_failed bigint NOT NULL DEFAULT 0;
ALTER TABLE store.provider_window ADD COLUMN tool_calls bigint NOT NULL DEFAULT 0;
ALTER TABLE store.provider_window ADD COLUMN tool_calls_failed bigint NOT NULL DEFAULT 0;
ALTER TABLE store.system_window ADD COLUMN tool_calls bigint NOT NULL DEFAULT 0;
ALTER TABLE store.system_window ADD COLUMN tool_calls_failed bigint NOT NULL DEFAULT 0;
ALTER TABLE store.task_execution_timeline ADD COLUMN tool_calls bigint;
COMMENT ON COLUMN store.agent_window.tool_calls IS 'calls of tools';
COMMENT ON COLUMN store.agent_window.tool_calls_failed IS 'calls of tools that failed';
COMMENT ON COLUMN store.provider_window.tool_calls IS
    'calls of tools; they belong to no provider, so this is 0';
COMMENT ON COLUMN store.provider_window.tool_calls_failed IS 'as tool_calls';
COMMENT ON COLUMN store.system_window.tool_calls IS 'calls of tools';
COMMENT ON COLUMN store.system_window.tool_calls_failed IS 'calls of tools that failed';
COMMENT ON COLUMN store.task_execution_timeline.tool_calls IS
    'calls of tools by this task; null in rows of before migration 12';
