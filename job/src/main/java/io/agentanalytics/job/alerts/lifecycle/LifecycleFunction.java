package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.state.EventTimeBuffer;
import io.agentanalytics.job.state.ReachedTime;
import io.agentanalytics.job.state.StateMap;
import io.agentanalytics.job.time.ScaledClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Single subtask that holds all alerts. Inhibition, grouping and flap detection need all alerts,
 * and signals are rare. Signals are buffered until the watermark has reached them and are applied
 * in event-time order. Only early notices and signals in processing time are applied at once.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class LifecycleFunction extends KeyedCoProcessFunction<String, Signal, Control, Alert>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    public static final OutputTag<Notification> NOTIFICATIONS =
            new OutputTag<>("notifications", TypeInformation.of(Notification.class));

    // The records are part of the saved state, so their names must stay.

    /** Number and end time of the last episode, and the recent firings of the alert. */
    public record PastEpisode(int number, long endedMillis, List<Long> firings) {}

    /** An early notice and the end of its confirmation period (epoch ms, processing time). */
    public record Notice(Signal signal, long untilMillis) {}

    /** A rule change and the event time (epoch ms) at which it is applied again. */
    public record RuleTurn(long timeMillis, String ruleId) {}

    private final ScaledClock clock;
    private transient ReachedTime reached;
    private transient EventTimeBuffer<List<Signal>> waiting;
    private transient MapState<String, Incident> open;
    private transient MapState<String, PastEpisode> episodes;
    private transient MapState<String, AlertCommand> silences;
    private transient MapState<String, NotificationGroup> groups;
    private transient MapState<String, Notice> notices;
    private transient MapState<RuleTurn, AlertRule> changedRules;

    private transient AlertDesk.@Nullable Store store;
    private transient Counter transitions;

    public LifecycleFunction(ScaledClock clock) {
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        waiting =
                EventTimeBuffer.of(
                        getRuntimeContext(), Types.LIST(TypeInformation.of(Signal.class)));
        open = map("open", Incident.class);
        episodes = map("episodes", PastEpisode.class);
        silences = map("silences", AlertCommand.class);
        groups = map("groups", NotificationGroup.class);
        notices = map("notices", Notice.class);
        changedRules =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "changed-rules",
                                        TypeInformation.of(RuleTurn.class),
                                        TypeInformation.of(AlertRule.class)));
        transitions = getRuntimeContext().getMetricGroup().counter("alert_transitions");
    }

    private <V> MapState<String, V> map(String name, Class<V> type) {
        return getRuntimeContext()
                .getMapState(
                        new MapStateDescriptor<>(name, Types.STRING, TypeInformation.of(type)));
    }

    private AlertDesk desk(long now, Context context, Collector<Alert> out) throws Exception {
        TimerService timers = context.timerService();
        return new AlertDesk(
                store(),
                new AlertDesk.Times(now, clock.now(timers), reached.of(timers)),
                new FlinkOutput(context, out));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        reached = ReachedTime.of(context);
    }

    /**
     * Drops the loaded state, because its objects change in place. The heap backend writes a
     * snapshot while the function continues, and copies only what is read from the state after the
     * snapshot began.
     */
    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        reached.snapshot();
        store = null;
    }

    /** Loads the state. Keyed state needs a current key, so open() cannot load it. */
    private AlertDesk.Store store() throws Exception {
        AlertDesk.Store loaded = store;
        if (loaded == null) {
            loaded =
                    new AlertDesk.Store(
                            new WrittenThrough<>(open),
                            new StateMap<>(episodes),
                            new WrittenThrough<>(silences),
                            new WrittenThrough<>(groups),
                            new StateMap<>(notices),
                            new StateMap<>(changedRules));
            store = loaded;
        }
        return loaded;
    }

    @Override
    public void processElement1(Signal signal, Context context, Collector<Alert> out)
            throws Exception {
        if (signal.kind() == SignalKind.EARLY) {
            desk(signal.timeMillis(), context, out).announce(signal);
            return;
        }
        if (signal.clock()) {
            desk(signal.timeMillis(), context, out).apply(signal);
            return;
        }
        long next = reached.of(context.timerService()) + 1;
        waiting.add(
                Math.max(signal.timeMillis(), next),
                context.timerService(),
                known -> {
                    List<Signal> signals = known == null ? new ArrayList<>() : known;
                    signals.add(signal);
                    return signals;
                });
    }

    @Override
    public void processElement2(Control control, Context context, Collector<Alert> out)
            throws Exception {
        Alert published = control.published();
        if (published != null) {
            desk(clock.now(context.timerService()), context, out).recall(published);
            return;
        }
        AlertDesk desk = desk(clock.at(control.appendMillis()), context, out);
        if (control.rule() != null) {
            desk.apply(control.rule());
        }
        if (control.command() != null) {
            desk.apply(control.command());
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Alert> out) throws Exception {
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            desk(clock.at(time), context, out).advanceClock(this::isWaiting);
        } else {
            List<Signal> signals = waiting.take(time);
            desk(time, context, out).advance(signals == null ? List.of() : signals);
        }
    }

    private boolean isWaiting(String key) {
        try {
            for (Map.Entry<Long, List<Signal>> entry : waiting.entries()) {
                if (entry.getValue().stream().anyMatch(signal -> signal.key().equals(key))) {
                    return true;
                }
            }
            return false;
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
    }

    /** Forwards results to the outputs and timers of the Flink function. */
    private final class FlinkOutput implements AlertDesk.Output {
        private final Context context;
        private final Collector<Alert> alerts;

        FlinkOutput(Context context, Collector<Alert> alerts) {
            this.context = context;
            this.alerts = alerts;
        }

        @Override
        public void changed(Alert alert) {
            alerts.collect(alert);
            if (alert.isTransition()) {
                transitions.inc();
            }
        }

        @Override
        public void notified(Notification notification) {
            context.output(NOTIFICATIONS, notification);
        }

        @Override
        public void advanceAt(long millis) {
            context.timerService().registerEventTimeTimer(millis);
        }

        @Override
        public void advanceClockAt(long millis) {
            clock.register(context.timerService(), millis);
        }
    }
}
