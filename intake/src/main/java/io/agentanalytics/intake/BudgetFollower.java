package io.agentanalytics.intake;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.KnownBudgets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumes the topic {@code budgets}. While Kafka is away, the known status grows too old. */
final class BudgetFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private final Map<String, Object> settings;
    private final KnownBudgets budgets;
    private final Thread thread;
    private volatile boolean closed;

    private BudgetFollower(Map<String, String> kafka, KnownBudgets budgets) {
        settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        this.budgets = budgets;
        thread = new Thread(this::follow, "budgets");
        thread.setDaemon(true);
    }

    static BudgetFollower start(Map<String, String> kafka, KnownBudgets budgets) {
        BudgetFollower follower = new BudgetFollower(kafka, budgets);
        follower.thread.start();
        return follower;
    }

    private void follow() {
        while (!closed) {
            try (var consumer =
                    new KafkaConsumer<>(
                            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> partitions = List.of(new TopicPartition(Topics.BUDGETS, 0));
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                while (!closed) {
                    consumer.poll(POLL).forEach(this::take);
                }
            } catch (InterruptException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("Budgets cannot be followed, next try in a second: {}", e.getMessage());
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        if (record.value() == null) {
            budgets.remove(new String(record.key(), StandardCharsets.UTF_8));
            return;
        }
        try {
            budgets.take(BudgetStatus.decode(record.value()));
        } catch (IOException | RuntimeException e) {
            LOG.warn("A record of {} is passed over: {}", Topics.BUDGETS, e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
