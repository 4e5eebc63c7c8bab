package io.agentanalytics.api.clients;

import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.DeadLetterHeaders;
import io.agentanalytics.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Counts the dead letters that the job did not write, by hour and code. The job counts its own in
 * Postgres; records that the intake refuses never reach it.
 */
public final class DeadLetterWatch implements AutoCloseable {
    /** Period of the counts. */
    public static final Duration PERIOD = Duration.ofHours(24);

    /** Codes per hour; any producer can write to the topic. */
    private static final int MAX_CODES = 100;

    private final NavigableMap<Instant, Map<String, Long>> hours = new TreeMap<>();
    private final Follower listener = new Follower();
    private final TopicFollower follower;
    private long lastOffset = -1;
    private long lastTime;

    /**
     * Counts of a period.
     *
     * @param complete false if Kafka does not answer, so that there may be more
     */
    public record DeadLetterCounts(boolean complete, Map<String, Long> byCode) {
        /** No counts: an API without Kafka. */
        public static final DeadLetterCounts UNKNOWN = new DeadLetterCounts(false, Map.of());
    }

    private DeadLetterWatch(Map<String, String> kafka, Instant now) {
        Instant since = now.minus(PERIOD).truncatedTo(ChronoUnit.HOURS);
        follower = TopicFollower.startAt(since, kafka, listener, Topics.DEAD_LETTERS);
    }

    /**
     * Starts following the topic.
     *
     * @param kafka consumer properties, including {@code bootstrap.servers}
     */
    public static DeadLetterWatch start(Map<String, String> kafka, Instant now) {
        return new DeadLetterWatch(kafka, now);
    }

    private final class Follower extends CompleteListener {
        @Override
        public void accept(ConsumerRecord<String, byte[]> record) {
            add(record);
        }
    }

    private synchronized void add(ConsumerRecord<String, byte[]> letter) {
        // A new connection may receive records again. A recreated topic has low offsets.
        boolean known = letter.offset() <= lastOffset && letter.timestamp() <= lastTime;
        if (known || !TopicContent.header(letter, DeadLetterHeaders.APPEND_TIME).isEmpty()) {
            return;
        }
        lastOffset = letter.offset();
        lastTime = letter.timestamp();
        Instant hour = Instant.ofEpochMilli(letter.timestamp()).truncatedTo(ChronoUnit.HOURS);
        Map<String, Long> counts = hours.computeIfAbsent(hour, h -> new HashMap<>());
        String code = TopicContent.header(letter, DeadLetterHeaders.CODE);
        boolean isListed = counts.containsKey(code) || counts.size() < MAX_CODES;
        counts.merge(isListed && !code.isEmpty() ? code : "other", 1L, Long::sum);
    }

    /** Returns the counts of the hours that began in the last 24 hours. */
    public synchronized DeadLetterCounts counts(Instant now) {
        hours.headMap(now.minus(PERIOD), true).clear();
        Map<String, Long> sums = new TreeMap<>();
        hours.values().forEach(codes -> codes.forEach((code, n) -> sums.merge(code, n, Long::sum)));
        return new DeadLetterCounts(listener.isComplete(), sums);
    }

    @Override
    public void close() {
        follower.close();
    }
}
