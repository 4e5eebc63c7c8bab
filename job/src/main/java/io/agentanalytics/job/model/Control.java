package io.agentanalytics.job.model;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertRule;
import org.jspecify.annotations.Nullable;

/**
 * Record of a control topic: a change of a rule, of a routing policy or of a budget, a command, an
 * alert that the job itself has published, or a dead letter; with the broker's append time, epoch
 * ms.
 */
public record Control(
        @Nullable AlertRule rule,
        @Nullable AlertCommand command,
        @Nullable PolicyChange routing,
        @Nullable DeadLetter deadLetter,
        long appendMillis,
        @Nullable BudgetSetting budget,
        @Nullable Alert published) {

    /** Returns the control record of a rule, which applies from its append time. */
    public static Control of(AlertRule rule, long appendMillis) {
        return new Control(rule.since(appendMillis), null, null, null, appendMillis, null, null);
    }

    public static Control of(AlertCommand command, long appendMillis) {
        return new Control(null, command, null, null, appendMillis, null, null);
    }

    public static Control of(PolicyChange routing, long appendMillis) {
        return new Control(null, null, routing, null, appendMillis, null, null);
    }

    public static Control of(BudgetSetting budget) {
        return new Control(null, null, null, null, budget.sinceMillis(), budget, null);
    }

    /** Returns the control record of an alert that a run of this job has published. */
    public static Control published(Alert alert, long appendMillis) {
        return new Control(null, null, null, null, appendMillis, null, alert);
    }

    public static Control refused(DeadLetter letter) {
        return new Control(null, null, null, letter, letter.appendMillis(), null, null);
    }
}
