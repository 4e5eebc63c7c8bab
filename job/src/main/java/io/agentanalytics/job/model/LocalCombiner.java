package io.agentanalytics.job.model;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Pre-aggregates the records of a subtask by key before the shuffle, so that a few hot keys never
 * overload a subtask. Flushes once per second, before every checkpoint barrier, which therefore
 * needs no state, and, if time matters, before every watermark that ends a pane.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public abstract class LocalCombiner<I, K, S, O> extends AbstractStreamOperator<O>
        implements OneInputStreamOperator<I, O>, BoundedOneInput {
    private static final long serialVersionUID = 1L;
    private static final long INTERVAL_MILLIS = 1000;

    /** Records that do not count at their event time. */
    protected static final long NO_TIME = 0;

    /** Records that may not be held across any watermark. */
    protected static final long EVERY_WATERMARK = 1;

    private final long paneMillis;
    private transient Map<K, S> sums;
    private transient long pane;

    /**
     * @param paneMillis unit of event time at whose multiples windows end, so that no record is
     *     held across one; {@link #NO_TIME} if the records do not count at their event time
     */
    protected LocalCombiner(long paneMillis) {
        this.paneMillis = paneMillis;
    }

    /** Adds a record to the sums to which it belongs. */
    protected abstract void combine(I record, Map<K, S> sums);

    protected abstract O result(K key, S sum);

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Flink ends the timer and reports its failures
    public void open() throws Exception {
        super.open();
        sums = new HashMap<>();
        pane = Long.MIN_VALUE;
        getProcessingTimeService()
                .scheduleWithFixedDelay(now -> flush(), INTERVAL_MILLIS, INTERVAL_MILLIS);
    }

    @Override
    public void processElement(StreamRecord<I> element) {
        combine(element.getValue(), sums);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (paneMillis != NO_TIME) {
            long time = mark.getTimestamp();
            long next = Math.floorDiv(time + 1, paneMillis);
            if (next != pane || time == Long.MAX_VALUE) {
                flush();
            }
            pane = next;
        }
        super.processWatermark(mark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        flush();
    }

    @Override
    public void endInput() {
        flush();
    }

    private void flush() {
        Consumer<O> out = record -> output.collect(new StreamRecord<>(record));
        sums.forEach((key, sum) -> out.accept(result(key, sum)));
        sums.clear();
    }
}
