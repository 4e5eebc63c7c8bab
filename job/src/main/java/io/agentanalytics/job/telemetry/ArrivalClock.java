package io.agentanalytics.job.telemetry;

/**
 * Clock of the waits of fragments: the append time up to which all fragments were read, and the
 * processing time that has passed since then. Without a backlog, it is the processing time. While
 * the job catches up, seconds of processing time are hours of append time, and waits in processing
 * time would make events so late that they are refused.
 */
final class ArrivalClock {
    private boolean isSet;
    private long reached;
    private long reachedAt;

    /**
     * Moves the clock forward.
     *
     * @param append append time up to which fragments were read, epoch ms
     * @param processing current processing time, epoch ms
     */
    void reach(long append, long processing) {
        long time = Math.min(append, processing); // of a topic with the clocks of its producers
        if (!isSet || time > now(processing)) {
            isSet = true;
            reached = time;
            reachedAt = processing;
        }
    }

    /** Returns true after the first fragment. */
    boolean isSet() {
        return isSet;
    }

    long now(long processing) {
        return Math.min(processing, reached + processing - reachedAt);
    }
}
