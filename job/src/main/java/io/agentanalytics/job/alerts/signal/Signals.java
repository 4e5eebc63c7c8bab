package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes signals of a detector's level: each change of it, and its value while it stays.
 *
 * @param timeMillis when the level was determined
 */
record Signals(long timeMillis, AlertRule rule, Subject subject, Consumer<Signal> out) {
    /**
     * Tells a change of level, a leap in steps; what gets a little better is no change, but the
     * value is told from time to time.
     */
    void moved(ConditionLevel before, ConditionLevel now, Measuring measuring, Supplier<Evidence> evidence) {
        if (now == before || (before == ConditionLevel.WORSENED && now == ConditionLevel.RAISED)) {
            if (measuring.isDue(now, timeMillis)) {
                tell(Signal.Kind.MEASURED, evidence);
            }
            return;
        }
        measuring.moved(timeMillis, rule);
        if (now == ConditionLevel.WORSENED && before != ConditionLevel.RAISED) {
            tell(Signal.Kind.RAISED, evidence);
        }
        tell(Signal.Kind.valueOf(now.name()), evidence);
    }

    private void tell(Signal.Kind kind, Supplier<Evidence> evidence) {
        out.accept(Signal.of(kind, timeMillis, rule, subject, evidence.get()));
    }
}
