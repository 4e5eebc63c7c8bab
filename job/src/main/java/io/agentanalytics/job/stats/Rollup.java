package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Change;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.WindowRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one scope. Each emission is the full value of a window: throttled while it
 * changes, and at once when the watermark closes it.
 */
public final class Rollup extends KeyedProcessFunction<Scope, Change, WindowRow> {
    private static final long serialVersionUID = 1L;
    private final long keepMillis;
    private transient MapState<Window.Id, Window> windows;
    private transient MapState<Window.Id, Boolean> dirty;

    /**
     * @param lateness what the door allows; windows stay twice as long, since a change lands at the
     *     time of its task's ending, not of the event that caused it
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
                        .getMapState(new MapStateDescriptor<>("dirty", id, Types.BOOLEAN));
    }

    @Override
    public void processElement(Change change, Context context, Collector<WindowRow> out)
            throws Exception {
        Scope scope = context.getCurrentKey();
        if (dirty.isEmpty()) {
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
            window.tally.plus(change.tally());
            window.dirty = true;
            windows.put(id, window);
            dirty.put(id, true);
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<WindowRow> out)
            throws Exception {
        Scope scope = context.getCurrentKey();
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            emitDirty(scope, time, context, out);
            return;
        }
        for (int seconds : Granularity.of(scope)) {
            close(scope, Window.Id.of(seconds, time + 1 - seconds * 1000L), time, out);
            drop(scope, Window.Id.of(seconds, time - seconds * 1000L - keepMillis), time, out);
        }
    }

    private void emitDirty(Scope scope, long now, OnTimerContext context, Collector<WindowRow> out)
            throws Exception {
        List<Window.Id> due = new ArrayList<>();
        for (Window.Id id : dirty.keys()) {
            Window window = windows.get(id);
            if (window == null || Granularity.isDue(scope, id.seconds(), window.closed, now)) {
                due.add(id);
            }
        }
        for (Window.Id id : due) {
            emitIfDirty(scope, id, windows.get(id), out);
            dirty.remove(id);
        }
        if (!dirty.isEmpty()) {
            context.timerService()
                    .registerProcessingTimeTimer(Granularity.nextEmission(scope, now));
        }
    }

    private void close(Scope scope, Window.Id id, long time, Collector<WindowRow> out)
            throws Exception {
        Window window = id.end() - 1 == time ? windows.get(id) : null;
        if (window != null && !window.closed) {
            window.closed = true;
            window.dirty = true;
            emitIfDirty(scope, id, window, out);
        }
    }

    private void drop(Scope scope, Window.Id id, long time, Collector<WindowRow> out)
            throws Exception {
        if (id.end() + keepMillis == time && windows.contains(id)) {
            emitIfDirty(scope, id, windows.get(id), out);
            windows.remove(id);
            dirty.remove(id);
        }
    }

    private void emitIfDirty(
            Scope scope, Window.Id id, @Nullable Window window, Collector<WindowRow> out)
            throws Exception {
        if (window != null && window.dirty) {
            window.dirty = false;
            windows.put(id, window);
            out.collect(window.row(scope, id));
        }
    }
}
