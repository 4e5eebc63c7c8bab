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

    private final long silenceMillis;
    private final long retentionMillis;

    private transient MapState<String, Part> parts;
    private transient ValueState<Long> newest;
    private transient ValueState<Long> timer;
    private transient Map<Character, PartRules> rules;
    private transient List<Fragment> lineage;
    private transient long since;

    /**
     * @param silence after which a task that no client ends is ended
     * @param retention how long fragments are remembered
     */
    public FragmentAssembler(Duration silence, Duration retention) {
        this.silenceMillis = silence.toMillis();
        this.retentionMillis = retention.toMillis();
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
        Counter incomplete = runtime.getMetricGroup().counter("trace_incomplete");
        Counter joined = runtime.getMetricGroup().counter("calls_joined");
        lineage = new ArrayList<>();
        rules =
                Map.of(
                        Fragment.Group.TRACE.code(),
                        new TraceRules(incomplete::inc, joined::inc),
                        Fragment.Group.CONVERSATION.code(),
                        new TurnRules(lineage::add),
                        Fragment.Group.SESSION.code(),
                        new SessionRules(silenceMillis));
        since = PartRules.NEVER;
    }

    @Override
    public void processElement(FragmentRecord record, Context context, Collector<SourceRecord> out)
            throws Exception {
        accept(record, context.timerService().currentProcessingTime(), context);
    }

    /** Adds a fragment that arrived at the given time. */
    final void accept(FragmentRecord record, long now, Context context) throws Exception {
        Fragment fragment = Objects.requireNonNull(record.fragment());
        since = Math.min(since, now);
        newest.update(now);
        rulesOf(fragment.role().group().code())
                .accept(fragment, new PartRules.Moment(now, since, now), new StateMap<>(parts));
        remind(now + TraceRules.BATCH_MILLIS, context);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<SourceRecord> out)
            throws Exception {
        settle(context.timerService().currentProcessingTime(), context, out);
    }

    /** Returns true if a timer of the current key is due at the given time. */
    final boolean isDue(long now) throws Exception {
        Long set = timer.value();
        return set != null && set <= now;
    }

    /** Emits the events that are complete at the given time. */
    final void settle(long now, OnTimerContext context, Collector<SourceRecord> out)
            throws Exception {
        timer.clear();
        Long last = newest.value();
        if (last == null) {
            return;
        }
        since = Math.min(since, now);
        if (now >= last + retentionMillis) {
            parts.clear();
            newest.clear();
            return;
        }
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
        remind(Math.min(next, last + retentionMillis), context);
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
    private void remind(long time, Context context) throws Exception {
        Long set = timer.value();
        if (set == null || time < set) {
            if (set != null) {
                deleteTimer(context.timerService(), set);
            }
            registerTimer(context.timerService(), time);
            timer.update(time);
        }
    }

    void registerTimer(TimerService timers, long time) {
        timers.registerProcessingTimeTimer(time);
    }

    void deleteTimer(TimerService timers, long time) {
        timers.deleteProcessingTimeTimer(time);
    }
}
