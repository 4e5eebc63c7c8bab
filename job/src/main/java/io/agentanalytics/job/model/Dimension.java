package io.agentanalytics.job.model;

import static io.agentanalytics.contract.DimensionNames.AGENT_TYPE;

import io.agentanalytics.contract.DimensionNames;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Dimension of the statistics: a tag, the agent type, or two of these crossed.
 *
 * @param name name according to {@link DimensionNames}
 * @param parts one or two of tags and the agent type
 */
public record Dimension(String name, List<String> parts) implements Serializable {
    private static final int MAX_DIMENSIONS = 8;
    private static final int MAX_CHARACTERS = 64;

    /** Groups that every dimension can be divided into, and the agent, which is counted itself. */
    private static final Set<String> RESERVED = Set.of("agent_id", "provider", "model");

    /**
     * Parses a list such as {@code team,user,team+env}; the agent type comes first.
     *
     * @throws IllegalArgumentException if the list is invalid; the message names the value
     */
    public static List<Dimension> parse(String text) {
        List<Dimension> dimensions = new ArrayList<>();
        dimensions.add(new Dimension(AGENT_TYPE, List.of(AGENT_TYPE)));
        Set<Set<String>> known = new HashSet<>(Set.of(Set.of(AGENT_TYPE)));
        for (String name : text.isBlank() ? new String[0] : text.split(",", -1)) {
            Dimension dimension = of(name.strip());
            if (!known.add(Set.copyOf(dimension.parts))) {
                throw invalid(name, "names a dimension that is counted already");
            }
            dimensions.add(dimension);
        }
        if (dimensions.size() > MAX_DIMENSIONS + 1) {
            throw new IllegalArgumentException(
                    "--dimensions has %d names; write at most %d."
                            .formatted(dimensions.size() - 1, MAX_DIMENSIONS));
        }
        return List.copyOf(dimensions);
    }

    private static Dimension of(String name) {
        List<String> parts = DimensionNames.parts(name);
        if (parts.size() > 2 || Set.copyOf(parts).size() < parts.size()) {
            throw invalid(name, "is not a tag or two different ones, such as team+env");
        }
        for (String part : parts) {
            if (part.isBlank() || part.length() > MAX_CHARACTERS) {
                throw invalid(name, "has a name that no tag can have");
            }
            if (RESERVED.contains(part)) {
                throw invalid(
                        name,
                        "is not a tag; every dimension is counted by provider and model anyway");
            }
        }
        return new Dimension(name, parts);
    }

    private static IllegalArgumentException invalid(String name, String what) {
        return new IllegalArgumentException(
                "--dimensions has '%s', which %s; write names of tags such as team,user,team+env."
                        .formatted(name.strip(), what));
    }

    /** Returns the value of the option that counts a further tag. */
    public static String optionWith(List<Dimension> dimensions, String tag) {
        return DimensionNames.optionWith(
                dimensions.stream().map(Dimension::name).toList(), List.of(tag));
    }

    /** Returns the names of the tags of all dimensions, in order. */
    public static List<String> tags(List<Dimension> dimensions) {
        Set<String> tags = new TreeSet<>();
        dimensions.forEach(dimension -> tags.addAll(dimension.parts));
        tags.remove(AGENT_TYPE);
        return List.copyOf(tags);
    }
}
