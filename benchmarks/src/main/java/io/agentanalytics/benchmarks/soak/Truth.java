package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.simulator.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Expected rows and dead letters of the acknowledged traffic. */
final class Truth {
    /** Default of the job's option {@code future-tolerance}. */
    private static final long FUTURE_TOLERANCE_MILLIS = 300_000;

    final Oracle oracle = new Oracle();
    final Map<RecordPosition, Rejected> deadLetters = new TreeMap<>();

    /** Place of a record in the topic of events. */
    record RecordPosition(int partition, long offset) implements Comparable<RecordPosition> {
        @Override
        public int compareTo(RecordPosition other) {
            return partition == other.partition
                    ? Long.compare(offset, other.offset)
                    : Integer.compare(partition, other.partition);
        }
    }

    /** Rejected record. */
    @SuppressWarnings("ArrayRecordComponent") // nothing compares records
    record Rejected(String code, byte[] value) {}

    /**
     * @param records number of records sent, all of them acknowledged
     */
    Truth(SoakTraffic traffic, long records, Map<Long, SoakSender.Acknowledgement> places)
            throws IOException {
        for (long block = 0; block < records; block += SoakTraffic.BLOCK) {
            List<String> accepted = new ArrayList<>();
            for (long index = block; index < block + SoakTraffic.BLOCK; index++) {
                SoakRecord record = traffic.at(index);
                SoakSender.Acknowledgement place = places.get(index);
                String code = code(record, place);
                if (code == null) {
                    accepted.add(new String(record.value(), StandardCharsets.UTF_8));
                } else {
                    // Invalid records are sent to Kafka itself, which names their place.
                    SoakSender.Acknowledgement at = Objects.requireNonNull(place);
                    deadLetters.put(
                            new RecordPosition(at.partition(), at.offset()),
                            new Rejected(code, record.value()));
                }
            }
            oracle.add(accepted);
        }
    }

    private static @Nullable String code(
            SoakRecord record, SoakSender.@Nullable Acknowledgement place) {
        if (record.code() != null || place == null) {
            return record.code();
        }
        return record.timeMillis() > place.appendMillis() + FUTURE_TOLERANCE_MILLIS
                ? RejectCode.FUTURE_TIME.wireName()
                : null;
    }

    /** Returns the number of dead letters by code. */
    Map<String, Long> deadLettersByCode() {
        Map<String, Long> counts = new TreeMap<>();
        deadLetters.values().forEach(letter -> counts.merge(letter.code(), 1L, Long::sum));
        return counts;
    }
}
