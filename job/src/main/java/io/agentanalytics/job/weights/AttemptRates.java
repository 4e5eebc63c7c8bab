package io.agentanalytics.job.weights;

/**
 * Decides which results of requests show the health of a provider. Some clients report each
 * attempt, others a call once its retries are over, so that its success may hide failures. The two
 * have different rates: attempts count alone as soon as there are enough of them.
 */
public final class AttemptRates {
    /** Number of attempts in the last minute from which calls no longer count. */
    private static final int ENOUGH = 20;

    public RequestRate attempts = new RequestRate();
    public RequestRate calls = new RequestRate();

    /** Counts a result and returns true if it shows the health of the provider. */
    boolean counts(boolean isAfterRetries, double now) {
        (isAfterRetries ? calls : attempts).count(now);
        return !isAfterRetries || attempts.lastMinute(now) < ENOUGH;
    }

    /** Returns true if calls count that may hide failed attempts. */
    boolean hidesAttempts(double now) {
        return calls.lastMinute(now) > 0 && attempts.lastMinute(now) < ENOUGH;
    }
}
