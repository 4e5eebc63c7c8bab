package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/**
 * Emits an early signal when a provider refuses requests for quota or credentials, before event
 * time has reached the refusal. {@link ProviderDetectors} emits the same in event-time order. Emits
 * at most one signal in ten seconds per provider and error class.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class RefusalDetector extends RuledFunction<TaskOutcome> {
    private static final long serialVersionUID = 1L;
    private static final long INTERVAL_MILLIS = 10_000;
    private transient ValueState<Long> lastNotice;

    public RefusalDetector(List<AlertRule> initial) {
        super(initial);
    }

    /**
     * Returns true if a known provider refused a request for quota or credentials. The error of a
     * task is not that of a request: a tool of it may have been refused.
     */
    public static boolean isRefusal(TaskOutcome outcome) {
        return outcome.kind() == OutcomeKind.REFUSED
                && !outcome.provider().isEmpty()
                && ErrorClass.of(outcome.error()).blame() == ErrorClass.Blame.ACCOUNT;
    }

    /** Returns the key: error class and provider. */
    public static String keyOf(TaskOutcome outcome) {
        return outcome.error() + ' ' + outcome.provider();
    }

    @Override
    public void open(OpenContext context) {
        lastNotice = getRuntimeContext().getState(new ValueStateDescriptor<>("told", Types.LONG));
    }

    @Override
    public void processElement(TaskOutcome outcome, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        Long last = lastNotice.value();
        if (last != null && Math.abs(outcome.timeMillis() - last) < INTERVAL_MILLIS) {
            return;
        }
        lastNotice.update(outcome.timeMillis());
        context.timerService()
                .registerProcessingTimeTimer(
                        context.timerService().currentProcessingTime() + 6 * INTERVAL_MILLIS);
        boolean quota = outcome.error().equals(ErrorClass.QUOTA.wireName());
        AlertType type = quota ? AlertType.PROVIDER_QUOTA : AlertType.PROVIDER_AUTH;
        for (AlertRule rule : rules(context, type, outcome.timeMillis())) {
            if (rule.matches("", "", outcome.provider())) {
                out.collect(notice(rule, outcome));
            }
        }
    }

    private static Signal notice(AlertRule rule, TaskOutcome outcome) {
        Evidence evidence =
                Evidence.of("requests")
                        .value(1.0)
                        .threshold(1.0)
                        .baseline(0.0)
                        .n(1)
                        .taskIds(List.of(outcome.taskId()))
                        .build();
        Subject provider = Subject.provider(outcome.provider());
        return Signal.of(SignalKind.EARLY, outcome.timeMillis(), rule, provider, evidence);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) {
        lastNotice.clear();
    }
}
