package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import java.util.Comparator;

/**
 * A transition reported by a detector or a pattern. Signals are thousands of times rarer than
 * events.
 *
 * @param rule rule in force at that time
 * @param severity minimum severity of the alert from this signal on
 * @param clock true if the time is processing time, false if it is event time
 */
public record Signal(
        SignalKind kind,
        long timeMillis,
        AlertRule rule,
        Severity severity,
        Subject subject,
        Evidence evidence,
        boolean clock) {

    /** Order in which signals are applied, independent of their order of arrival. */
    public static final Comparator<Signal> ORDER =
            Comparator.comparingLong(Signal::timeMillis)
                    .thenComparing(Signal::key)
                    .thenComparing(Signal::place)
                    .thenComparing(s -> String.join(",", s.evidence.taskIds()));

    /**
     * Gives observations and interruptions the same rank, so that those with the same time keep the
     * order of their tasks.
     */
    private SignalKind place() {
        return kind == SignalKind.INTERRUPTED ? SignalKind.OBSERVED : kind;
    }

    static Signal level(
            ConditionLevel level,
            long timeMillis,
            AlertRule rule,
            Subject subject,
            Evidence evidence) {
        return of(level.kind(), timeMillis, rule, subject, evidence);
    }

    static Signal of(
            SignalKind kind, long timeMillis, AlertRule rule, Subject subject, Evidence evidence) {
        return new Signal(kind, timeMillis, rule, rule.severity(), subject, evidence, false);
    }

    /** Returns the same signal with another severity. */
    public Signal at(Severity own) {
        return new Signal(kind, timeMillis, rule, own, subject, evidence, clock);
    }

    /** Returns the same signal with another kind and time. */
    public Signal as(SignalKind other, long time) {
        return new Signal(other, time, rule, severity, subject, evidence, clock);
    }

    /** Returns the same signal with other evidence. */
    public Signal with(Evidence other) {
        return new Signal(kind, timeMillis, rule, severity, subject, other, clock);
    }

    Signal inProcessingTime() {
        return new Signal(kind, timeMillis, rule, severity, subject, evidence, true);
    }

    /** Returns the identity of an alert: rule and subject. */
    public String key() {
        return rule.ruleId() + '|' + subject.scope().wireName() + '|' + subject.name();
    }
}
