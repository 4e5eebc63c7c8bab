package io.agentanalytics.job.stats;

import io.agentanalytics.contract.DimensionNames;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Values of the dimensions that a change counts under. A sender with a new value for every event
 * would grow state and indexes without bound: after the first values of a dimension in an hour, the
 * others of that hour are counted together.
 */
final class DimensionLabels {
    private static final long HOUR_MILLIS = 3_600_000;

    private final List<Dimension> dimensions;
    private final int maxValues;
    private final LongConsumer overflow;
    private final Map<LabelKey, AdmittedLabels> labels = new HashMap<>();
    private final List<Map<String, String>> admitted = new ArrayList<>();
    private long hour = Long.MIN_VALUE;

    private record LabelKey(Tags tags, String agentType) {}

    /**
     * @param beyondLimit how many of them stand for all values beyond the limit
     */
    private record AdmittedLabels(String[] all, int beyondLimit) {}

    /**
     * @param overflow receives, for each change that has some, the number of its values beyond the
     *     limit
     */
    DimensionLabels(List<Dimension> dimensions, int maxValues, LongConsumer overflow) {
        this.dimensions = dimensions;
        this.maxValues = maxValues;
        this.overflow = overflow;
        dimensions.forEach(dimension -> admitted.add(new HashMap<>()));
    }

    /** Returns a {@link Scope#label} for each dimension. */
    String[] of(Tags tags, String agentType, long timeMillis) {
        if (Math.floorDiv(timeMillis, HOUR_MILLIS) > hour) {
            hour = Math.floorDiv(timeMillis, HOUR_MILLIS);
            labels.clear();
            admitted.forEach(Map::clear);
        }
        LabelKey key = new LabelKey(tags, agentType);
        AdmittedLabels found = labels.get(key);
        if (found == null) {
            found = admit(key);
            if (labels.size() < maxValues) {
                labels.put(key, found);
            }
        }
        if (found.beyondLimit > 0) {
            overflow.accept(found.beyondLimit);
        }
        return found.all;
    }

    private AdmittedLabels admit(LabelKey key) {
        String[] all = new String[dimensions.size()];
        int beyond = 0;
        for (int i = 0; i < all.length; i++) {
            String label = label(dimensions.get(i), key, admitted.get(i));
            all[i] = label;
            // Any other label stands for the values beyond the limit.
            beyond += admitted.get(i).containsKey(label) ? 0 : 1;
        }
        return new AdmittedLabels(all, beyond);
    }

    private String label(Dimension dimension, LabelKey key, Map<String, String> values) {
        List<String> own = new ArrayList<>(2);
        for (String part : dimension.parts()) {
            own.add(
                    part.equals(DimensionNames.AGENT_TYPE)
                            ? key.agentType
                            : Objects.requireNonNullElse(key.tags.get(part), ""));
        }
        String label = Scope.label(dimension.name(), own);
        String known = values.get(label);
        if (known != null) {
            return known;
        }
        if (values.size() < maxValues || own.stream().allMatch(String::isEmpty)) {
            values.put(label, label);
            return label;
        }
        String[] overflow = new String[own.size()];
        Arrays.fill(overflow, TaskEvent.OVERFLOW);
        return Scope.label(dimension.name(), List.of(overflow));
    }
}
