package io.agentanalytics.contract;

import java.util.List;
import java.util.Map;

/** The topics and the settings they need. */
public final class Topics {
    /** What agents publish, keyed by task id. */
    public static final String TASK_EVENTS = "task-events";

    /** Records that could not be used: raw bytes, with the reason in the headers. */
    public static final String DEAD_LETTERS = "dead-letters";

    /** Alerts as of their newest transition, keyed by alert id. */
    public static final String ALERTS = "alerts";

    /** Changes of alert rules, keyed by rule id; a rule applies from its append time. */
    public static final String ALERT_RULES = "alert-rules";

    /** Acknowledgements and silences, keyed by the id of what they are about. */
    public static final String ALERT_COMMANDS = "alert-commands";

    /** Shares of providers as routers follow them, keyed by scope. */
    public static final String PROVIDER_WEIGHTS = "provider-weights";

    /** How operators want traffic to be shared, keyed by scope. */
    public static final String ROUTING_POLICY = "routing-policy";

    // The last record of a key is all that matters, and stays.
    private static final Map<String, String> COMPACTED =
            Map.of("message.timestamp.type", "LogAppendTime", "cleanup.policy", "compact");

    // What was in force when must be known for as long as events are kept: back-tests need it.
    private static final Map<String, String> COMPACTED_LATER =
            Map.of(
                    "message.timestamp.type",
                    "LogAppendTime",
                    "cleanup.policy",
                    "compact",
                    "min.compaction.lag.ms",
                    "2592000000");

    // Record times must be the broker's: producers' clocks, and recordings of old events, would
    // otherwise decide about retention and lateness.
    private static final Map<String, String> APPEND_TIME =
            Map.of("message.timestamp.type", "LogAppendTime");

    /** A topic as it should be made. */
    public record Topic(String name, int partitions, Map<String, String> settings) {}

    private Topics() {}

    public static List<Topic> all(int eventPartitions) {
        return List.of(
                new Topic(TASK_EVENTS, eventPartitions, APPEND_TIME),
                new Topic(DEAD_LETTERS, 1, APPEND_TIME),
                new Topic(ALERTS, 1, COMPACTED),
                new Topic(ALERT_RULES, 1, COMPACTED_LATER),
                new Topic(ALERT_COMMANDS, 1, COMPACTED_LATER),
                new Topic(PROVIDER_WEIGHTS, 1, COMPACTED),
                new Topic(ROUTING_POLICY, 1, COMPACTED_LATER));
    }
}
