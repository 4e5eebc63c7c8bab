package io.agentanalytics.job.model;

import java.util.Locale;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;

/** Places that limit their number of names, because names come from client events. */
public enum NameLimit {
    /** Providers whose rules are evaluated. */
    ALERT_PROVIDERS,
    /** Models of ten seconds whose requests count for the rules about their providers. */
    ALERT_MODELS,
    /** Providers of a scope of weights. */
    WEIGHT_PROVIDERS,
    /** Agent types with weights of their own. */
    WEIGHT_AGENT_TYPES,
    /** Agents with weights of their own. */
    WEIGHT_AGENTS,
    /** Providers on which the results of an agent are compared. */
    MOVE_PROVIDERS,
    /** Agents whose results are compared. */
    MOVE_AGENTS;

    /** Returns the counter of the inputs that are not used, because they have one more name. */
    public Counter counter(RuntimeContext context) {
        return context.getMetricGroup()
                .addGroup("place", name().toLowerCase(Locale.ROOT))
                .counter("names_beyond_limit");
    }
}
