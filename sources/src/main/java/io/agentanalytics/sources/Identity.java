package io.agentanalytics.sources;

import io.agentanalytics.contract.EventRules;
import java.util.Map;
import java.util.TreeMap;

/** Client, agent and tags of a record: from its resource, its attributes and the token. */
final class Identity {
    private static final int MAX_NAME_CHARS = 64;
    private static final Map<String, String> RESOURCE_TAGS =
            Map.of(
                    "team", "team",
                    "department", "department",
                    "env", "env",
                    "deployment.environment", "env",
                    "deployment.environment.name", "env",
                    "repo", "repo",
                    "branch", "branch",
                    "user", "user",
                    "version", "version",
                    "task_name", "task_name");

    private Identity() {}

    /** Returns the agent: the configured one or the service, and the agent within it. */
    static String agent(OtlpRecord r, Caller caller, String name) {
        Map<String, String> resource = r.origin.resource;
        String base = resource.getOrDefault("agent.id", "");
        if (base.isEmpty()) {
            base = resource.getOrDefault("agent_analytics.agent_id", caller.agentId());
        }
        if (base.isEmpty()) {
            base = r.client().client();
        }
        return Names.id(name.isEmpty() ? base : base + "/" + name);
    }

    /** Returns the session or conversation; empty if the record names none. */
    static String session(OtlpRecord r) {
        return Names.id(
                r.first(
                        "session.id",
                        "conversation.id",
                        "gen_ai.conversation.id",
                        "ai.telemetry.metadata.sessionId",
                        "traceloop.association.properties.session_id",
                        "mastra.metadata.sessionId",
                        "gcp.vertex.agent.session_id",
                        "langfuse.session.id",
                        "langsmith.metadata.thread_id",
                        "langsmith.metadata.session_id"));
    }

    /** Returns the tags of a record: those of the token, and above them its own. */
    static Tags tags(OtlpRecord r, Caller caller) {
        Tags tags = new Tags();
        caller.tags().forEach(tags::put);
        r.origin.resource.forEach(
                (name, value) -> {
                    if (name.startsWith(KeptFields.TAG_PREFIX)) {
                        tags.put(name.substring(KeptFields.TAG_PREFIX.length()), value);
                    } else if (RESOURCE_TAGS.containsKey(name)) {
                        tags.put(RESOURCE_TAGS.get(name), value);
                    }
                });
        tags.put("client", r.client().client());
        tags.put("client_version", r.client().version());
        tags.put("session", session(r));
        return tags;
    }

    /** Tags under construction; empty ones, and those with too long a name, are left out. */
    static final class Tags {
        private final Map<String, String> values = new TreeMap<>();

        Tags put(String name, String value) {
            String text = name.isEmpty() || name.length() > MAX_NAME_CHARS ? "" : Names.id(value);
            if (!text.isEmpty()
                    && (values.size() < EventRules.MAX_TAGS || values.containsKey(name))) {
                values.put(name, text);
            }
            return this;
        }

        Map<String, String> map() {
            return Map.copyOf(values);
        }
    }
}
