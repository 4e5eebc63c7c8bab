package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Mode of a routing policy, which determines how decisions are used. */
public enum RoutingMode {
    /** Routers follow the decisions; also stands for modes that only a newer version knows. */
    @JsonEnumDefaultValue
    LIVE,
    /** Decisions are made, explained and stored, but not published to routers. */
    RECOMMEND,
    /** Routers keep the weights as of the time of the freeze. */
    FREEZE,
    /** Routers have no weights of this scope: they follow the next wider scope, or share evenly. */
    CLEAR;

    /** Returns true if routers get weights; in the other modes they are withdrawn. */
    public boolean isPublished() {
        return this == LIVE || this == FREEZE;
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
