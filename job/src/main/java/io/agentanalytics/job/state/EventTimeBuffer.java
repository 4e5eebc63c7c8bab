package io.agentanalytics.job.state;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;

/**
 * Keyed state that buffers input until the watermark reaches its time, so that input is processed
 * in event-time order regardless of its order of arrival. The owner removes the input in {@code
 * onTimer}.
 *
 * @param <V> input of one time, such as a list or a sum
 */
public final class EventTimeBuffer<V> {
    private final MapState<Long, V> waiting;

    private EventTimeBuffer(MapState<Long, V> waiting) {
        this.waiting = waiting;
    }

    /** Creates the buffer of a function, in the state {@code waiting}. */
    public static <V> EventTimeBuffer<V> of(RuntimeContext context, TypeInformation<V> type) {
        return new EventTimeBuffer<>(
                context.getMapState(new MapStateDescriptor<>("waiting", Types.LONG, type)));
    }

    /**
     * Updates the input of a time and registers its timer.
     *
     * @param change receives the current input, or null if there is none
     */
    public void add(long time, TimerService timers, UnaryOperator<@Nullable V> change)
            throws Exception {
        V known = waiting.get(time);
        if (known == null) {
            timers.registerEventTimeTimer(time);
        }
        put(time, change.apply(known));
    }

    /** Replaces the input of a time that is in the buffer. */
    public void put(long time, V value) throws Exception {
        waiting.put(time, value);
    }

    /** Removes and returns the input of a time, or null if there is none. */
    public @Nullable V take(long time) throws Exception {
        V value = waiting.get(time);
        if (value != null) {
            waiting.remove(time);
        }
        return value;
    }

    public Iterable<Map.Entry<Long, V>> entries() throws Exception {
        return waiting.entries();
    }
}
