package io.agentanalytics.contract;

import java.util.List;
import java.util.Map;

/** Kafka topics and their required settings. */
public final class Topics {
    /** Events published by agents, keyed by task id. */
    public static final String TASK_EVENTS = "task-events";

    /** Fragments of tasks from the intake, keyed by trace, conversation or session. */
    public static final String SPANS = "spans";

    /**
     * Counts of what the intake received from each client, keyed by instance, client and version.
     */
    public static final String CLIENTS = "clients";

    /** Dead letters: raw bytes of rejected records, with the reason in the headers. */
    public static final String DEAD_LETTERS = "dead-letters";

    /** Alerts as of their latest transition, keyed by alert id. */
    public static final String ALERTS = "alerts";

    /** Changes to alert rules, keyed by rule id; a rule applies from its append time. */
    public static final String ALERT_RULES = "alert-rules";

    /** Acknowledgements and silences, keyed by the id of the alert or silence. */
    public static final String ALERT_COMMANDS = "alert-commands";

    /** Provider weights that routers follow, keyed by scope. */
    public static final String PROVIDER_WEIGHTS = "provider-weights";

    /** Routing policies set by operators, keyed by scope. */
    public static final String ROUTING_POLICY = "routing-policy";

    /** Definitions of budgets, keyed by their ids. */
    public static final String BUDGET_DEFINITIONS = "budget-definitions";

    /** Status of each budget, keyed by its id. */
    public static final String BUDGETS = "budgets";

    // Only the last record of a key is needed, and it is retained.
    private static final Map<String, String> COMPACTED =
            Map.of("message.timestamp.type", "LogAppendTime", "cleanup.policy", "compact");

    private static final String KEPT_MILLIS = Long.toString(Retention.ROWS.plusDays(1).toMillis());

    // Every alert has its own key, so compaction alone would retain them forever.
    private static final Map<String, String> COMPACTED_AND_DELETED =
            Map.of(
                    "message.timestamp.type",
                    "LogAppendTime",
                    "cleanup.policy",
                    "compact,delete",
                    "retention.ms",
                    KEPT_MILLIS);

    // Backtests need past rules, commands and policies for as long as events are retained.
    private static final Map<String, String> COMPACTED_LATER =
            Map.of(
                    "message.timestamp.type",
                    "LogAppendTime",
                    "cleanup.policy",
                    "compact",
                    "min.compaction.lag.ms",
                    "2592000000");

    // Every command has its own key, and the longest silence lasts as long as the rows.
    private static final Map<String, String> COMPACTED_LATER_AND_DELETED =
            Map.of(
                    "message.timestamp.type",
                    "LogAppendTime",
                    "cleanup.policy",
                    "compact,delete",
                    "min.compaction.lag.ms",
                    "2592000000",
                    "retention.ms",
                    KEPT_MILLIS);

    // Record timestamps must be the broker's append time. Otherwise producer clocks, and recordings
    // of old events, would affect retention and lateness.
    private static final Map<String, String> APPEND_TIME =
            Map.of("message.timestamp.type", "LogAppendTime");

    /** Name, partition count and settings of a topic. */
    public record Topic(String name, int partitions, Map<String, String> settings) {}

    private Topics() {}

    public static List<Topic> all(int eventPartitions) {
        return List.of(
                new Topic(TASK_EVENTS, eventPartitions, APPEND_TIME),
                new Topic(SPANS, eventPartitions, APPEND_TIME),
                new Topic(CLIENTS, 1, COMPACTED),
                new Topic(DEAD_LETTERS, 1, APPEND_TIME),
                new Topic(ALERTS, 1, COMPACTED_AND_DELETED),
                new Topic(ALERT_RULES, 1, COMPACTED_LATER),
                new Topic(ALERT_COMMANDS, 1, COMPACTED_LATER_AND_DELETED),
                new Topic(PROVIDER_WEIGHTS, 1, COMPACTED),
                new Topic(ROUTING_POLICY, 1, COMPACTED_LATER),
                new Topic(BUDGET_DEFINITIONS, 1, COMPACTED_LATER),
                new Topic(BUDGETS, 1, COMPACTED));
    }
}
