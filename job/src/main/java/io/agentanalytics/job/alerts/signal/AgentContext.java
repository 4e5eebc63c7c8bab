package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.statistics.FalseAlarms;

/**
 * A rule applied to an agent.
 *
 * @param now event time, epoch ms
 */
record AgentContext(AgentProfile profile, Subject subject, AlertRule rule, long now) {
    RecentTasks recent() {
        return profile.recent;
    }

    /** A CUSUM's threshold at the agent's pace. */
    double threshold(double atOnePerMinute) {
        return FalseAlarms.threshold(atOnePerMinute, recent().perHour());
    }

    /** Marks evidence when another provider than the usual one serves the agent's tasks now. */
    Evidence withMove(Evidence evidence) {
        String lately = recent().mainProvider();
        boolean moved = !lately.isEmpty() && !subject.provider().isEmpty();
        return moved && !lately.equals(subject.provider())
                ? evidence.moved(subject.provider(), lately)
                : evidence;
    }
}
