package io.agentanalytics.benchmarks.weights;

/** Value of a success, cost of a failure and cost of a second of waiting, in dollars. */
record Prices(double success, double failure, double second) {
    /** Returns the net value of a request. */
    double utility(boolean ok, double seconds, double cost) {
        return expected(ok ? 1 : 0, seconds, cost);
    }

    /** Returns the expected net value of a request that succeeds with a probability. */
    double expected(double probability, double seconds, double cost) {
        return probability * success - (1 - probability) * failure - cost - second * seconds;
    }
}
