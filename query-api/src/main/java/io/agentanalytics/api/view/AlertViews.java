package io.agentanalytics.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.agentanalytics.contract.alerts.Evidence;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
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
     * @param evidence as of its newest transition
     * @param valueNow the newest value, also between transitions; null if nothing new was observed
     * @param runbook path of the page that says what to do
     */
    @RecordBuilder
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
            @Nullable Double valueAtFiring,
            @Nullable Double valueNow,
            @Nullable Instant valueNowAt,
            @Nullable Double valuePeak,
            String nextStep,
            String runbook) {
        /** Where the runbooks are, one for each type of alert. */
        public static final String RUNBOOKS = "/analytics-dashboard/runbooks/";
    }

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
            List<WeightViews.WeightChangeView> routing,
            @Nullable IncidentCost cost) {}

    /**
     * What became of the subject's tasks while it lasted, from its beginning or, of a long one, in
     * its last hours.
     *
     * @param usualFailedTasks how many of as many tasks failed before it; null if few are known
     * @param spentUsd on all of them, as far as known
     * @param wastedUsd on those that failed, as far as known
     * @param extraUsd beyond what as many tasks cost before it; null if that is not known
     * @param unpricedTasks tasks of which a part of the cost is not known
     */
    @RecordBuilder
    public record IncidentCost(
            Instant from,
            Instant to,
            long tasks,
            long failedTasks,
            @Nullable Double usualFailedTasks,
            BigDecimal spentUsd,
            BigDecimal wastedUsd,
            @Nullable BigDecimal extraUsd,
            long unpricedTasks) {}

    /** What a rule did in the last day. */
    public record RuleResult(long fired, long open) {
        public static final RuleResult NONE = new RuleResult(0, 0);
    }

    /** A rule in force. */
    @RecordBuilder
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
            Map<String, Object> params,
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
