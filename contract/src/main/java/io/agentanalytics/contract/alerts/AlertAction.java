package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Change of the routing that helps against an alert. */
public enum AlertAction {
    /** Exclude the provider of the alert. */
    EXCLUDE_PROVIDER,
    /** Freeze the weights, so that the load does not move to another provider. */
    FREEZE_WEIGHTS;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
