package io.agentanalytics.api.query;

import static io.agentanalytics.contract.DimensionNames.AGENT_TYPE;

import io.agentanalytics.contract.DimensionNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Grouping of the figures.
 *
 * @param by dimensions or {@code agent_id}, {@code provider} and {@code model}, each at most once
 */
public record Grouping(List<String> by) {
    /** Agents have rows of their own. They are crossed with providers and models alone. */
    public static final String AGENT = "agent_id";

    private static final Set<String> OF_EVERY_CELL = Set.of("provider", "model");

    /**
     * Rows that answer a grouping.
     *
     * @param dimension dimension of the rows; empty for agents, which are not a dimension
     * @param columns column of each name of the grouping
     */
    record CellSource(CellTable table, String dimension, List<String> columns) {
        /** Returns the condition for these rows, and one more. */
        String filter(String condition) {
            if (table == CellTable.AGENTS) {
                return condition;
            }
            String own = "dimension = :dimension";
            return condition.equals("true") ? own : own + " AND " + condition;
        }
    }

    /** Returns the names by which figures can be grouped; two that are crossed have a plus sign. */
    static List<String> names(Dimensions counted) {
        Set<String> names = new TreeSet<>(counted.names());
        names.addAll(OF_EVERY_CELL);
        names.addAll(Set.of(AGENT, AGENT_TYPE));
        return List.copyOf(names);
    }

    /** Returns the values by the names of the grouping; null stands for no value. */
    Map<String, @Nullable String> named(List<String> key) {
        Map<String, @Nullable String> named = new LinkedHashMap<>();
        for (int i = 0; i < by.size(); i++) {
            named.put(by.get(i), key.get(i).isEmpty() ? null : key.get(i));
        }
        return named;
    }

    /** Returns the names that are neither provider nor model. */
    public List<String> dimensions() {
        return by.stream().filter(name -> !OF_EVERY_CELL.contains(name)).toList();
    }

    /** Returns the value of the job's option that makes it also count this grouping. */
    public String option(Dimensions counted) {
        List<String> more = new ArrayList<>(dimensions());
        more.add(DimensionNames.crossed(more));
        return counted.optionWith(more);
    }

    /** Returns true if the job counts the dimensions, crossed if there are two. */
    public boolean isCounted(Dimensions counted) {
        return source(counted).isPresent();
    }

    /** Returns the rows that answer this grouping; empty if the job does not count it. */
    Optional<CellSource> source(Dimensions counted) {
        List<String> own = dimensions();
        if (own.isEmpty()) {
            return Optional.of(source(AGENT_TYPE, own));
        }
        if (own.equals(List.of(AGENT))) {
            return Optional.of(new CellSource(CellTable.AGENTS, "", by));
        }
        if (own.size() == 1) {
            return counted.names().contains(own.get(0)) || own.contains(AGENT_TYPE)
                    ? Optional.of(source(own.get(0), own))
                    : Optional.empty();
        }
        List<String> reversed = List.of(own.get(1), own.get(0));
        for (List<String> parts : List.of(own, reversed)) {
            String crossed = DimensionNames.crossed(parts);
            if (counted.names().contains(crossed)) {
                return Optional.of(source(crossed, parts));
            }
        }
        return Optional.empty();
    }

    private CellSource source(String dimension, List<String> parts) {
        List<String> columns = new ArrayList<>();
        for (String name : by) {
            columns.add(
                    switch (parts.indexOf(name)) {
                        case 0 -> "value";
                        case 1 -> "crossed_value";
                        default -> name;
                    });
        }
        return new CellSource(CellTable.DIMENSIONS, dimension, columns);
    }
}
