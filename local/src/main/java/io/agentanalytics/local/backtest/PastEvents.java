package io.agentanalytics.local.backtest;

import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.job.model.SourceRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Past events of a file or of the topic, in order, and the history of the rules. */
final class PastEvents {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int ENOUGH = 10_000;

    /** Number of records that are invalid or too far in the future of their append time. */
    final AtomicLong refused = new AtomicLong();

    /** Number of records of the topic of spans, which are not read. */
    final AtomicLong fragments = new AtomicLong();

    private final EventDecoder decoder = new EventDecoder();
    private final long fromMillis;
    private final long toMillis;
    private final long futureMillis;

    /**
     * Selects the events of a time range, in epoch ms.
     *
     * @param future maximum time by which an event may be ahead of the broker's clock
     */
    PastEvents(long fromMillis, long toMillis, Duration future) {
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.futureMillis = future.toMillis();
    }

    /** Reads a recording, gzipped or not. Each event gets its own time as append time. */
    Iterator<SourceRecord> ofFile(Path file) {
        try {
            InputStream in = Files.newInputStream(file);
            InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
            return lines.lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> event(line.getBytes(StandardCharsets.UTF_8), null))
                    .filter(received -> received != null)
                    .iterator();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable SourceRecord event(
            byte[] json, @Nullable ConsumerRecord<byte[], byte[]> record) {
        try {
            TaskEvent event = decoder.decode(json);
            long append = record == null ? event.timeMillis() : record.timestamp();
            if (event.timeMillis() > append + futureMillis) {
                refused.incrementAndGet();
                return null;
            }
            boolean wanted = event.timeMillis() >= fromMillis && event.timeMillis() < toMillis;
            return wanted
                    ? new SourceRecord(
                            event,
                            null,
                            record == null ? 0 : record.partition(),
                            record == null ? 0 : record.offset(),
                            append)
                    : null;
        } catch (InvalidEventException e) {
            refused.incrementAndGet();
            return null;
        }
    }

    /** Reads the topic up to its current end, with its partitions merged by append time. */
    Iterator<SourceRecord> ofTopic(Map<String, String> client) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("enable.auto.commit", false);
        settings.put("max.poll.records", ENOUGH);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = TopicContent.partitions(consumer, Topics.TASK_EVENTS);
        fragments.set(recordsOf(Topics.SPANS, consumer));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return new Merged(consumer, consumer.endOffsets(partitions));
    }

    private static long recordsOf(String topic, KafkaConsumer<?, ?> consumer) {
        if (!consumer.listTopics().containsKey(topic)) {
            return 0;
        }
        List<TopicPartition> partitions = TopicContent.partitions(consumer, topic);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        return consumer.endOffsets(partitions).entrySet().stream()
                .mapToLong(end -> end.getValue() - Objects.requireNonNull(first.get(end.getKey())))
                .sum();
    }

    /**
     * Returns every version of every rule that the topic still contains, with the time at which it
     * took effect.
     */
    static List<AlertRule> rulesOf(Map<String, String> client) {
        List<AlertRule> rules = new ArrayList<>();
        TopicContent.forEach(client, Topics.ALERT_RULES, record -> add(rules, record));
        return rules;
    }

    private static void add(List<AlertRule> rules, ConsumerRecord<byte[], byte[]> record) {
        try {
            AlertRule rule =
                    record.value() == null
                            ? AlertRule.removed(new String(record.key(), StandardCharsets.UTF_8))
                            : RuleCodec.decode(record.value());
            rules.add(rule.since(record.timestamp()));
        } catch (InvalidControlException e) {
            // The job also skipped this record.
        }
    }

    /** Iterator that merges all partitions by append time. */
    private final class Merged implements Iterator<SourceRecord> {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Map<TopicPartition, Long> ends;
        private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> waiting =
                new HashMap<>();
        private @Nullable SourceRecord next;

        Merged(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
            this.consumer = consumer;
            this.ends = ends;
            ends.keySet().forEach(p -> waiting.put(p, new ArrayDeque<>()));
        }

        @Override
        public boolean hasNext() {
            while (next == null) {
                fill();
                ConsumerRecord<byte[], byte[]> first = first();
                if (first == null) {
                    consumer.close();
                    return false;
                }
                next = first.value() == null ? null : event(first.value(), first);
            }
            return true;
        }

        /**
         * Polls until every partition that is not at its end has a record. Pauses partitions with
         * enough records.
         */
        private void fill() {
            while (ends.keySet().stream().anyMatch(this::isHungry)) {
                List<TopicPartition> full =
                        ends.keySet().stream()
                                .filter(p -> waitingOf(p).size() >= ENOUGH || isAtEnd(p))
                                .toList();
                consumer.pause(full);
                consumer.resume(ends.keySet().stream().filter(p -> !full.contains(p)).toList());
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    TopicPartition p = new TopicPartition(record.topic(), record.partition());
                    if (record.offset() < ends.getOrDefault(p, 0L)) {
                        waitingOf(p).add(record);
                    }
                }
            }
        }

        private Deque<ConsumerRecord<byte[], byte[]>> waitingOf(TopicPartition p) {
            return waiting.computeIfAbsent(p, x -> new ArrayDeque<>());
        }

        private boolean isAtEnd(TopicPartition p) {
            return consumer.position(p) >= ends.getOrDefault(p, 0L);
        }

        private boolean isHungry(TopicPartition p) {
            return waitingOf(p).isEmpty() && !isAtEnd(p);
        }

        private @Nullable ConsumerRecord<byte[], byte[]> first() {
            TopicPartition best = null;
            for (Map.Entry<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> entry :
                    waiting.entrySet()) {
                ConsumerRecord<byte[], byte[]> head = entry.getValue().peek();
                if (head != null
                        && (best == null
                                || head.timestamp() < waitingOf(best).getFirst().timestamp())) {
                    best = entry.getKey();
                }
            }
            return best == null ? null : waitingOf(best).poll();
        }

        @Override
        public SourceRecord next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            SourceRecord event = next;
            next = null;
            return event;
        }
    }
}
