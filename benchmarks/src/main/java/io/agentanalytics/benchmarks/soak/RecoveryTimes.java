package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.benchmarks.harness.Quantiles;
import io.agentanalytics.contract.TextFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Recovery times by kind of fault. */
final class RecoveryTimes {
    private final Map<SoakFaultKind, List<Double>> whole = new TreeMap<>();
    private final Map<SoakFaultKind, List<Double>> afterEnd = new TreeMap<>();

    /**
     * Adds a measurement.
     *
     * @param endMillis end of the fault
     */
    void add(SoakFaultKind kind, OutputWatch.Interruption interruption, long endMillis) {
        whole.computeIfAbsent(kind, k -> new ArrayList<>()).add(interruption.millis() / 1000.0);
        if (!kind.endsAfterRecovery()) {
            afterEnd.computeIfAbsent(kind, k -> new ArrayList<>())
                    .add(Math.max(0, interruption.firstMillis() - endMillis) / 1000.0);
        }
    }

    void print() {
        System.out.printf(
                "%-22s %3s  %-34s %s%n",
                "fault",
                "n",
                "last output to first output (s)",
                "end of fault to first output (s)");
        whole.forEach(
                (kind, seconds) ->
                        System.out.printf(
                                "%-22s %3d  %-34s %s%n",
                                kind,
                                seconds.size(),
                                summary(seconds),
                                afterEnd.containsKey(kind) ? summary(afterEnd.get(kind)) : ""));
    }

    private static String summary(List<Double> seconds) {
        List<Double> sorted = seconds.stream().sorted().toList();
        return TextFormat.format(
                "p50 %.1f, p95 %.1f, max %.1f",
                Quantiles.of(sorted, 0.5), Quantiles.of(sorted, 0.95), Quantiles.of(sorted, 1));
    }
}
