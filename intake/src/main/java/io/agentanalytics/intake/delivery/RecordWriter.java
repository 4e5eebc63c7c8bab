package io.agentanalytics.intake.delivery;

import io.agentanalytics.sources.Outgoing;
import java.util.concurrent.CompletableFuture;

/** Writes records to the topics that the job and the API read. Thread-safe. */
public interface RecordWriter extends AutoCloseable {
    /**
     * Starts to write a record. Records of the same topic and key are written in the order of the
     * calls. All failures are reported by the result.
     *
     * @return completes when all in-sync replicas have the record; fails with {@link
     *     RecordRefusedException} if Kafka will never accept it, and with another exception if the
     *     write may succeed later
     */
    CompletableFuture<Void> write(Outgoing record);

    /** Returns whether a write can succeed; may block for a second. */
    boolean isReachable();

    @Override
    void close();
}
