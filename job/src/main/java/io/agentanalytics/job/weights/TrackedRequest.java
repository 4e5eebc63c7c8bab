package io.agentanalytics.job.weights;

/** A tracked request: in flight, or with its outcome. */
public final class TrackedRequest {
    static final int IN_FLIGHT = 0;
    static final int OK = 1;
    static final int FAILED = 2;
    static final int OTHER = 3;

    /** In flight for too long: already counted as failed, regardless of a later outcome. */
    static final int TIMED_OUT = 4;

    /** Start of the request in epoch seconds. */
    public double start;

    public int state;

    /** Number of requests that this one represents; at high rates only a sample is tracked. */
    public int stands = 1;

    public TrackedRequest() {}

    TrackedRequest(double start, int stands) {
        this.start = start;
        this.stands = stands;
    }
}
