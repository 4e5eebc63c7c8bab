package io.agentanalytics.intake.delivery;

import io.agentanalytics.sources.Outgoing;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Delivers batches to Kafka, or to the spool while Kafka is unavailable. A confirmed batch is never
 * lost: it is on all in-sync replicas or on disk.
 *
 * <p>After the first failure, all batches are spooled without waiting for Kafka, until the spool is
 * drained. This also keeps the order of each task: a batch never overtakes one that was confirmed
 * before it arrived.
 */
public final class Delivery implements AutoCloseable {
    /** Clients time out after ten seconds, which include the write to the spool. */
    private static final long PATIENCE_SECONDS = 5;

    /** Maximum time that new batches wait for the delivery of the last spooled ones. */
    private static final long HANDOVER_SECONDS = 1;

    private final DeadLetters writer;
    private final Spool spool;
    private final LogLimit log;
    private final Drainer drainer;
    private boolean direct; // guarded by this, as below
    private CompletableFuture<Void> handover = CompletableFuture.completedFuture(null);

    /** Takes ownership of both arguments. */
    public Delivery(RecordWriter writer, Spool spool, Clock clock) {
        this.writer = new DeadLetters(writer);
        this.spool = spool;
        log = new LogLimit(LoggerFactory.getLogger(Delivery.class), clock);
        drainer = new Drainer(this.writer, spool, new SpoolHandover(), log);
        drainer.start();
    }

    /**
     * Writes a batch.
     *
     * @return completes when no crash can lose the batch; fails with {@link SpoolFullException} if
     *     neither Kafka nor the spool accepts it
     */
    public CompletableFuture<Void> write(List<Outgoing> batch) {
        if (batch.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        synchronized (this) {
            if (!handover.isDone()) {
                return handover.thenComposeAsync(done -> write(batch));
            }
            if (!direct) {
                return spool.append(batch);
            }
        }
        List<CompletableFuture<Void>> acks = start(writer, batch);
        return CompletableFuture.allOf(acks.toArray(CompletableFuture<?>[]::new))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionallyCompose(e -> spoolRest(batch, acks, e));
    }

    /**
     * Starts to write records. If a write fails immediately, the following ones fail without an
     * attempt.
     */
    static List<CompletableFuture<Void>> start(RecordWriter writer, List<Outgoing> records) {
        List<CompletableFuture<Void>> acks = new ArrayList<>(records.size());
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (Outgoing record : records) {
            // Such a failure may take a second, and a batch must not wait that long for each
            // record.
            last = last.isCompletedExceptionally() ? last : writer.write(record);
            acks.add(last);
        }
        return acks;
    }

    /**
     * Spools the records that Kafka has not confirmed. If they arrive there later, they count once.
     */
    private CompletableFuture<Void> spoolRest(
            List<Outgoing> batch, List<CompletableFuture<Void>> acks, Throwable failure) {
        log.warn("Kafka does not confirm records; they are spooled", failure);
        List<Outgoing> rest = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (!acks.get(i).isDone() || acks.get(i).isCompletedExceptionally()) {
                rest.add(batch.get(i));
            }
        }
        synchronized (this) {
            direct = false;
            drainer.wake();
            return rest.isEmpty() ? CompletableFuture.completedFuture(null) : spool.append(rest);
        }
    }

    /** Returns whether batches are written to Kafka directly, without the spool. */
    public synchronized boolean isDirect() {
        return direct;
    }

    /** Returns whether a batch can be confirmed. */
    public boolean isReady() {
        return isDirect() || spool.hasRoom();
    }

    /** Returns the number of records that Kafka refused and that became dead letters. */
    public long refused() {
        return writer.refused();
    }

    public Spool spool() {
        return spool;
    }

    public RecordWriter writer() {
        return writer;
    }

    /** Stops the drainer. Spooled batches remain on disk for the next start. */
    @Override
    public void close() throws IOException {
        drainer.close();
        writer.close();
        spool.close();
    }

    /**
     * Change back to direct writes. New batches wait in the meantime; otherwise, the spool would
     * never be empty under a steady load.
     */
    private final class SpoolHandover implements Drainer.Handover {
        @Override
        public void begin() {
            synchronized (Delivery.this) {
                handover =
                        new CompletableFuture<Void>()
                                .completeOnTimeout(null, HANDOVER_SECONDS, TimeUnit.SECONDS);
            }
        }

        @Override
        public boolean isUnderWay() {
            synchronized (Delivery.this) {
                return !handover.isDone();
            }
        }

        @Override
        public boolean end() {
            synchronized (Delivery.this) {
                direct = spool.isEmpty();
                handover.complete(null);
                return direct;
            }
        }
    }
}
