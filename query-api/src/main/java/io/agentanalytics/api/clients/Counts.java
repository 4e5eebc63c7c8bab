package io.agentanalytics.api.clients;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums of counts by name. */
final class Counts {
    private Counts() {}

    static SortedMap<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
        SortedMap<String, Long> sum = new TreeMap<>(one);
        other.forEach((name, n) -> sum.merge(name, n, Long::sum));
        return sum;
    }
}
