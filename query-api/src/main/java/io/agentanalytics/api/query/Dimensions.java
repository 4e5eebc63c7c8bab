package io.agentanalytics.api.query;

import io.agentanalytics.contract.DimensionNames;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Dimensions that the job counts.
 *
 * @param since event time from which each is counted; null if from the first event
 */
public record Dimensions(Map<String, @Nullable Instant> since) {

    public static Dimensions read(Handle handle) {
        Map<String, @Nullable Instant> since = new LinkedHashMap<>();
        handle.createQuery(
                        "SELECT name, since #>> '{}' AS since"
                                + " FROM store.progress, jsonb_each(dimensions) AS d (name, since)")
                .map(
                        (row, context) ->
                                since.put(row.getString("name"), time(row.getString("since"))))
                .list();
        return new Dimensions(since);
    }

    private static @Nullable Instant time(@Nullable String text) {
        return text == null ? null : OffsetDateTime.parse(text).toInstant();
    }

    /** Returns the tags that are counted, alone or crossed with another one. */
    public Set<String> tags() {
        Set<String> tags = new TreeSet<>();
        since.keySet().forEach(name -> tags.addAll(DimensionNames.parts(name)));
        tags.remove(DimensionNames.AGENT_TYPE);
        return tags;
    }

    /** Returns the value of the job's option that counts further names. */
    public String optionWith(Collection<String> more) {
        return DimensionNames.optionWith(since.keySet(), more);
    }

    /** Returns the names; two tags that are counted crossed are joined by a plus sign. */
    public Set<String> names() {
        return since.keySet();
    }
}
