package io.agentanalytics.contract.weights;

import java.util.Locale;

/** What failures and waiting cost, for those who do not want to think of numbers. */
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

    /** What a failed request costs beyond its bill, in dollars. */
    public double failureUsd() {
        return failureUsd;
    }

    /** What a second of waiting costs, in dollars. */
    public double secondUsd() {
        return secondUsd;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
