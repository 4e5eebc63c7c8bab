package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How a change of a detector's level is told. */
final class Signals {
    private Signals() {}

    /** Tells a change of level, a leap in steps; what gets a little better is no news. */
    static void moved(
            Level before,
            Level now,
            long timeMillis,
            AlertRule rule,
            Subject subject,
            Supplier<Evidence> evidence,
            Consumer<Signal> out) {
        if (now == before || (before == Level.WORSENED && now == Level.RAISED)) {
            return;
        }
        if (now == Level.WORSENED && before != Level.RAISED) {
            out.accept(Signal.level(Level.RAISED, timeMillis, rule, subject, evidence.get()));
        }
        out.accept(Signal.level(now, timeMillis, rule, subject, evidence.get()));
    }
}
