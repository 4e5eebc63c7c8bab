package io.agentanalytics.job.ingest;

import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.state.StateMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts dead letters by reason and hour of the broker's append time; emits full values, like
 * windows.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class RefusalCounter extends KeyedProcessFunction<String, DeadLetter, RefusalRow> {
    private static final long serialVersionUID = 1L;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long KEPT_HOURS = 48;
    private transient MapState<Long, Long> counts;

    /**
     * Counters by code. All start at 0: a rate misses the increment with which a counter appears.
     */
    private transient Map<String, Counter> metrics;

    private transient Counter unknown;

    /** Counts dead letters in an operator of its own. */
    public static SingleOutputStreamOperator<RefusalRow> over(
            DataStream<DeadLetter> letters, String uid, String name) {
        return letters.keyBy(DeadLetter::code, Types.STRING)
                .process(new RefusalCounter())
                .returns(TypeInformation.of(RefusalRow.class))
                .uid(uid)
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name(name);
    }

    @Override
    public void open(OpenContext context) {
        metrics = counters(getRuntimeContext().getMetricGroup());
        unknown = Objects.requireNonNull(metrics.get(RejectCode.OTHER.wireName()));
        counts =
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>("counts", Types.LONG, Types.LONG));
    }

    static Map<String, Counter> counters(MetricGroup group) {
        Map<String, Counter> counters = new HashMap<>();
        for (RejectCode code : RejectCode.values()) {
            String name = code.wireName();
            counters.put(name, group.addGroup("code", name).counter("dead_letters"));
        }
        return counters;
    }

    @Override
    public void processElement(DeadLetter letter, Context context, Collector<RefusalRow> out)
            throws Exception {
        metrics.getOrDefault(letter.code(), unknown).inc();
        long hour = letter.appendMillis() / HOUR_MILLIS * HOUR_MILLIS;
        Long before = counts.get(hour);
        if (before == null) {
            new StateMap<>(counts).keySet().removeIf(h -> h < hour - KEPT_HOURS * HOUR_MILLIS);
        }
        long count = (before == null ? 0 : before) + 1;
        counts.put(hour, count);
        out.collect(new RefusalRow(hour, letter.code(), count));
    }
}
