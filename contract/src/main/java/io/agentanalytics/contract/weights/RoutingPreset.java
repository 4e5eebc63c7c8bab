package io.agentanalytics.contract.weights;

/**
 * Presets for the cost of failures and waiting, for operators who do not want to choose numbers.
 */
public enum RoutingPreset {
    CHEAP(0.02, 0.0002),
    BALANCED(0.05, 0.001),
    RELIABLE(0.25, 0.002);

    private final double failureUsd;
    private final double secondUsd;

    RoutingPreset(double failureUsd, double secondUsd) {
        this.failureUsd = failureUsd;
        this.secondUsd = secondUsd;
    }

    /** Cost of a failed request beyond its bill, in dollars. */
    public double failureUsd() {
        return failureUsd;
    }

    /** Cost of a second of waiting, in dollars. */
    public double secondUsd() {
        return secondUsd;
    }
}
