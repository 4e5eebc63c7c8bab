package io.agentanalytics.benchmarks.weights;

/**
 * How a provider is at a moment.
 *
 * @param failure share of requests that fail
 * @param failureSeconds what a failure takes on average
 * @param hangs whether those that fail do so only at the time-out
 * @param median of a request's seconds
 * @param cost mean dollars of a request that succeeds
 * @param capacity requests a second it takes; infinite if there is no limit
 */
record Condition(
        double failure,
        double failureSeconds,
        boolean hangs,
        double median,
        double cost,
        double capacity) {

    Condition failing(double share, double seconds) {
        return new Condition(share, seconds, hangs, median, cost, capacity);
    }

    Condition hanging() {
        return new Condition(1, failureSeconds, true, median, cost, capacity);
    }

    Condition slower(double times) {
        return new Condition(failure, failureSeconds, hangs, median * times, cost, capacity);
    }

    Condition dearer(double times) {
        return new Condition(failure, failureSeconds, hangs, median, cost * times, capacity);
    }

    Condition taking(double requestsPerSecond) {
        return new Condition(failure, failureSeconds, hangs, median, cost, requestsPerSecond);
    }
}
