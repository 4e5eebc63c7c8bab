package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Creates signals from a detector's level: one for each change of level, and the value in between.
 *
 * @param timeMillis time (epoch ms) at which the level was determined
 */
record Signals(long timeMillis, AlertRule rule, Subject subject, Consumer<Signal> out) {
    /**
     * Emits a change of level; a change by two levels is emitted in two steps. A partial
     * improvement is not a change, but the value is emitted from time to time.
     */
    void moved(
            ConditionLevel before,
            ConditionLevel now,
            Measuring measuring,
            Supplier<Evidence> evidence) {
        if (now == before || (before == ConditionLevel.WORSENED && now == ConditionLevel.RAISED)) {
            if (measuring.isDue(now, timeMillis)) {
                emit(SignalKind.MEASURED, evidence);
            }
            return;
        }
        measuring.moved(timeMillis, rule);
        if (now == ConditionLevel.WORSENED && before != ConditionLevel.RAISED) {
            emit(SignalKind.RAISED, evidence);
        }
        emit(now.kind(), evidence);
    }

    private void emit(SignalKind kind, Supplier<Evidence> evidence) {
        out.accept(Signal.of(kind, timeMillis, rule, subject, evidence.get()));
    }
}
