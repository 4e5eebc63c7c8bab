package io.agentanalytics.contract.alerts;

import static io.agentanalytics.contract.alerts.AlertAction.EXCLUDE_PROVIDER;
import static io.agentanalytics.contract.alerts.AlertAction.FREEZE_WEIGHTS;

import io.agentanalytics.contract.TextFormat;
import org.jspecify.annotations.Nullable;

/**
 * Meaning of an alert type: the state of its subject, and the action that helps. The views show the
 * word, mark the alert in the charts of the measure, and offer the action.
 *
 * @param word state of the subject in one or two words
 * @param measure figure that the alert evaluates; null if no chart shows it
 * @param action change of the routing that helps; null if there is none
 */
public record AlertMeaning(
        String word, @Nullable AlertMeasure measure, @Nullable AlertAction action) {

    /** Returns the meaning of a type that a newer version of the job may have written. */
    public static AlertMeaning of(String type, String unit) {
        AlertType known = AlertType.ofWireName(type);
        return known == null ? says(TextFormat.words(type), null) : of(known, unit);
    }

    /**
     * Returns the meaning of a type.
     *
     * @param unit unit of the evidence; an improvement is one of success, cost or time
     */
    public static AlertMeaning of(AlertType type, String unit) {
        return switch (type) {
            case HIGH_ERROR_RATE -> says("Failing", AlertMeasure.SUCCESS);
            case HIGH_RESPONSE_TIME -> new AlertMeaning("Slow", AlertMeasure.TIME, FREEZE_WEIGHTS);
            case COST_SPIKE, REPEATED_COST_SPIKES -> says("Costly", AlertMeasure.COST);
            case TOKEN_SPIKE -> says("Many tokens", AlertMeasure.TOKENS);
            case PROVIDER_ISSUES, PROVIDER_ERROR_BURST -> calls("Failing", EXCLUDE_PROVIDER);
            case PROVIDER_SATURATED -> calls("Refusing calls", FREEZE_WEIGHTS);
            case PROVIDER_QUOTA -> calls("Quota used up", EXCLUDE_PROVIDER);
            case PROVIDER_AUTH -> calls("Credentials refused", EXCLUDE_PROVIDER);
            case QUEUE_BACKLOG -> says("Backlog", null);
            case COST_THRESHOLD -> says("Spend limit", AlertMeasure.COST);
            case STUCK_TASK -> says("Stuck", AlertMeasure.TIME);
            case NO_DATA -> says("Silent", AlertMeasure.TASKS);
            case RUNAWAY_AGENT -> says("Runaway", AlertMeasure.SUCCESS);
            case PERFORMANCE_IMPROVEMENT -> says("Better", improved(unit));
            case AGENTS_CAPPED -> says("Too many agents", null);
            case WEIGHTS_STALE -> says("Weights outdated", null);
            // Its value is a share of all requests, and not of the requests that fail.
            case FAILED_FAILOVER -> new AlertMeaning("Still called", null, EXCLUDE_PROVIDER);
            case RUNAWAY_TREE -> says("Runaway tree", null);
        };
    }

    private static AlertMeaning says(String word, @Nullable AlertMeasure measure) {
        return new AlertMeaning(word, measure, null);
    }

    private static AlertMeaning calls(String word, AlertAction action) {
        return new AlertMeaning(word, AlertMeasure.CALLS, action);
    }

    private static @Nullable AlertMeasure improved(String unit) {
        return switch (unit) {
            case "share" -> AlertMeasure.SUCCESS;
            case "seconds" -> AlertMeasure.TIME;
            case "usd" -> AlertMeasure.COST;
            default -> null;
        };
    }
}
