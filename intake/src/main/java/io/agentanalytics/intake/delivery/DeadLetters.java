package io.agentanalytics.intake.delivery;

import io.agentanalytics.contract.DeadLetterHeaders;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.sources.Outgoing;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writer that replaces a refused record by a dead letter. A dead letter that is refused as well is
 * only counted: one bad record must not block the records after it.
 */
final class DeadLetters implements RecordWriter {
    /** A record is often refused for its size, so its dead letter holds only the first 64 KiB. */
    private static final int KEPT_BYTES = 64 << 10;

    private final RecordWriter writer;
    private final LongAdder refused = new LongAdder();

    DeadLetters(RecordWriter writer) {
        this.writer = writer;
    }

    @Override
    public CompletableFuture<Void> write(Outgoing record) {
        return writer.write(record).exceptionallyCompose(e -> replaced(record, e));
    }

    private CompletableFuture<Void> replaced(Outgoing record, Throwable e) {
        Throwable cause = e instanceof CompletionException ? e.getCause() : e;
        if (!(cause instanceof RecordRefusedException refusal)) {
            return CompletableFuture.failedFuture(cause);
        }
        refused.increment();
        if (record.topic().equals(Topics.DEAD_LETTERS)) {
            return CompletableFuture.completedFuture(null);
        }
        return write(deadLetter(record, refusal));
    }

    private static Outgoing deadLetter(Outgoing record, RecordRefusedException refusal) {
        byte[] value = record.value();
        String detail = "Kafka refused a record of %d bytes: %s";
        return new Outgoing(
                Topics.DEAD_LETTERS,
                "",
                value.length <= KEPT_BYTES ? value : Arrays.copyOf(value, KEPT_BYTES),
                DeadLetterHeaders.of(
                        RejectCode.RECORD_REFUSED,
                        detail.formatted(value.length, refusal.getMessage()),
                        record.topic()));
    }

    /** Returns the number of records that Kafka refused, dead letters included. */
    long refused() {
        return refused.sum();
    }

    @Override
    public boolean isReachable() {
        return writer.isReachable();
    }

    @Override
    public void close() {
        writer.close();
    }
}
