package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of decisions. */
public enum RoutingMode {
    /** Routers follow them; also a mode that only a newer version knows. */
    @JsonEnumDefaultValue
    LIVE,
    /** They are made, explained and kept, and no router sees them. */
    RECOMMEND,
    /** Routers keep the weights of the moment it was frozen. */
    FREEZE,
    /** Routers have no weights of this scope: they follow the next wider, or share evenly. */
    CLEAR;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
