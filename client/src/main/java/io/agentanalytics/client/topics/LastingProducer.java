package io.agentanalytics.client.topics;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Producer that is replaced after a fatal error, such as a lost permission: it would fail forever,
 * even when the permission is back. Thread-safe.
 */
public final class LastingProducer {
    private static final Logger LOG = LoggerFactory.getLogger(LastingProducer.class);
    private final Supplier<KafkaProducer<String, byte[]>> open;
    private volatile KafkaProducer<String, byte[]> producer;
    private boolean closed; // guarded by this, as the next field
    private boolean failed;

    /**
     * Opens a producer.
     *
     * @param settings producer properties, including {@code bootstrap.servers}
     * @throws KafkaException if it cannot be opened, as while no name of a broker can be resolved
     */
    public LastingProducer(Map<String, Object> settings) {
        this(
                () ->
                        new KafkaProducer<>(
                                settings, new StringSerializer(), new ByteArraySerializer()));
    }

    /**
     * @param open opens a producer; called again after a fatal error
     */
    public LastingProducer(Supplier<KafkaProducer<String, byte[]>> open) {
        this.open = open;
        producer = open.get();
    }

    /**
     * Sends a record.
     *
     * @param done called once, with the error or, if Kafka has the record, with null; by this
     *     thread if the record could not be sent
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback learns of a failure
    public void send(ProducerRecord<String, byte[]> record, Consumer<@Nullable Exception> done) {
        KafkaProducer<String, byte[]> used = producer;
        try {
            used.send(record, (metadata, e) -> ended(used, e, done));
        } catch (RuntimeException e) {
            ended(used, e, done);
        }
    }

    private void ended(
            KafkaProducer<String, byte[]> used,
            @Nullable Exception e,
            Consumer<@Nullable Exception> done) {
        // First, so that the caller learns of the error even if the producer cannot be replaced.
        done.accept(e);
        boolean isFatal =
                e != null
                        && !isOfRecord(e)
                        && !(e instanceof RetriableException || e instanceof InterruptException);
        if (isFatal) {
            replace(used);
        }
    }

    /** Returns true for an error that only the record causes; others can still be sent. */
    public static boolean isOfRecord(Exception e) {
        return e instanceof RecordTooLargeException
                || e instanceof RecordBatchTooLargeException
                || e instanceof InvalidRecordException
                || e instanceof InvalidTimestampException
                || e instanceof SerializationException;
    }

    /**
     * Replaces a producer. Without a new one, as while the names of the brokers cannot be resolved,
     * the next failure tries again.
     */
    private synchronized void replace(KafkaProducer<String, byte[]> used) {
        if (producer != used || closed) {
            return;
        }
        try {
            producer = open.get();
            failed = false;
            // Called by a callback of this producer, which therefore must not wait for itself.
            used.close(Duration.ZERO);
        } catch (KafkaException e) {
            if (!failed) {
                LOG.warn("The Kafka producer cannot be replaced after a fatal error.", e);
            }
            failed = true;
        }
    }

    /** Returns true if Kafka describes a topic within the time that {@code send} may block. */
    public boolean isReachable(String topic) {
        try {
            return !producer.partitionsFor(topic).isEmpty();
        } catch (KafkaException | IllegalStateException e) {
            return false;
        }
    }

    /** Waits for records that were sent, at most for the given time. */
    public void close(Duration patience) {
        synchronized (this) {
            closed = true;
        }
        producer.close(patience);
    }
}
