package io.agentanalytics.api;

/** Sends made-up events the way real ones come: through Kafka and the job. */
public interface SampleEvents {
    /** What was sent; the figures follow within seconds. */
    record Sent(int tasks, int events) {}

    /** Sends the events of so many tasks, which end about now. */
    Sent send(int tasks);
}
