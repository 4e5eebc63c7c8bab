package io.agentanalytics.job.model;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * By how much the spend of a budget changed in ten seconds of event time, in nano-dollars.
 *
 * @param of whose spend: {@link #FLEET}, or the labels of a rule as {@link #of(Map)} writes them
 */
public record Spend(String of, long paneMillis, long nanos) {
    public static final String FLEET = "fleet";

    /** Labels as one name; rules with the same labels share a budget's sums. */
    public static String of(Map<String, String> match) {
        return match.isEmpty()
                ? FLEET
                : new TreeMap<>(match)
                        .entrySet().stream()
                                .map(label -> label.getKey() + '=' + label.getValue())
                                .collect(Collectors.joining(", "));
    }
}
