package io.agentanalytics.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.agentanalytics.contract.alerts.AlertMeaning;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Alerts and rules in API responses. */
public final class AlertViews {
    private AlertViews() {}

    /**
     * Alert as of its latest transition.
     *
     * @param number number of an open alert, the same in every view; null for other alerts
     * @param change newest transition and scope as text: a newer version of the job may have
     *     written values that this version does not know
     * @param inhibitedBy ID of the alert of which this alert is a symptom
     * @param evidence evidence as of the latest transition
     * @param valueNow latest value, also updated between transitions; null if nothing new was
     *     observed
     * @param runbook path of the runbook page
     * @param meaning what its type says about the subject, and what helps
     */
    @RecordBuilder
    public record AlertView(
            String alertId,
            @Nullable Long number,
            String fingerprint,
            String ruleId,
            long ruleVersion,
            String type,
            Severity severity,
            AlertState state,
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
            String runbook,
            @JsonUnwrapped AlertMeaning meaning) {
        /** Path prefix of the runbooks, one per alert type. */
        public static final String RUNBOOKS = "/analytics-dashboard/runbooks/";
    }

    /**
     * State transition of an alert.
     *
     * @param text the transition in words
     */
    @RecordBuilder
    public record AlertEventView(
            Instant at,
            long revision,
            String change,
            String text,
            AlertState state,
            Severity severity,
            String description,
            @Nullable String by) {}

    /**
     * Alert with its history, newest first, and the alerts that are its symptoms.
     *
     * @param nextSteps all steps of its runbook
     * @param routing weight changes around the alert, of its provider or of its agent, newest first
     */
    public record IncidentView(
            @JsonUnwrapped AlertView alert,
            List<String> nextSteps,
            List<AlertEventView> history,
            List<AlertView> symptoms,
            List<WeightViews.WeightChangeView> routing,
            @Nullable IncidentCost cost) {}

    /**
     * Cost of an incident: results of the subject's tasks since its start; for a long incident, in
     * its last hours.
     *
     * @param usualFailedTasks number of failures among the same number of tasks before the
     *     incident; null if the outcomes of too few earlier tasks are known
     * @param unreportedTasks number of tasks whose outcome was not reported
     * @param spentUsd known cost of all tasks
     * @param wastedUsd known cost of the failed tasks
     * @param extraUsd cost in excess of the same number of tasks before the incident; null if
     *     unknown
     * @param unpricedTasks number of tasks whose cost is partly unknown
     */
    @RecordBuilder
    public record IncidentCost(
            Instant from,
            Instant to,
            long tasks,
            long failedTasks,
            @Nullable Double usualFailedTasks,
            long unreportedTasks,
            BigDecimal spentUsd,
            BigDecimal wastedUsd,
            @Nullable BigDecimal extraUsd,
            long unpricedTasks) {}

    /** Meaning of an alert type, and what to do about its alerts. */
    public record RunbookView(String type, String title, List<String> steps) {}

    /** Results of a rule in the last day. */
    public record RuleResult(long fired, long open) {
        public static final RuleResult NONE = new RuleResult(0, 0);
    }

    /** Active rule. */
    @RecordBuilder
    public record RuleView(
            String ruleId,
            String type,
            long version,
            boolean enabled,
            boolean shadow,
            Severity severity,
            double forSeconds,
            double keepSeconds,
            Map<String, String> match,
            Map<String, Object> params,
            boolean enforce,
            String title,
            long firedLastDay,
            long open,
            @Nullable String changedBy,
            @Nullable Instant changedAt) {}

    /** Active silence. */
    public record SilenceView(
            String silenceId,
            Map<String, String> match,
            Instant until,
            String by,
            @Nullable String comment) {}
}
