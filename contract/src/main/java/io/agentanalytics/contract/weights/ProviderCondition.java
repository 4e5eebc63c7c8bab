package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a provider stands for routing; {@code closed} and {@code open} as of a circuit breaker. */
public enum ProviderCondition {
    /** Well. */
    CLOSED,
    /** Failing, and without traffic. */
    OPEN,
    /** Failing, and tried again with little traffic. */
    HALF_OPEN,
    /** New, or well again since less than a minute. */
    RAMPING,
    /** At the limit of the requests that it accepts. */
    CAPPED,
    /** Fixed by the routing policy. */
    PINNED,
    /** Without traffic by the routing policy, or for one agent. */
    EXCLUDED,
    /** Written by a newer version. */
    @JsonEnumDefaultValue
    UNKNOWN;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether failures took its traffic away. */
    public boolean isFailing() {
        return this == OPEN || this == HALF_OPEN;
    }
}
