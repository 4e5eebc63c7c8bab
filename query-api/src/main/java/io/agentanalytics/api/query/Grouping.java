package io.agentanalytics.api.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Grouping of the figures.
 *
 * @param by dimensions, {@code provider} and {@code model}, each at most once
 */
public record Grouping(List<String> by) {
    /** Dimension that the job always counts. */
    public static final String AGENT_TYPE = "agent_type";

    private static final Set<String> OF_EVERY_CELL = Set.of("provider", "model");

    /**
     * Rows that answer a grouping.
     *
     * @param dimension dimension of the rows
     * @param columns column of each name of the grouping
     */
    record Source(String dimension, List<String> columns) {}

    /** Returns the names that are neither provider nor model. */
    public List<String> dimensions() {
        return by.stream().filter(name -> !OF_EVERY_CELL.contains(name)).toList();
    }

    /** Returns true if the job counts the dimensions, crossed if there are two. */
    public boolean isCounted(Dimensions counted) {
        return source(counted).isPresent();
    }

    /** Returns the rows that answer this grouping; empty if the job does not count it. */
    Optional<Source> source(Dimensions counted) {
        List<String> own = dimensions();
        if (own.isEmpty()) {
            return Optional.of(source(AGENT_TYPE, own));
        }
        if (own.size() == 1) {
            return counted.names().contains(own.get(0)) || own.contains(AGENT_TYPE)
                    ? Optional.of(source(own.get(0), own))
                    : Optional.empty();
        }
        List<String> reversed = List.of(own.get(1), own.get(0));
        for (List<String> parts : List.of(own, reversed)) {
            String crossed = String.join("+", parts);
            if (counted.names().contains(crossed)) {
                return Optional.of(source(crossed, parts));
            }
        }
        return Optional.empty();
    }

    private Source source(String dimension, List<String> parts) {
        List<String> columns = new ArrayList<>();
        for (String name : by) {
            columns.add(
                    switch (parts.indexOf(name)) {
                        case 0 -> "value";
                        case 1 -> "crossed_value";
                        default -> name;
                    });
        }
        return new Source(dimension, columns);
    }
}
