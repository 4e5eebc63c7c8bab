package io.agentanalytics.contract.alerts;

import java.util.List;

/** Fields that a rule of an alert type may set, besides the parameters of the type. */
public final class RuleFields {
    private static final List<String> AGENTS = List.of("agent_id", "agent_type", "provider");
    private static final List<String> PROVIDERS = List.of("provider");

    private RuleFields() {}

    /**
     * Returns the labels by which a rule can be limited. Other labels would be ignored and are
     * therefore rejected.
     */
    public static List<String> labels(AlertType type) {
        return switch (type) {
            case HIGH_ERROR_RATE,
                    HIGH_RESPONSE_TIME,
                    COST_SPIKE,
                    REPEATED_COST_SPIKES,
                    TOKEN_SPIKE,
                    STUCK_TASK,
                    NO_DATA,
                    RUNAWAY_AGENT,
                    PERFORMANCE_IMPROVEMENT ->
                    AGENTS;
            case PROVIDER_ISSUES,
                    PROVIDER_SATURATED,
                    PROVIDER_QUOTA,
                    PROVIDER_AUTH,
                    PROVIDER_ERROR_BURST,
                    FAILED_FAILOVER ->
                    PROVIDERS;
            case QUEUE_BACKLOG -> List.of("agent_type");
            case RUNAWAY_TREE -> List.of("agent_id", "agent_type");
            case COST_THRESHOLD -> List.of("agent_id", "agent_type", "provider", "model");
            case AGENTS_CAPPED, WEIGHTS_STALE -> List.of();
        };
    }

    /** Returns the text settings. */
    static List<AlertText> texts(AlertType type) {
        return type == AlertType.COST_THRESHOLD ? List.of(AlertText.values()) : List.of();
    }

    /**
     * Returns true if a rule may require the condition to hold for a while before the alert fires.
     */
    static boolean waits(AlertType type) {
        return switch (type) {
            // Instantaneous conditions have no duration.
            case REPEATED_COST_SPIKES,
                    TOKEN_SPIKE,
                    PROVIDER_ERROR_BURST,
                    RUNAWAY_AGENT,
                    AGENTS_CAPPED ->
                    false;
            // Decided in processing time; the required duration is a parameter of its own.
            case STUCK_TASK, NO_DATA, WEIGHTS_STALE, FAILED_FAILOVER -> false;
            default -> true;
        };
    }

    /** Returns true if a rule may stop the work that the alert is about. */
    static boolean enforces(AlertType type) {
        return type == AlertType.RUNAWAY_TREE;
    }

    /** Returns true if a rule may set the severity; a budget has one severity per share. */
    static boolean takesSeverity(AlertType type) {
        return type != AlertType.COST_THRESHOLD;
    }
}
