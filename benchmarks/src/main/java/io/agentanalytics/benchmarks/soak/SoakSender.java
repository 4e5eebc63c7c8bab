package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.contract.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the traffic at its rate: most records to Kafka, those of some agents through the intake.
 * Retries until every record is acknowledged.
 */
final class SoakSender implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int BATCH = 200;
    private static final long BATCH_MILLIS = 300;
    private static final long RETRY_MILLIS = 300;
    private static final long CLOCK_TOLERANCE_MILLIS = 60_000;

    private final SoakTraffic traffic;
    private final SoakIntake intake;
    private final KafkaProducer<String, byte[]> producer;
    private final Map<Long, Acknowledgement> places = new ConcurrentHashMap<>();
    private final BlockingQueue<SoakRecord> forIntake = new LinkedBlockingQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong throughIntake = new AtomicLong();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final List<Thread> threads;
    private volatile long end = Long.MAX_VALUE;
    private volatile long next;

    /** Place and append time of an acknowledged record. */
    record Acknowledgement(int partition, long offset, long appendMillis) {}

    SoakSender(SoakTraffic traffic, String bootstrap, SoakIntake intake) {
        this.traffic = traffic;
        this.intake = intake;
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers", bootstrap,
                                "acks", "all",
                                "linger.ms", "20",
                                "compression.type", "lz4",
                                "request.timeout.ms", "10000",
                                "max.block.ms", Integer.toString(Integer.MAX_VALUE),
                                "delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE)),
                        new StringSerializer(),
                        new ByteArraySerializer());
        this.threads = List.of(start("sender", this::send), start("intake", this::sendToIntake));
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static Thread start(String name, Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void send() throws InterruptedException {
        for (long index = 0; index < end; index++) {
            long early = traffic.sendMillis(index) - System.currentTimeMillis();
            if (early > 0) {
                Thread.sleep(early);
            }
            SoakRecord record = traffic.at(index);
            if (SoakTraffic.isThroughIntake(index)) {
                forIntake.add(record);
            } else {
                send(index, record);
            }
            next = index + 1;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback notes the result
    private void send(long index, SoakRecord record) {
        producer.send(
                new ProducerRecord<>(Topics.TASK_EVENTS, record.key(), record.value()),
                (metadata, e) -> {
                    if (e == null) {
                        acknowledge(index, record, metadata);
                    } else {
                        failure.compareAndSet(null, "Kafka did not accept a record: " + e);
                    }
                });
    }

    /** Remembers the place of records that the job may reject. */
    private void acknowledge(long index, SoakRecord record, RecordMetadata metadata) {
        acknowledged.incrementAndGet();
        if (record.code() != null
                || record.timeMillis() > metadata.timestamp() + CLOCK_TOLERANCE_MILLIS) {
            places.put(
                    index,
                    new Acknowledgement(
                            metadata.partition(), metadata.offset(), metadata.timestamp()));
        }
    }

    private void sendToIntake() throws InterruptedException {
        List<SoakRecord> batch = new ArrayList<>();
        while (true) {
            SoakRecord first = forIntake.poll(BATCH_MILLIS, TimeUnit.MILLISECONDS);
            if (first != null) {
                batch.add(first);
                forIntake.drainTo(batch, BATCH - 1);
                post(batch.stream().map(SoakRecord::value).toList());
                acknowledged.addAndGet(batch.size());
                throughIntake.addAndGet(batch.size());
                batch.clear();
            }
        }
    }

    private void post(List<byte[]> events) throws InterruptedException {
        for (int status = intake.post(events); status != 200; status = intake.post(events)) {
            if (status >= 400 && status < 500 && status != 429) {
                failure.compareAndSet(null, "The intake refused events with status " + status);
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    long acknowledged() {
        return acknowledged.get();
    }

    /** Returns the number of records that the intake has acknowledged. */
    long throughIntake() {
        return throughIntake.get();
    }

    /** Returns the places of acknowledged records by index, of those that the job may reject. */
    Map<Long, Acknowledgement> places() {
        return places;
    }

    /**
     * Sends until the tasks of the current block have ended, and waits for all acknowledgements.
     *
     * @return number of records
     */
    long finish() throws IOException, InterruptedException {
        end = (next / SoakTraffic.BLOCK + 1) * SoakTraffic.BLOCK;
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged() < end) {
            String failed = failure.get();
            if (failed != null || System.nanoTime() > until) {
                throw new IOException(
                        "%d of %d records were not acknowledged. %s"
                                .formatted(
                                        end - acknowledged(), end, failed == null ? "" : failed));
            }
            Thread.sleep(100);
        }
        return end;
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        producer.close(Duration.ZERO);
    }
}
