package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How a change of a detector's level is told, and its value while the level stays. */
final class Signals {
    private Signals() {}

    /**
     * Tells a change of level, a leap in steps; what gets a little better is no change, but the
     * value is told from time to time.
     */
    static void moved(
            Level before,
            Level now,
            long timeMillis,
            AlertRule rule,
            Subject subject,
            Supplier<Evidence> evidence,
            Measuring measuring,
            Consumer<Signal> out) {
        if (now == before || (before == Level.WORSENED && now == Level.RAISED)) {
            if (measuring.isDue(now, timeMillis)) {
                Signal.Kind measured = Signal.Kind.MEASURED;
                out.accept(Signal.of(measured, timeMillis, rule, subject, evidence.get()));
            }
            return;
        }
        measuring.moved(timeMillis, rule);
        if (now == Level.WORSENED && before != Level.RAISED) {
            out.accept(Signal.level(Level.RAISED, timeMillis, rule, subject, evidence.get()));
        }
        out.accept(Signal.level(now, timeMillis, rule, subject, evidence.get()));
    }
}
