package io.agentanalytics.benchmarks.weights;

/** Value of a success, cost of a failure and cost of a second of waiting, in dollars. */
record Prices(double success, double failure, double second) {
    /** Returns the net value of a request. */
    double utility(boolean ok, double seconds, double cost) {
        return (ok ? success : -failure) - cost - second * seconds;
    }
}
