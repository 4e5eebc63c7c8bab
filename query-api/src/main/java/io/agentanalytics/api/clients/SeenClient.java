package io.agentanalytics.api.clients;

import io.agentanalytics.contract.ClientReport;
import io.agentanalytics.contract.ClientReport.SignalReport;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Records that all instances of the intake received from one version of a client. */
record SeenClient(
        String client,
        String version,
        Instant first,
        Instant last,
        SortedSet<String> tokens,
        @Nullable String failures,
        SortedMap<String, SignalReport> signals) {

    static final String COUNTED = "counted";

    static SeenClient of(ClientReport report) {
        SortedSet<String> tokens = new TreeSet<>();
        if (report.token() != null) {
            tokens.add(report.token());
        }
        return new SeenClient(
                report.client(),
                report.version(),
                report.first(),
                report.last(),
                tokens,
                report.failures(),
                new TreeMap<>(report.signals()));
    }

    SeenClient plus(SeenClient other) {
        SortedSet<String> holders = new TreeSet<>(tokens);
        holders.addAll(other.tokens);
        SortedMap<String, SignalReport> sums = new TreeMap<>(signals);
        other.signals.forEach((name, s) -> sums.merge(name, s, SeenClient::sum));
        return new SeenClient(
                client,
                version,
                first.isBefore(other.first) ? first : other.first,
                last.isAfter(other.last) ? last : other.last,
                holders,
                failures(failures, other.failures),
                sums);
    }

    /**
     * Returns {@code calls} if one of the reports says so: some of the attempts are hidden then.
     */
    private static @Nullable String failures(@Nullable String one, @Nullable String other) {
        return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
    }

    boolean sends(String signal) {
        return signals.containsKey(signal);
    }

    long counted() {
        return outcomes().getOrDefault(COUNTED, 0L);
    }

    long received() {
        return outcomes().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the dropped records by reason. */
    Map<String, Long> dropped() {
        SortedMap<String, Long> dropped = outcomes();
        dropped.remove(COUNTED);
        return dropped;
    }

    private SortedMap<String, Long> outcomes() {
        SortedMap<String, Long> all = new TreeMap<>();
        for (SignalReport signal : signals.values()) {
            all = sum(all, signal.outcomes());
        }
        return all;
    }

    private static SignalReport sum(SignalReport one, SignalReport other) {
        return new SignalReport(
                one.last().isAfter(other.last()) ? one.last() : other.last(),
                sum(one.outcomes(), other.outcomes()));
    }

    private static SortedMap<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
        SortedMap<String, Long> sum = new TreeMap<>(one);
        other.forEach((name, n) -> sum.merge(name, n, Long::sum));
        return sum;
    }
}
