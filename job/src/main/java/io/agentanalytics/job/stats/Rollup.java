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
        for (int seconds : Granularity.of(scope)) {
            Window.Id id = Window.Id.of(seconds, change.timeMillis());
            Window window = windows.get(id);
            if (window == null) {
                window = new Window();
                context.timerService().registerEventTimeTimer(id.end() - 1);
                context.timerService().registerEventTimeTimer(id.end() + keepMillis);
            }
            window.plus(change.tally());
            windows.put(id, window);
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
                long size = seconds * 1000L;
                close(scope, Window.Id.of(seconds, time + 1 - size), time, changed, out);
                drop(scope, Window.Id.of(seconds, time - size - keepMillis), time, changed, out);
            }
        }
        save(changed);
    }

    private void emit(Scope scope, ChangedWindows changed, long now, Collector<WindowRow> out)
            throws Exception {
        for (Window.Id id : changed.ids()) {
            Window window = windows.get(id);
            if (Granularity.isDue(scope, id.seconds(), window.closed, now)) {
                out.collect(window.row(scope, id));
                changed.remove(id);
            }
        }
    }

    private void close(
            Scope scope, Window.Id id, long time, ChangedWindows changed, Collector<WindowRow> out)
            throws Exception {
        Window window = id.end() - 1 == time ? windows.get(id) : null;
        if (window != null && !window.closed) {
            window.closed = true;
            windows.put(id, window);
            out.collect(window.row(scope, id));
            changed.remove(id);
        }
    }

    private void drop(
            Scope scope, Window.Id id, long time, ChangedWindows changed, Collector<WindowRow> out)
            throws Exception {
        if (id.end() + keepMillis != time) {
            return;
        }
        if (changed.remove(id)) {
            out.collect(windows.get(id).row(scope, id));
        }
        windows.remove(id);
    }
}
