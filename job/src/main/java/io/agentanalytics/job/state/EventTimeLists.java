package io.agentanalytics.job.state;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;

/**
 * Keyed state that buffers records until the watermark reaches their time, like {@link
 * EventTimeBuffer}. Parts of a long list are stored separately: otherwise a backend that serializes
 * would rewrite the whole list for each record, and a key with thousands of records per second
 * would take quadratic time.
 *
 * @param <T> record
 */
public final class EventTimeLists<T> {
    private static final int PART = 8;

    /** Newest records of each time; at least {@link #PART} if there are parts. */
    private final MapState<Long, List<T>> newest;

    private final MapState<Long, Integer> numberOfParts;
    private final MapState<Tuple2<Long, Integer>, List<T>> parts;

    private EventTimeLists(
            MapState<Long, List<T>> newest,
            MapState<Long, Integer> numberOfParts,
            MapState<Tuple2<Long, Integer>, List<T>> parts) {
        this.newest = newest;
        this.numberOfParts = numberOfParts;
        this.parts = parts;
    }

    /**
     * Creates the buffer of a function, in the states {@code waiting}, {@code waiting-parts} and
     * {@code waiting-part-numbers}.
     */
    public static <T> EventTimeLists<T> of(RuntimeContext context, Class<T> type) {
        TypeInformation<List<T>> list = Types.LIST(TypeInformation.of(type));
        return new EventTimeLists<>(
                context.getMapState(new MapStateDescriptor<>("waiting", Types.LONG, list)),
                context.getMapState(
                        new MapStateDescriptor<>("waiting-part-numbers", Types.LONG, Types.INT)),
                context.getMapState(
                        new MapStateDescriptor<>(
                                "waiting-parts", Types.TUPLE(Types.LONG, Types.INT), list)));
    }

    /** Adds a record to those of a time, and registers its timer. */
    public void add(long time, TimerService timers, T value) throws Exception {
        List<T> known = newest.get(time);
        if (known == null) {
            timers.registerEventTimeTimer(time);
        }
        List<T> values = known == null ? new ArrayList<>() : known;
        values.add(value);
        newest.put(time, values.size() < 2 * PART ? values : split(time, values));
    }

    private List<T> split(long time, List<T> values) throws Exception {
        int number = parts(time);
        parts.put(Tuple2.of(time, number), new ArrayList<>(values.subList(0, PART)));
        numberOfParts.put(time, number + 1);
        return new ArrayList<>(values.subList(PART, values.size()));
    }

    private int parts(long time) throws Exception {
        Integer number = numberOfParts.get(time);
        return number == null ? 0 : number;
    }

    /** Removes and returns the records of a time in the order of arrival; null if none wait. */
    public @Nullable List<T> take(long time) throws Exception {
        List<T> last = newest.get(time);
        if (last == null) {
            return null;
        }
        newest.remove(time);
        return last.size() < PART ? last : join(time, last);
    }

    private List<T> join(long time, List<T> last) throws Exception {
        int number = parts(time);
        List<T> values = new ArrayList<>();
        for (int part = 0; part < number; part++) {
            Tuple2<Long, Integer> key = Tuple2.of(time, part);
            values.addAll(parts.get(key));
            parts.remove(key);
        }
        numberOfParts.remove(time);
        values.addAll(last);
        return values;
    }
}
