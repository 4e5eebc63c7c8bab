package io.agentanalytics.job.model;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Change of the spend of a budget in ten seconds of event time, in nano-dollars.
 *
 * @param of key of the budget: {@link #FLEET}, or the labels of a rule as formatted by {@link
 *     #of(Map)}
 */
public record Spend(String of, long paneMillis, long nanos) {
    public static final String FLEET = "fleet";

    /** Start of another label, as in the text of a budget. */
    private static final Pattern NEXT_LABEL = Pattern.compile(", (?=[a-z_]+=)");

    /**
     * Formats labels as a key; rules with the same labels share the sums of a budget. The key
     * differs from the text only for a value that reads like several labels.
     */
    public static String of(Map<String, String> match) {
        return format(
                match,
                value -> {
                    String text = value.replace("\\", "\\\\");
                    return NEXT_LABEL.matcher(text).replaceAll(",\\\\ ");
                });
    }

    /** Formats labels for a reader. */
    public static String text(Map<String, String> match) {
        return format(match, value -> value);
    }

    private static String format(Map<String, String> match, UnaryOperator<String> value) {
        return match.isEmpty()
                ? FLEET
                : new TreeMap<>(match)
                        .entrySet().stream()
                                .map(label -> label.getKey() + '=' + value.apply(label.getValue()))
                                .collect(Collectors.joining(", "));
    }
}
