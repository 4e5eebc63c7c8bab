package io.agentanalytics.api.http;

/** Source of synthetic events. They are processed like real events, through Kafka and the job. */
public interface SampleEvents {
    /** Number of tasks and events sent; they appear in query results within seconds. */
    record Sent(int tasks, int events) {}

    /** Sends the events of {@code tasks} tasks that end at about the current time. */
    Sent send(int tasks);
}
