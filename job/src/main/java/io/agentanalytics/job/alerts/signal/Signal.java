package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import java.util.Comparator;

/**
 * A transition that a detector or a pattern saw: thousands of times rarer than events.
 *
 * @param rule as it was in force at that time
 * @param severity what the alert has at least from now on
 * @param clock whether the time is the clock's and not that of events
 */
public record Signal(
        Kind kind,
        long timeMillis,
        AlertRule rule,
        Severity severity,
        Subject subject,
        Evidence evidence,
        boolean clock) {

    /** What the signal says. */
    public enum Kind {
        CLEARED,
        EASED,
        RAISED,
        WORSENED,
        /** Something that happens and is over: it fires and ends by itself. */
        HAPPENED,
        /** For patterns only: what a pattern waits for. */
        OBSERVED,
        /** For patterns only: the opposite, which ends a run of observations. */
        INTERRUPTED,
        /** By a pattern: it was raised and has got worse since. */
        ESCALATED,
        /** It goes on, or is about to be over, with this value now. */
        MEASURED,
        /** Known before event time has reached it; the same will be said again in its turn. */
        EARLY
    }

    /** The order in which signals are taken, whatever the order in which they came. */
    public static final Comparator<Signal> ORDER =
            Comparator.comparingLong(Signal::timeMillis)
                    .thenComparing(Signal::key)
                    .thenComparing(Signal::place)
                    .thenComparing(s -> String.join(",", s.evidence.taskIds()));

    /** Observations and interruptions of one moment keep the order of their tasks. */
    private Kind place() {
        return kind == Kind.INTERRUPTED ? Kind.OBSERVED : kind;
    }

    static Signal level(
            ConditionLevel level, long timeMillis, AlertRule rule, Subject subject, Evidence evidence) {
        return new Signal(
                Kind.valueOf(level.name()),
                timeMillis,
                rule,
                rule.severity(),
                subject,
                evidence,
                false);
    }

    static Signal of(
            Kind kind, long timeMillis, AlertRule rule, Subject subject, Evidence evidence) {
        return new Signal(kind, timeMillis, rule, rule.severity(), subject, evidence, false);
    }

    /** The same at a severity of its own. */
    public Signal at(Severity own) {
        return new Signal(kind, timeMillis, rule, own, subject, evidence, clock);
    }

    /** The same signal, saying something else. */
    public Signal as(Kind other, long time) {
        return new Signal(other, time, rule, severity, subject, evidence, clock);
    }

    /** The same with other evidence. */
    public Signal with(Evidence other) {
        return new Signal(kind, timeMillis, rule, severity, subject, other, clock);
    }

    /** The same by the clock. */
    Signal byClock() {
        return new Signal(kind, timeMillis, rule, severity, subject, evidence, true);
    }

    /** What an alert is identified by: rule and subject. */
    public String key() {
        return rule.ruleId() + '|' + subject.scope().wireName() + '|' + subject.name();
    }
}
