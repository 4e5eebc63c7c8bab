package io.agentanalytics.job.sinks;

import io.agentanalytics.job.time.Day;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Drops rows past the retention of their table. The tables are partitioned by day: a row whose
 * partition was dropped cannot be stored, and its statement would fail forever.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class KeptDays<T> extends ProcessFunction<T, T> {
    private static final long serialVersionUID = 1L;
    private final SerializableFunction<T, Long> timeOf;
    private final SerializableFunction<T, Integer> daysOf;
    private transient Counter past;

    /**
     * @param timeOf time of a row, epoch ms
     * @param daysOf number of whole days, in addition to today, that its table keeps, as in {@code
     *     store.retention}
     */
    KeptDays(SerializableFunction<T, Long> timeOf, SerializableFunction<T, Integer> daysOf) {
        this.timeOf = timeOf;
        this.daysOf = daysOf;
    }

    @Override
    public void open(OpenContext context) {
        past = getRuntimeContext().getMetricGroup().counter("rows_past_retention");
    }

    @Override
    public void processElement(T row, Context context, Collector<T> out) {
        long today = context.timerService().currentProcessingTime() / Day.MILLIS;
        if (Math.floorDiv(timeOf.apply(row), Day.MILLIS) >= today - daysOf.apply(row)) {
            out.collect(row);
        } else {
            past.inc();
        }
    }
}
