package io.agentanalytics.job.weights;

/** A request that is followed: in flight, or how it ended. */
public final class TrackedRequest {
    static final int IN_FLIGHT = 0;
    static final int OK = 1;
    static final int FAILED = 2;
    static final int OTHER = 3;

    /** In flight for too long: counted as failed already, whatever comes yet. */
    static final int TIMED_OUT = 4;

    /** Epoch seconds. */
    public double start;

    public int state;

    /** How many requests it stands for: of many, only some are followed. */
    public int stands = 1;

    public TrackedRequest() {}

    TrackedRequest(double start, int stands) {
        this.start = start;
        this.stands = stands;
    }
}
