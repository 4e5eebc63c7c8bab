package io.agentanalytics.job.model;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Change of the spend of a budget in ten seconds of event time, in nano-dollars.
 *
 * @param of key of the budget: {@link #FLEET}, or the labels of a rule as formatted by {@link
 *     #of(Map)}
 */
public record Spend(String of, long paneMillis, long nanos) {
    public static final String FLEET = "fleet";

    /** Formats labels as a key; rules with the same labels share the sums of a budget. */
    public static String of(Map<String, String> match) {
        return match.isEmpty()
                ? FLEET
                : new TreeMap<>(match)
                        .entrySet().stream()
                                .map(label -> label.getKey() + '=' + label.getValue())
                                .collect(Collectors.joining(", "));
    }
}
