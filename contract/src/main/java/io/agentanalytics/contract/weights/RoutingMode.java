package io.agentanalytics.contract.weights;

import java.util.Locale;

/** What becomes of decisions. */
public enum RoutingMode {
    /** Routers follow them. */
    LIVE,
    /** They are made, explained and kept, and no router sees them. */
    RECOMMEND,
    /** Routers keep the weights of the moment it was frozen. */
    FREEZE,
    /** Routers have no weights of this scope: they follow the next wider, or share evenly. */
    CLEAR;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
