package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.job.model.DeadLetter;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Passes rows to a {@link RowWriter}, keeps unwritten rows in state, and emits the rows that
 * Postgres rejects. An outage of Postgres does not fail the job: neither records nor checkpoints
 * wait for it until the rows fill their {@link RowMemory memory}. Then the job waits: a dropped row
 * would be a wrong number.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class PostgresWriter<T> extends AbstractStreamOperator<DeadLetter>
        implements OneInputStreamOperator<T, DeadLetter>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    private static final long REFUSED_INTERVAL_MILLIS = 200;

    private final Table<T> table;
    private final TypeInformation<T> type;
    private final PostgresConnector connector;
    private transient WaitingRows<T> rows;
    private transient ListState<T> unwritten;
    private transient RowWriter<T> writer;
    private transient Thread thread;
    private transient Counter computed;
    private transient Counter written;
    private transient Counter failures;

    PostgresWriter(Table<T> table, TypeInformation<T> type, PostgresConnector connector) {
        this.table = table;
        this.type = type;
        this.connector = connector;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        rows = new WaitingRows<>(table::keyOf, table::compare, table::bytesOf, RowMemory.OF_JVM);
        unwritten =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("unwritten", type));
        for (T row : unwritten.get()) {
            rows.restore(row);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Flink ends the timer and reports its failures
    public void open() throws Exception {
        super.open();
        var metrics = getMetricGroup().addGroup("table", table.name());
        computed = metrics.counter("rows_computed");
        written = metrics.counter("rows_written");
        failures = metrics.counter("write_failures");
        metrics.gauge("rows_waiting", (Gauge<Integer>) this::waiting);
        writer = new RowWriter<>(table, rows, connector, new CountedProgress());
        thread = new Thread(writer, "write " + table.name());
        thread.setDaemon(true);
        thread.start();
        getProcessingTimeService()
                .scheduleWithFixedDelay(
                        now -> emitRefused(), REFUSED_INTERVAL_MILLIS, REFUSED_INTERVAL_MILLIS);
    }

    @Override
    public void processElement(StreamRecord<T> element) throws Exception {
        computed.inc();
        rows.add(element.getValue());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        unwritten.update(rows.all());
    }

    @Override
    public void endInput() throws Exception {
        rows.awaitWritten();
        emitRefused();
    }

    private void emitRefused() {
        if (!thread.isAlive()) {
            throw new IllegalStateException("The writer of store." + table.name() + " has ended.");
        }
        long now = getProcessingTimeService().getCurrentProcessingTime();
        for (WaitingRows.Refused<T> refused : rows.takeRefused()) {
            String target = "store." + table.name();
            LOG.warn("{} refused a row: {}", target, refused.reason());
            output.collect(
                    new StreamRecord<>(
                            new DeadLetter(
                                    RejectCode.ROW_REFUSED.wireName(),
                                    target + ": " + refused.reason(),
                                    target,
                                    -1,
                                    -1,
                                    now,
                                    Json.encode(refused.row()))));
        }
    }

    int waiting() {
        return rows.size();
    }

    long failures() {
        return failures.getCount();
    }

    @Override
    public void close() throws Exception {
        if (writer != null) {
            writer.close();
            thread.interrupt();
            thread.join();
        }
        if (rows != null) {
            rows.close();
        }
        super.close();
    }

    private final class CountedProgress implements RowWriter.WriteProgress {
        @Override
        public void wrote(int n) {
            written.inc(n);
        }

        @Override
        public void failed() {
            failures.inc();
        }
    }
}
