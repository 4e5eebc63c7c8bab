package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.functions.TimedOutPartialMatchHandler;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * A large backlog, and then no task starts for one minute. The signal comes from the match that
 * times out, because the pattern detects an absence.
 */
final class UnattendedBacklog extends SignalPattern implements TimedOutPartialMatchHandler<Signal> {
    private static final long serialVersionUID = 1L;
    static final OutputTag<Signal> UNATTENDED = new OutputTag<>("unattended") {};
    private static final String WAITS = "much-waits";
    private static final String STARTS = "somebody-starts";
    private static final Duration UNATTENDED_FOR = Duration.ofMinutes(1);

    @Override
    String uid() {
        return "unattended-backlog";
    }

    @Override
    boolean concerns(Signal signal) {
        return isObservation(AlertType.QUEUE_BACKLOG, signal);
    }

    @Override
    Pattern<Signal, ?> pattern() {
        return Pattern.<Signal>begin(WAITS, AfterMatchSkipStrategy.skipPastLastEvent())
                .where(kind(SignalKind.OBSERVED))
                .followedBy(STARTS)
                .where(kind(SignalKind.INTERRUPTED))
                .within(UNATTENDED_FOR);
    }

    /** Emits no signal: a task started in time. */
    @Override
    public void processMatch(
            Map<String, List<Signal>> match, Context context, Collector<Signal> out) {}

    @Override
    public void processTimedOutMatch(Map<String, List<Signal>> match, Context context) {
        context.output(UNATTENDED, signal(match));
    }

    @Override
    Signal signal(Map<String, List<Signal>> match) {
        Signal first = stage(match, WAITS).get(0);
        return first.as(SignalKind.ESCALATED, first.timeMillis() + UNATTENDED_FOR.toMillis())
                .at(Severity.CRITICAL);
    }
}
