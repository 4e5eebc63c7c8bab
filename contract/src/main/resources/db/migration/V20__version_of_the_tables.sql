-- Lets agent-analytics doctor compare the version of the tables with its own.
GRANT SELECT ON public.flyway_schema_history TO agent_analytics_api, agent_analytics_job;
