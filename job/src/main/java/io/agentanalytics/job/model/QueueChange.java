package io.agentanalytics.job.model;

/**
 * Change of the number of pending tasks of an agent type in ten seconds of event time, with the
 * number of tasks that were started.
 */
public record QueueChange(String agentType, long paneMillis, long pending, long started) {
    public QueueChange plus(QueueChange other) {
        return new QueueChange(
                agentType, paneMillis, pending + other.pending, started + other.started);
    }
}
