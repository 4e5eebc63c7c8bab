package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.EvidenceBuilder;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.cep.EventComparator;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** A pattern, the signals that it consumes and the signal that a match emits. */
public abstract class SignalPattern extends PatternProcessFunction<Signal, Signal> {
    private static final long serialVersionUID = 1L;

    /** Returns the name of the pattern for operator uids. */
    abstract String uid();

    /** Returns true if the pattern consumes the signal. */
    abstract boolean concerns(Signal signal);

    abstract Pattern<Signal, ?> pattern();

    /** Returns the signal that a match emits. */
    abstract Signal signal(Map<String, List<Signal>> match);

    @Override
    public void processMatch(
            Map<String, List<Signal>> match, Context context, Collector<Signal> out) {
        out.collect(signal(match));
    }

    static SimpleCondition<Signal> kind(SignalKind kind) {
        return SimpleCondition.of(signal -> signal.kind() == kind);
    }

    static boolean isObservation(AlertType type, Signal signal) {
        boolean forPatterns =
                signal.kind() == SignalKind.OBSERVED || signal.kind() == SignalKind.INTERRUPTED;
        return forPatterns && signal.rule().type() == type;
    }

    static List<Signal> stage(Map<String, List<Signal>> match, String name) {
        return Objects.requireNonNull(match.get(name));
    }

    static Signal last(List<Signal> signals) {
        return signals.get(signals.size() - 1);
    }

    /** Returns the newest evidence with the task ids of all signals, newest first. */
    static Evidence together(List<Signal> signals, @Nullable Double value) {
        List<String> tasks = new ArrayList<>();
        for (int i = signals.size() - 1; i >= 0; i--) {
            for (String task : signals.get(i).evidence().taskIds()) {
                if (tasks.size() < Evidence.MAX_TASKS && !tasks.contains(task)) {
                    tasks.add(task);
                }
            }
        }
        Evidence e = last(signals).evidence();
        return EvidenceBuilder.builder(e).value(value).taskIds(tasks).build();
    }

    /** Order of signals with the same timestamp. */
    static final class Order implements EventComparator<Signal> {
        private static final long serialVersionUID = 1L;

        @Override
        public int compare(Signal a, Signal b) {
            return Signal.ORDER.compare(a, b);
        }
    }
}
