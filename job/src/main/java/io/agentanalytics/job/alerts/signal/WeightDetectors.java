package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.state.SetBack;
import io.agentanalytics.job.state.StateMap;
import io.agentanalytics.job.time.ScaledClock;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.util.Collector;

/**
 * Evaluates the rules about the global weights in processing time: no weights were produced for a
 * while (the job was stalled or down), or requests still go to a provider that the weights have
 * drained.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class WeightDetectors extends RuledFunction<WeightDecision> {
    private static final long serialVersionUID = 1L;
    private static final long EVALUATED_EVERY_MILLIS = 10_000;

    private final ScaledClock clock;
    private transient ValueState<Long> newest;
    private transient SetBack setBack;

    /** Time (epoch ms) at which this run began; not state, because every run has its own. */
    private transient long began;

    /**
     * Time (epoch ms) since which each drained provider has been drained; probes do not reset it.
     */
    private transient Map<String, Long> drainedSince;

    /** Raised alerts by rule and subject, with the time (epoch ms) of the last published value. */
    private transient Map<Raised, Long> raised;

    /** A rule that is raised on a subject. */
    public record Raised(String ruleId, String subject) {}

    public WeightDetectors(List<AlertRule> initial, ScaledClock clock) {
        super(initial);
        this.clock = clock;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        super.initializeState(context);
        setBack = new SetBack(context);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        super.snapshotState(context);
        setBack.save();
    }

    @Override
    public void open(OpenContext context) {
        began = Long.MIN_VALUE;
        newest = getRuntimeContext().getState(new ValueStateDescriptor<>("newest", Types.LONG));
        drainedSince =
                new StateMap<>(
                        getRuntimeContext()
                                .getMapState(
                                        new MapStateDescriptor<>(
                                                "left", Types.STRING, Types.LONG)));
        raised =
                new StateMap<>(
                        getRuntimeContext()
                                .getMapState(
                                        new MapStateDescriptor<>(
                                                "raised",
                                                TypeInformation.of(Raised.class),
                                                Types.LONG)));
    }

    @Override
    public void processElement(
            WeightDecision decision, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        begin(context);
        long now = decision.producedAt().toEpochMilli();
        Long last = newest.value();
        if (setBack.isBehind(context.timerService().currentProcessingTime()) || last == null) {
            registerTimer(context);
        }
        newest.update(now);
        rules(context, now, out).apply(decision, last, began);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        begin(context);
        Long last = newest.value();
        if (last != null) {
            long now = clock.now(context.timerService());
            rules(context, now, out).evaluateAge(last, began);
            registerTimer(context);
        }
    }

    private void begin(ReadOnlyContext context) {
        long now = clock.now(context.timerService());
        began = began == Long.MIN_VALUE ? now : Math.min(began, now); // it may be set back
    }

    private WeightRules rules(ReadOnlyContext context, long now, Collector<Signal> out)
            throws Exception {
        return new WeightRules(history(context), drainedSince, raised, now, out::collect);
    }

    private static void registerTimer(ReadOnlyContext context) {
        long turn = context.timerService().currentProcessingTime() / EVALUATED_EVERY_MILLIS + 1;
        context.timerService().registerProcessingTimeTimer(turn * EVALUATED_EVERY_MILLIS);
    }
}
