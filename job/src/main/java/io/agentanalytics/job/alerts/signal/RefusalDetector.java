package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/**
 * Tells at once that a provider refuses for quota or credentials, before event time has reached it;
 * {@link ProviderDetectors} says the same in its turn. By provider and class, at most once in ten
 * seconds.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class RefusalDetector extends RuledFunction.Watch<TaskOutcome> {
    private static final long serialVersionUID = 1L;
    private static final long INTERVAL_MILLIS = 10_000;
    private transient ValueState<Long> told;

    public RefusalDetector(List<AlertRule> initial) {
        super(initial);
    }

    /** Whether a fact is about this, and has a provider to blame. */
    public static boolean isRefusal(TaskOutcome fact) {
        return !fact.provider().isEmpty()
                && ErrorClass.of(fact.error()).blame() == ErrorClass.Blame.ACCOUNT;
    }

    /** Provider and class. */
    public static String keyOf(TaskOutcome fact) {
        return fact.error() + ' ' + fact.provider();
    }

    @Override
    public void open(OpenContext context) {
        told = getRuntimeContext().getState(new ValueStateDescriptor<>("told", Types.LONG));
    }

    @Override
    public void processElement(TaskOutcome fact, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        Long last = told.value();
        if (last != null && Math.abs(fact.timeMillis() - last) < INTERVAL_MILLIS) {
            return;
        }
        told.update(fact.timeMillis());
        context.timerService()
                .registerProcessingTimeTimer(
                        context.timerService().currentProcessingTime() + 6 * INTERVAL_MILLIS);
        boolean quota = fact.error().equals(ErrorClass.QUOTA.wireName());
        AlertType type = quota ? AlertType.PROVIDER_QUOTA : AlertType.PROVIDER_AUTH;
        Evidence evidence =
                Evidence.of("requests")
                        .value(1.0)
                        .threshold(1.0)
                        .baseline(0.0)
                        .n(1)
                        .taskIds(List.of(fact.taskId()))
                        .build();
        for (AlertRule rule : rules(context, type, fact.timeMillis())) {
            if (rule.matches("", "", fact.provider())) {
                out.collect(
                        Signal.of(
                                Signal.Kind.EARLY,
                                fact.timeMillis(),
                                rule,
                                Subject.provider(fact.provider()),
                                evidence));
            }
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) {
        told.clear();
    }
}
