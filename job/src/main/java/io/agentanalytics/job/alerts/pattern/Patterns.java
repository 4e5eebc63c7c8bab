package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.model.BufferTimeout;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.CEP;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/** All patterns over the signal stream. */
public final class Patterns {
    private static final OutputTag<Signal> LATE = new OutputTag<>("late-signals") {};
    private static final List<SignalPattern> ALL =
            List.of(
                    new RepeatedCostSpikes(),
                    new RunawayAgent(),
                    new ProviderErrorBurst(),
                    new Escalation());

    private Patterns() {}

    /** Returns the signals that the patterns emit. */
    public static DataStream<Signal> over(DataStream<Signal> signals) {
        var backlog = apply(signals, new UnattendedBacklog());
        DataStream<Signal> found =
                backlog.union(backlog.getSideOutput(UnattendedBacklog.UNATTENDED));
        DataStream<Signal> late = backlog.getSideOutput(LATE);
        for (SignalPattern pattern : ALL) {
            var matches = apply(signals, pattern);
            found = found.union(matches);
            late = late.union(matches.getSideOutput(LATE));
        }
        return found.union(
                late.process(new LateSignals())
                        .uid("late-signals")
                        .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                        .name("count late signals"));
    }

    private static SingleOutputStreamOperator<Signal> apply(
            DataStream<Signal> signals, SignalPattern pattern) {
        var keyed =
                // Signals in processing time have no place in event-time order.
                signals.filter(signal -> !signal.clock() && pattern.concerns(signal))
                        .uid(pattern.uid() + "-signals")
                        .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                        .name("signals for " + words(pattern))
                        .keyBy(Signal::key, Types.STRING);
        return CEP.pattern(keyed, pattern.pattern(), new SignalPattern.Order())
                .sideOutputLateData(LATE)
                .process(pattern, TypeInformation.of(Signal.class))
                .uid(pattern.uid())
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name(words(pattern));
    }

    private static String words(SignalPattern pattern) {
        return pattern.uid().replace('-', ' ');
    }
}
