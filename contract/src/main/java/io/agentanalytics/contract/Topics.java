package io.agentanalytics.contract;

import java.util.List;
import java.util.Map;

/** The topics and the settings they need. */
public final class Topics {
    /** What agents publish, keyed by task id. */
    public static final String TASK_EVENTS = "task-events";

    /** Records that could not be used: raw bytes, with the reason in the headers. */
    public static final String DEAD_LETTERS = "dead-letters";

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
                new Topic(DEAD_LETTERS, 1, APPEND_TIME));
    }
}
