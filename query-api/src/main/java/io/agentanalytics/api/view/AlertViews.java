package io.agentanalytics.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.agentanalytics.contract.alerts.Evidence;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Alerts and rules as the API shows them. */
public final class AlertViews {
    private AlertViews() {}

    /**
     * An alert as of its newest transition.
     *
     * @param number of an open alert, the same wherever it shows; null for others
     * @param inhibitedBy the alert of which it is a symptom
     */
    public record AlertView(
            String alertId,
            @Nullable Long number,
            String fingerprint,
            String ruleId,
            long ruleVersion,
            String type,
            String severity,
            String state,
            String change,
            String scope,
            String subject,
            @Nullable String agentId,
            @Nullable String agentType,
            @Nullable String provider,
            String title,
            String description,
            Instant startsAt,
            Instant changedAt,
            @Nullable Instant firedAt,
            @Nullable Instant endsAt,
            String basis,
            boolean shadow,
            boolean flapping,
            @Nullable String acknowledgedBy,
            @Nullable String silencedBy,
            @Nullable String inhibitedBy,
            Evidence evidence,
            String runbook) {}

    /** A transition. */
    public record AlertEventView(
            Instant at,
            long revision,
            String change,
            String state,
            String severity,
            String description,
            @Nullable String by) {}

    /**
     * An alert with its history, newest first, and the alerts that are its symptoms.
     *
     * @param routing what the router did around it: changes of its provider's share, or of an
     *     agent's own weights, newest first
     */
    public record IncidentView(
            @JsonUnwrapped AlertView alert,
            List<AlertEventView> history,
            List<AlertView> symptoms,
            List<WeightViews.WeightChangeView> routing) {}

    /** What a rule did in the last day. */
    public record RuleResult(long fired, long open) {
        public static final RuleResult NONE = new RuleResult(0, 0);
    }

    /** A rule in force. */
    public record RuleView(
            String ruleId,
            String type,
            long version,
            boolean enabled,
            boolean shadow,
            String severity,
            double forSeconds,
            double keepSeconds,
            Map<String, String> match,
            Map<String, Double> params,
            String title,
            long firedLastDay,
            long open,
            @Nullable String changedBy,
            @Nullable Instant changedAt) {}

    /** A silence in force. */
    public record SilenceView(
            String silenceId,
            Map<String, String> match,
            Instant until,
            String by,
            @Nullable String comment) {}
}
