package io.agentanalytics.job.sinks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the latest row of each key and hands them on as one batch: one batch is one statement, and
 * never holds a key twice. Holds nothing over a checkpoint barrier.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class Conflator<T> extends AbstractStreamOperator<List<T>>
        implements OneInputStreamOperator<T, List<T>>, BoundedOneInput {
    private static final long serialVersionUID = 1L;
    private static final int FULL = 1000;
    private static final long INTERVAL_MILLIS = 200;
    private final Table<T> table;
    private transient Map<Object, T> latest;
    private transient Counter computed;
    private transient Counter written;

    Conflator(Table<T> table) {
        this.table = table;
    }

    @Override
    public void open() throws Exception {
        super.open();
        latest = new LinkedHashMap<>();
        var metrics = getMetricGroup().addGroup("table", table.name());
        computed = metrics.counter("rows_computed");
        written = metrics.counter("rows_written");
        getProcessingTimeService()
                .scheduleWithFixedDelay(now -> flush(), INTERVAL_MILLIS, INTERVAL_MILLIS);
    }

    @Override
    public void processElement(StreamRecord<T> element) {
        T row = element.getValue();
        computed.inc();
        latest.put(table.keyOf(row), row);
        if (latest.size() >= FULL) {
            flush();
        }
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
        if (!latest.isEmpty()) {
            List<T> batch = new ArrayList<>(latest.values());
            latest.clear();
            written.inc(batch.size());
            output.collect(new StreamRecord<>(batch));
        }
    }
}
