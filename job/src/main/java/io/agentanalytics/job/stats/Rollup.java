package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.state.SetBack;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Aggregates the windows of a scope. Each emission is the full value of a window: throttled while
 * it changes, and immediate when the watermark closes it.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class Rollup extends KeyedProcessFunction<Scope, TallyDelta, WindowRow>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    /** Windows of a scope are dropped together, so that they share a timer. */
    private static final long DROP_INTERVAL_MILLIS = 600_000;

    private final long keepMillis;
    private final long longMillis;
    private transient ValueState<OpenWindows> open;
    private transient MapState<Window.Id, Window> closed;

    /** Windows whose rows were due, in state of earlier versions. */
    private transient ValueState<long[]> dirty;

    private transient SetBack setBack;

    /**
     * @param lateness allowed lateness of events; windows are kept twice as long, because a change
     *     applies at the time of its task's ending, not of the event that caused it
     * @param longInterval interval of the rows of open windows of cells above a minute
     */
    public Rollup(Duration lateness, Duration longInterval) {
        this.keepMillis = 2 * lateness.toMillis();
        this.longMillis = longInterval.toMillis();
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        setBack = new SetBack(context);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        setBack.save();
    }

    @Override
    public void open(OpenContext context) {
        TypeInformation<Window.Id> id = TypeInformation.of(Window.Id.class);
        var runtime = getRuntimeContext();
        open =
                runtime.getState(
                        new ValueStateDescriptor<>("open", TypeInformation.of(OpenWindows.class)));
        closed =
                runtime.getMapState(
                        new MapStateDescriptor<>("windows", id, TypeInformation.of(Window.class)));
        dirty =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "dirty", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void processElement(TallyDelta change, Context context, Collector<WindowRow> out)
            throws Exception {
        Scope scope = context.getCurrentKey();
        TimerService timers = context.timerService();
        OpenWindows windows = windows();
        boolean scheduled = windows.anyDue();
        int[] lengths = Granularity.of(scope);
        int level = add(change.tally(), change.timeMillis(), lengths, 0, windows, timers);
        for (int i = level; i < lengths.length; i++) {
            Window.Id id = Window.Id.of(lengths[i], change.timeMillis());
            if (isOpen(id, windows, timers)) {
                windows.due(id);
            }
        }
        schedule(scope, scheduled, windows, timers.currentProcessingTime(), timers);
        open.update(windows);
    }

    private OpenWindows windows() throws Exception {
        OpenWindows windows = open.value();
        if (windows == null) {
            windows = EarlierWindows.open(closed, dirty.value());
            dirty.clear();
        }
        return windows;
    }

    private void schedule(
            Scope scope, boolean scheduled, OpenWindows windows, long now, TimerService timers) {
        if ((setBack.isBehind(now) || !scheduled) && windows.anyDue()) {
            timers.registerProcessingTimeTimer(Granularity.nextEmission(scope, now));
        }
    }

    /**
     * Adds a change to the shortest window of its time that is open, and to the shorter ones, which
     * are closed: longer ones contain them already.
     *
     * @param level index of the shortest window to which the change is new
     * @return index of the open window
     */
    private int add(
            Tally change,
            long time,
            int[] lengths,
            int level,
            OpenWindows windows,
            TimerService timers)
            throws Exception {
        int i = level;
        for (; i < lengths.length; i++) {
            Window.Id id = Window.Id.of(lengths[i], time);
            if (isOpen(id, windows, timers)) {
                windows.plus(id, change);
                return i;
            }
            Window known = closed.get(id);
            if (known == null) {
                timers.registerEventTimeTimer(dropTime(id));
            }
            closed.put(id, known == null ? new Window(change.toBytes(), true) : known.plus(change));
            windows.due(id);
        }
        return i;
    }

    /** Returns true if a window is open, and opens it if it is new. */
    private boolean isOpen(Window.Id id, OpenWindows windows, TimerService timers)
            throws Exception {
        if (windows.isOpen(id)) {
            return true;
        }
        boolean isNew = id.end() - 1 > timers.currentWatermark() && !closed.contains(id);
        if (isNew) {
            windows.open(id);
            timers.registerEventTimeTimer(id.end() - 1);
        }
        return isNew;
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<WindowRow> out)
            throws Exception {
        Scope scope = context.getCurrentKey();
        TimerService timers = context.timerService();
        OpenWindows windows = windows();
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            // A timer that was registered before the clock was set back may fire at its old time.
            long now = Math.min(time, timers.currentProcessingTime());
            emit(scope, windows, now, out);
            schedule(scope, false, windows, now, timers);
        } else {
            boolean scheduled = windows.anyDue();
            int[] lengths = Granularity.of(scope);
            for (int i = 0; i < lengths.length; i++) {
                Window.Id id = Window.Id.of(lengths[i], time);
                if (id.end() - 1 == time && windows.isOpen(id)) {
                    Tally value = close(scope, id, windows, out);
                    timers.registerEventTimeTimer(dropTime(id));
                    add(value, id.start(), lengths, i + 1, windows, timers);
                }
            }
            if (time % DROP_INTERVAL_MILLIS == 0) {
                drop(scope, time, windows, out);
            }
            schedule(scope, scheduled, windows, timers.currentProcessingTime(), timers);
        }
        open.update(windows.isEmpty() ? null : windows);
    }

    private void emit(Scope scope, OpenWindows windows, long now, Collector<WindowRow> out)
            throws Exception {
        for (OpenWindows.Entry entry : List.copyOf(windows.entries())) {
            Window.Id id = entry.id();
            boolean isClosed = !entry.isOpen();
            if (entry.due()
                    && (isClosed || Granularity.isDue(scope, id.seconds(), now, longMillis))) {
                Tally value = isClosed ? closed.get(id).value() : windows.value(id);
                out.collect(Window.row(scope, id, value, isClosed));
                windows.emitted(id);
            }
        }
    }

    private Tally close(Scope scope, Window.Id id, OpenWindows windows, Collector<WindowRow> out)
            throws Exception {
        Window window = new Window(windows.close(id), true);
        closed.put(id, window);
        Tally value = window.value();
        out.collect(Window.row(scope, id, value, true));
        return value;
    }

    private long dropTime(Window.Id id) {
        long intervals = Math.floorDiv(id.end() + keepMillis - 1, DROP_INTERVAL_MILLIS) + 1;
        return intervals * DROP_INTERVAL_MILLIS;
    }

    private void drop(Scope scope, long time, OpenWindows windows, Collector<WindowRow> out)
            throws Exception {
        var entries = closed.iterator();
        while (entries.hasNext()) {
            var entry = entries.next();
            Window.Id id = entry.getKey();
            if (dropTime(id) <= time) {
                if (windows.forget(id)) {
                    out.collect(Window.row(scope, id, entry.getValue().value(), true));
                }
                entries.remove();
            }
        }
        if (closed.isEmpty()) {
            closed.clear(); // an empty map would remain in memory
        }
    }
}
