package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertCommandKind;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.job.alerts.EventTimeBuffer;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.model.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimeDomain;
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
public final class LifecycleFunction
        extends KeyedCoProcessFunction<String, Signal, Control, Alert> {
    private static final long serialVersionUID = 1L;
    public static final OutputTag<Notification> NOTIFICATIONS =
            new OutputTag<>("notifications", TypeInformation.of(Notification.class));

    private static final long DAY = 86_400_000;

    /**
     * Retention of episode numbers. An id must not be reused while the store still has the alert.
     */
    private static final long EPISODES_KEPT_MILLIS = 31 * DAY;

    private static final long UNCONFIRMED_MILLIS = 120_000;
    private static final long CONFIRMED_WITHIN_MILLIS = 30_000;

    /** Number and end time of the last episode, and the recent firings of the alert. */
    public record PastEpisode(int number, long endedMillis, List<Long> firings) {}

    /** An early notice and the end of its confirmation period (epoch ms, processing time). */
    public record Notice(Signal signal, long untilMillis) {}

    /** A rule change and the event time (epoch ms) at which it is applied again. */
    public record RuleTurn(long timeMillis, String ruleId) {}

    private transient EventTimeBuffer<List<Signal>> waiting;
    private transient MapState<String, Incident> openState;
    private transient MapState<String, PastEpisode> episodes;
    private transient MapState<String, AlertCommand> silenceState;
    private transient MapState<String, NotificationGroup> groupState;
    private transient MapState<String, Notice> notices;
    private transient MapState<RuleTurn, AlertRule> changedRules;

    private transient @Nullable Map<String, Incident> open;
    private transient Map<String, AlertCommand> silences;
    private transient Map<String, NotificationGroup> groups;
    private transient Counter transitions;

    @Override
    public void open(OpenContext context) {
        waiting =
                EventTimeBuffer.of(
                        getRuntimeContext(), Types.LIST(TypeInformation.of(Signal.class)));
        openState = map("open", Incident.class);
        episodes = map("episodes", PastEpisode.class);
        silenceState = map("silences", AlertCommand.class);
        groupState = map("groups", NotificationGroup.class);
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

    /** Loads the state. Keyed state needs a current key, so open() cannot load it. */
    private Map<String, Incident> load() throws Exception {
        Map<String, Incident> known = open;
        if (known == null) {
            known = new WrittenThrough<>(openState);
            open = known;
            silences = new WrittenThrough<>(silenceState);
            groups = new WrittenThrough<>(groupState);
        }
        return known;
    }

    /** Lifecycle and notification grouper of one callback. */
    private final class Desk {
        final NotificationGrouper notifier;
        final Lifecycle lifecycle;
        final long now;
        final Context context;

        Desk(Context context, long now, Collector<Alert> out) throws Exception {
            Map<String, Incident> incidents = load();
            this.now = now;
            this.context = context;
            this.notifier =
                    new NotificationGrouper(
                            groups,
                            context.timerService().currentProcessingTime(),
                            n -> context.output(NOTIFICATIONS, n));
            this.lifecycle =
                    new Lifecycle(
                            incidents,
                            new Counted(),
                            silences,
                            alert -> {
                                out.collect(alert);
                                if (alert.isTransition()) {
                                    transitions.inc();
                                    notifier.on(alert, now);
                                }
                            });
        }

        /** Applies everything that is due in event time. */
        void close() throws Exception {
            boolean again = true;
            while (again) {
                again = false;
                for (Incident incident : new ArrayList<>(load().values())) {
                    if (!incident.clock && incident.due() <= now) {
                        lifecycle.dueAt(incident.key, now);
                        again = true;
                    }
                }
            }
            if (notifier.due() <= now) {
                notifier.dueAt(now);
            }
            save();
        }

        /** Writes changes to the state and registers the timers for the next due times. */
        void save() throws Exception {
            groupState.clear();
            if (!groups.isEmpty()) {
                groupState.putAll(groups);
            }
            long next = notifier.due();
            long nextByClock = notifier.dueClock();
            for (Incident incident : load().values()) {
                if (incident.clock) {
                    nextByClock = Math.min(nextByClock, incident.due());
                } else {
                    next = Math.min(next, incident.due());
                }
            }
            if (next != Incident.NEVER) {
                context.timerService().registerEventTimeTimer(Math.max(next, now + 1));
            }
            if (nextByClock != Incident.NEVER) {
                long clock = context.timerService().currentProcessingTime();
                context.timerService()
                        .registerProcessingTimeTimer(Math.max(nextByClock, clock + 1));
            }
        }
    }

    private final class Counted implements Lifecycle.Episodes {
        @Override
        public void resume(Incident incident) {
            try {
                PastEpisode last = episodes.get(incident.key);
                if (last != null) {
                    incident.episode = last.number();
                    incident.firings = new ArrayList<>(last.firings());
                }
            } catch (Exception e) {
                throw new FlinkRuntimeException(e);
            }
        }

        @Override
        public void ended(Incident incident, long now) {
            try {
                episodes.put(
                        incident.key, new PastEpisode(incident.episode, now, incident.firings));
            } catch (Exception e) {
                throw new FlinkRuntimeException(e);
            }
        }
    }

    @Override
    public void processElement1(Signal signal, Context context, Collector<Alert> out)
            throws Exception {
        long reached = context.timerService().currentWatermark();
        if (signal.kind() == SignalKind.EARLY) {
            early(signal, context, out);
            return;
        }
        if (signal.clock()) {
            Desk desk = new Desk(context, signal.timeMillis(), out);
            desk.lifecycle.accept(signal, signal.timeMillis());
            desk.save();
            return;
        }
        long turn = Math.max(signal.timeMillis(), reached + 1);
        waiting.add(
                turn,
                context.timerService(),
                known -> {
                    List<Signal> signals = known == null ? new ArrayList<>() : known;
                    signals.add(signal);
                    return signals;
                });
    }

    private void early(Signal signal, Context context, Collector<Alert> out) throws Exception {
        Desk desk = new Desk(context, signal.timeMillis(), out);
        if (desk.lifecycle.early(signal)) {
            long until = context.timerService().currentProcessingTime() + UNCONFIRMED_MILLIS;
            notices.put(signal.key(), new Notice(signal, until));
            context.timerService().registerProcessingTimeTimer(until);
        }
        desk.save();
    }

    @Override
    public void processElement2(Control control, Context context, Collector<Alert> out)
            throws Exception {
        long now = control.appendMillis();
        Desk desk = new Desk(context, now, out);
        AlertRule rule = control.rule();
        if (rule != null) {
            desk.lifecycle.changed(rule, now);
            // Signals from before the change may still arrive and open an alert again.
            long turn = Math.max(now, context.timerService().currentWatermark() + 1);
            changedRules.put(new RuleTurn(turn, rule.ruleId()), rule);
            context.timerService().registerEventTimeTimer(turn);
        }
        AlertCommand command = control.command();
        if (command != null) {
            desk.lifecycle.accept(command, now);
            if (command.until() != null) {
                context.timerService().registerProcessingTimeTimer(command.until().toEpochMilli());
            }
        }
        desk.save();
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Alert> out) throws Exception {
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            byClock(time, context, out);
            return;
        }
        Desk desk = new Desk(context, time, out);
        List<Signal> signals = waiting.take(time);
        if (signals != null) {
            signals.sort(Signal.ORDER);
            for (Signal signal : signals) {
                desk.lifecycle.accept(signal, time);
            }
        }
        for (Map.Entry<RuleTurn, AlertRule> change : List.copyOf(changes(time))) {
            desk.lifecycle.changed(change.getValue(), time);
            changedRules.remove(change.getKey());
        }
        desk.close();
        forgetEpisodes(time, context);
    }

    private List<Map.Entry<RuleTurn, AlertRule>> changes(long time) throws Exception {
        List<Map.Entry<RuleTurn, AlertRule>> due = new ArrayList<>();
        for (Map.Entry<RuleTurn, AlertRule> change : changedRules.entries()) {
            if (change.getKey().timeMillis() == time) {
                due.add(Map.entry(change.getKey(), change.getValue()));
            }
        }
        return due;
    }

    private void byClock(long time, OnTimerContext context, Collector<Alert> out) throws Exception {
        Desk desk = new Desk(context, time, out);
        List<Notice> due = new ArrayList<>();
        for (Notice notice : notices.values()) {
            if (notice.untilMillis() <= time) {
                due.add(notice);
            }
        }
        for (Notice notice : due) {
            if (context.timerService().currentWatermark()
                            < notice.signal().timeMillis() + CONFIRMED_WITHIN_MILLIS
                    || isWaiting(notice.signal().key())) {
                // Event time lags: the confirmation may still arrive, or it is buffered.
                context.timerService().registerProcessingTimeTimer(time + UNCONFIRMED_MILLIS);
                continue;
            }
            notices.remove(notice.signal().key());
            desk.lifecycle.unconfirmed(notice.signal().key(), notice.signal());
        }
        desk.lifecycle.dueByClock(time);
        desk.notifier.dueByClock();
        for (AlertCommand silence : List.copyOf(silences.values())) {
            if (silence.until() != null && silence.until().toEpochMilli() <= time) {
                desk.lifecycle.accept(
                        new AlertCommand(
                                AlertCommandKind.UNSILENCE,
                                silence.id(),
                                "expiry",
                                null,
                                null,
                                null),
                        time);
            }
        }
        desk.save();
    }

    private boolean isWaiting(String key) throws Exception {
        for (Map.Entry<Long, List<Signal>> entry : waiting.entries()) {
            if (entry.getValue().stream().anyMatch(signal -> signal.key().equals(key))) {
                return true;
            }
        }
        return false;
    }

    /** Removes expired episodes once per day. */
    private void forgetEpisodes(long time, OnTimerContext context) throws Exception {
        if (!episodes.isEmpty()) {
            context.timerService().registerEventTimeTimer(Math.floorDiv(time, DAY) * DAY + DAY);
        }
        if (time % DAY != 0) {
            return;
        }
        List<String> old = new ArrayList<>();
        for (Map.Entry<String, PastEpisode> entry : episodes.entries()) {
            if (entry.getValue().endedMillis() < time - EPISODES_KEPT_MILLIS) {
                old.add(entry.getKey());
            }
        }
        for (String key : old) {
            episodes.remove(key);
        }
    }
}
