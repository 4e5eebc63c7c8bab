package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.WindowRow;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Aggregates the windows of a scope. Each emission is the full value of a window: throttled while
 * it changes, and immediate when the watermark closes it.
 */
public final class Rollup extends KeyedProcessFunction<Scope, TallyDelta, WindowRow> {
    private static final long serialVersionUID = 1L;

    /** Windows of a scope are dropped together, so that they share a timer. */
    private static final long DROP_INTERVAL_MILLIS = 600_000;

    private final long keepMillis;
    private transient MapState<Window.Id, Window> windows;
    private transient ValueState<long[]> dirty;

    /**
     * @param lateness allowed lateness of events; windows are kept twice as long, because a change
     *     applies at the time of its task's ending, not of the event that caused it
     */
    public Rollup(Duration lateness) {
        this.keepMillis = 2 * lateness.toMillis();
    }

    @Override
    public void open(OpenContext context) {
        TypeInformation<Window.Id> id = TypeInformation.of(Window.Id.class);
        windows =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "windows", id, TypeInformation.of(Window.class)));
        dirty =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "dirty",
                                        PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void processElement(TallyDelta change, Context context, Collector<WindowRow> out)
            throws Exception {
        Scope scope = context.getCurrentKey();
        ChangedWindows changed = changed();
        if (changed.isEmpty()) {
            var timers = context.timerService();
            timers.registerProcessingTimeTimer(
                    Granularity.nextEmission(scope, timers.currentProcessingTime()));
        }
        byte[] first = {};
        for (int seconds : Granularity.of(scope)) {
            Window.Id id = Window.Id.of(seconds, change.timeMillis());
            Window window = windows.get(id);
            if (window != null) {
                windows.put(id, window.plus(change.tally()));
            } else {
                first = first.length == 0 ? change.tally().toBytes() : first;
                windows.put(id, new Window(first, false));
                context.timerService().registerEventTimeTimer(id.end() - 1);
            }
            changed.add(id);
        }
        save(changed);
    }

    private ChangedWindows changed() throws IOException {
        return ChangedWindows.of(dirty.value());
    }

    private void save(ChangedWindows changed) throws IOException {
        if (changed.isModified()) {
            dirty.update(changed.pairs());
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<WindowRow> out)
            throws Exception {
        Scope scope = context.getCurrentKey();
        ChangedWindows changed = changed();
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            emit(scope, changed, time, out);
            if (!changed.isEmpty()) {
                context.timerService()
                        .registerProcessingTimeTimer(Granularity.nextEmission(scope, time));
            }
        } else {
            for (int seconds : Granularity.of(scope)) {
                Window.Id id = Window.Id.of(seconds, time + 1 - seconds * 1000L);
                if (id.end() - 1 == time && windows.contains(id)) {
                    close(scope, id, changed, out);
                    context.timerService().registerEventTimeTimer(dropTime(id));
                }
            }
            if (time % DROP_INTERVAL_MILLIS == 0) {
                drop(scope, time, changed, out);
            }
        }
        save(changed);
    }

    private void emit(Scope scope, ChangedWindows changed, long now, Collector<WindowRow> out)
            throws Exception {
        for (Window.Id id : changed.ids()) {
            Window window = windows.get(id);
            if (Granularity.isDue(scope, id.seconds(), window.closed(), now)) {
                out.collect(window.row(scope, id));
                changed.remove(id);
            }
        }
    }

    private void close(Scope scope, Window.Id id, ChangedWindows changed, Collector<WindowRow> out)
            throws Exception {
        Window window = windows.get(id);
        if (!window.closed()) {
            Window closed = window.close();
            windows.put(id, closed);
            out.collect(closed.row(scope, id));
            changed.remove(id);
        }
    }

    private long dropTime(Window.Id id) {
        long intervals = Math.floorDiv(id.end() + keepMillis - 1, DROP_INTERVAL_MILLIS) + 1;
        return intervals * DROP_INTERVAL_MILLIS;
    }

    private void drop(Scope scope, long time, ChangedWindows changed, Collector<WindowRow> out)
            throws Exception {
        var entries = windows.iterator();
        while (entries.hasNext()) {
            var entry = entries.next();
            Window.Id id = entry.getKey();
            if (dropTime(id) <= time) {
                if (changed.remove(id)) {
                    out.collect(entry.getValue().row(scope, id));
                }
                entries.remove();
            }
        }
        if (windows.isEmpty()) {
            windows.clear(); // an empty map would remain in memory
        }
    }
}
