package io.agentanalytics.contract.budgets;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** State of a budget, by what is spent and what tasks in flight will spend. */
public enum BudgetState {
    /** Below both limits. */
    @JsonProperty("ok")
    OK,
    /** At or above the soft limit. */
    @JsonProperty("soft")
    SOFT,
    /** At or above the hard limit: no new work should start. */
    @JsonProperty("hard")
    HARD;

    /** Returns the name in JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
