package io.agentanalytics.api.query;

import java.util.Locale;

/**
 * Grouping of agents. {@code tagKey} is the name of the tag if the kind is {@link GroupKind#TAG}.
 */
public record Grouping(GroupKind kind, String tagKey) {
    /** Returns the grouping in the form of the parameter {@code by}. */
    public String text() {
        return kind == GroupKind.TAG ? "tag:" + tagKey : kind.name().toLowerCase(Locale.ROOT);
    }
}
