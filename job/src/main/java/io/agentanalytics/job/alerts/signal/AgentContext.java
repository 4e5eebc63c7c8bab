package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.statistics.FalseAlarms;
import java.util.function.Consumer;

/**
 * A rule applied to an agent.
 *
 * @param now event time, epoch ms
 */
record AgentContext(
        AgentProfile profile, Subject subject, AlertRule rule, long now, Consumer<Signal> out) {
    /** Returns a signal about the agent. */
    Signal signal(SignalKind kind, Evidence evidence) {
        return Signal.of(kind, now, rule, subject, evidence);
    }

    RecentTasks recent() {
        return profile.recent;
    }

    /** Returns the CUSUM threshold at the agent's task rate. */
    double threshold(double atOnePerMinute) {
        return FalseAlarms.threshold(atOnePerMinute, recent().perHour());
    }

    /**
     * Adds the move to the evidence if a provider other than the usual one now serves the agent.
     */
    Evidence withMove(Evidence evidence) {
        String lately = recent().mainProvider();
        boolean moved = !lately.isEmpty() && !subject.provider().isEmpty();
        return moved && !lately.equals(subject.provider())
                ? evidence.moved(subject.provider(), lately)
                : evidence;
    }
}
