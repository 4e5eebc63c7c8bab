package io.agentanalytics.benchmarks.weights;

/** What a success is worth, what a failure and a second of waiting cost, in dollars. */
record Prices(double success, double failure, double second) {
    /** What a request brought. */
    double utility(boolean ok, double seconds, double cost) {
        return (ok ? success : -failure) - cost - second * seconds;
    }
}
