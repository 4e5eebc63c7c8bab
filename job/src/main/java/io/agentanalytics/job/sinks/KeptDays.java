package io.agentanalytics.job.sinks;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Lets rows pass whose day is still kept. The tables are partitioned by day: a row of a day that
 * was dropped has no place, and would fail its statement for ever.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class KeptDays<T> extends ProcessFunction<T, T> {
    private static final long serialVersionUID = 1L;
    private static final long DAY_MILLIS = 86_400_000;
    private final SerializableFunction<T, Long> timeOf;
    private final SerializableFunction<T, Integer> daysOf;
    private transient Counter past;

    /**
     * @param timeOf a row's time, epoch ms
     * @param daysOf how many whole days beside today its table keeps, as {@code store.retention}
     *     says
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
        long today = context.timerService().currentProcessingTime() / DAY_MILLIS;
        if (Math.floorDiv(timeOf.apply(row), DAY_MILLIS) >= today - daysOf.apply(row)) {
            out.collect(row);
        } else {
            past.inc();
        }
    }
}
