package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Condition of a provider for routing; {@code closed} and {@code open} are states of a circuit
 * breaker.
 */
public enum ProviderCondition {
    /** Healthy. */
    CLOSED,
    /** Failing; receives no traffic. */
    OPEN,
    /** Failing; probed with little traffic. */
    HALF_OPEN,
    /** New, or healthy again for less than a minute. */
    RAMPING,
    /** At the limit of the requests that it accepts. */
    CAPPED,
    /** Share fixed by the routing policy. */
    PINNED,
    /** Excluded from traffic by the routing policy, or for one agent. */
    EXCLUDED,
    /** Value written by a newer version. */
    @JsonEnumDefaultValue
    UNKNOWN;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns true if the provider lost traffic because of failures. */
    public boolean isFailing() {
        return this == OPEN || this == HALF_OPEN;
    }
}
