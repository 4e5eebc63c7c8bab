package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.functions.TimedOutPartialMatchHandler;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Much waits, and then nobody starts anything for a minute: what counts is what never comes. */
final class UnattendedBacklog extends SignalPattern implements TimedOutPartialMatchHandler<Signal> {
    private static final long serialVersionUID = 1L;
    static final OutputTag<Signal> UNATTENDED = new OutputTag<>("unattended") {};
    private static final String WAITS = "much-waits";
    private static final String STARTS = "somebody-starts";
    private static final Duration NOBODY_FOR = Duration.ofMinutes(1);

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
                .where(kind(Signal.Kind.OBSERVED))
                .followedBy(STARTS)
                .where(kind(Signal.Kind.INTERRUPTED))
                .within(NOBODY_FOR);
    }

    /** Somebody started something in time: nothing to tell. */
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
        return first.as(Signal.Kind.ESCALATED, first.timeMillis() + NOBODY_FOR.toMillis())
                .at(Severity.CRITICAL);
    }
}
