package io.agentanalytics.benchmarks.weights;

/**
 * Condition of a provider at one moment.
 *
 * @param failure share of requests that fail
 * @param failureSeconds mean duration of a failed request, in seconds
 * @param hangs true if failed requests fail only by timeout
 * @param median median duration of a request, in seconds
 * @param cost mean cost of a succeeded request, in dollars
 * @param capacity accepted requests per second; infinite without a limit
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

    Condition moreExpensive(double times) {
        return new Condition(failure, failureSeconds, hangs, median, cost * times, capacity);
    }

    Condition taking(double requestsPerSecond) {
        return new Condition(failure, failureSeconds, hangs, median, cost, requestsPerSecond);
    }
}
