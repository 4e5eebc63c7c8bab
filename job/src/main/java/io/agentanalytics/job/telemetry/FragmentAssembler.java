package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.state.StateMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Assembles events from fragments, per trace, conversation or session. The state of a key is kept
 * until repeats of its fragments are no longer accepted, and is emptied then.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public class FragmentAssembler extends KeyedProcessFunction<String, FragmentRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;

    /** Turns, and starts of conversations by them, keyed by their conversation. */
    public static final OutputTag<FragmentRecord> LINEAGE =
            new OutputTag<>("lineage", TypeInformation.of(FragmentRecord.class));

    /** Repeats may wait in a spool or a collector that was cut off. */
    private static final Duration REPEATS = Duration.ofHours(1);

    private final long silenceMillis;
    private final long latenessMillis;
    private final long retentionMillis;

    private transient MapState<String, Part> parts;
    private transient ValueState<Long> newest;
    private transient ValueState<Long> timer;
    private transient ValueState<Long> fallback;
    private transient Map<Character, PartRules> rules;
    private transient List<Fragment> lineage;
    private transient long since;
    private transient ArrivalClock clock;
    private transient long openedAt;

    /**
     * @param silence after which a task that no client ends is ended
     * @param lateness maximum lateness of an event
     */
    public FragmentAssembler(Duration silence, Duration lateness) {
        this.silenceMillis = silence.toMillis();
        this.latenessMillis = lateness.toMillis();
        this.retentionMillis = retention(lateness).toMillis();
    }

    /** Returns how long fragments are remembered. */
    static Duration retention(Duration lateness) {
        return lateness.plus(REPEATS);
    }

    /**
     * Returns the key of a fragment: the {@link Fragment.Group#code() code} of its group, then its
     * trace, conversation or session. State is stored under these keys, so they must not change.
     */
    public static String keyOf(FragmentRecord record) {
        Fragment fragment = Objects.requireNonNull(record.fragment());
        return fragment.role().group().code() + fragment.key();
    }

    @Override
    public void open(OpenContext context) {
        var runtime = getRuntimeContext();
        parts =
                runtime.getMapState(
                        new MapStateDescriptor<>("parts", Types.STRING, PartSerializer.TYPE));
        newest = runtime.getState(new ValueStateDescriptor<>("newest", Types.LONG));
        timer = runtime.getState(new ValueStateDescriptor<>("timer", Types.LONG));
        fallback = runtime.getState(new ValueStateDescriptor<>("fallback", Types.LONG));
        Counter incomplete = runtime.getMetricGroup().counter("trace_incomplete");
        Counter joined = runtime.getMetricGroup().counter("calls_joined");
        lineage = new ArrayList<>();
        rules =
                Map.of(
                        Fragment.Group.TRACE.code(),
                        new TraceRules(silenceMillis, latenessMillis, incomplete::inc, joined::inc),
                        Fragment.Group.CONVERSATION.code(),
                        new TurnRules(lineage::add),
                        Fragment.Group.SESSION.code(),
                        new SessionRules(silenceMillis));
        since = PartRules.NEVER;
        clock = new ArrivalClock();
        openedAt = PartRules.NEVER;
    }

    @Override
    public void processElement(FragmentRecord record, Context context, Collector<SourceRecord> out)
            throws Exception {
        TimerService timers = context.timerService();
        long processing = timers.currentProcessingTime();
        long append = record.appendMillis() > 0 ? record.appendMillis() : processing;
        if (!clock.isSet()) {
            clock.reach(append, processing);
        }
        // Its partition may have been read further than others.
        long now = Math.max(now(timers), Math.min(append, processing));
        if (isDue(now)) {
            stopTimer(context); // the clock has jumped over it
        }
        accept(record, now, context);
    }

    /** Returns the time of the clock, which follows the watermark: the append times. */
    private long now(TimerService timers) {
        long processing = timers.currentProcessingTime();
        if (timers.currentWatermark() > 0) {
            clock.reach(timers.currentWatermark(), processing);
        }
        return clock.now(processing);
    }

    /** Adds a fragment that arrived at the given time. */
    final void accept(FragmentRecord record, long now, Context context) throws Exception {
        Fragment fragment = Objects.requireNonNull(record.fragment());
        since = Math.min(since, now);
        newest.update(now);
        rulesOf(fragment.role().group().code())
                .accept(fragment, new PartRules.Moment(now, since, now), new StateMap<>(parts));
        remind(now + TraceRules.BATCH_MILLIS, now, context);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<SourceRecord> out)
            throws Exception {
        TimerService timers = context.timerService();
        if (clock.isSet()) {
            settle(now(timers), context, out);
            return;
        }
        // After a restart, before the first fragment: the waits of a key go on where they were.
        long processing = timers.currentProcessingTime();
        openedAt = Math.min(openedAt, processing);
        Long last = newest.value();
        settle(last == null ? processing : last + processing - openedAt, context, out);
    }

    /** Returns true if a timer of the current key is due at the given time. */
    final boolean isDue(long now) throws Exception {
        Long set = timer.value();
        return set != null && set <= now;
    }

    /** Emits the events that are complete at the given time. */
    final void settle(long now, OnTimerContext context, Collector<SourceRecord> out)
            throws Exception {
        stopTimer(context);
        Long last = newest.value();
        if (last == null) {
            return;
        }
        since = Math.min(since, now);
        long next =
                rulesOf(context.getCurrentKey().charAt(0))
                        .settle(
                                new PartRules.Moment(now, since, last),
                                new StateMap<>(parts),
                                event -> out.collect(record(event, now)));
        for (Fragment fragment : lineage) {
            context.output(LINEAGE, new FragmentRecord(fragment, null, 0, 0, now));
        }
        lineage.clear();
        if (next == PartRules.NEVER && now >= last + retentionMillis) {
            parts.clear();
            newest.clear();
            return;
        }
        long forget = last + retentionMillis;
        remind(now < forget ? Math.min(next, forget) : next, now, context);
    }

    /** Returns the rules of a group, by the first character of a key. */
    private PartRules rulesOf(char group) {
        return Objects.requireNonNull(rules.get(group));
    }

    static SourceRecord record(TaskEvent event, long now) {
        return new SourceRecord(
                event, null, SourceRecord.NO_POSITION, SourceRecord.NO_POSITION, now);
    }

    /** Keeps one timer per key: the earliest. */
    private void remind(long time, long now, Context context) throws Exception {
        Long set = timer.value();
        if (set == null || time < set) {
            stopTimer(context);
            registerTimer(context.timerService(), time, now);
            timer.update(time);
        }
    }

    private void stopTimer(Context context) throws Exception {
        Long set = timer.value();
        if (set != null) {
            deleteTimer(context.timerService(), set);
            timer.clear();
        }
    }

    /** Registers a timer for the append time, and one for the case that no fragment follows. */
    void registerTimer(TimerService timers, long time, long now) throws Exception {
        timers.registerEventTimeTimer(time);
        long at = timers.currentProcessingTime() + Math.max(1, time - now);
        timers.registerProcessingTimeTimer(at);
        fallback.update(at);
    }

    void deleteTimer(TimerService timers, long time) throws Exception {
        timers.deleteEventTimeTimer(time);
        Long set = fallback.value();
        if (set != null) {
            timers.deleteProcessingTimeTimer(set);
            fallback.clear();
        }
    }
}
