package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.Tags;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Agent types and tags under which the events of one task count. An event without an agent type has
 * the type of the agent's first event that names one, and an event without a tag has the value of
 * the task's first event that names it. Both are independent of the order of arrival.
 */
final class Attribution {
    /** Agent type of each agent. */
    final Map<String, Named> types = new HashMap<>(2);

    /** Value of each tag that a dimension counts. */
    final Map<String, Named> tags = new HashMap<>(4);

    /** Agent type or value of a tag, and the event that names it. */
    record Named(String value, long timeMillis, String eventId) {
        private static Named of(String value, StoryEvent e) {
            return new Named(value, e.timeMillis(), e.eventId());
        }

        private static Named first(@Nullable Named known, Named other) {
            return known == null || other.isBefore(known) ? other : known;
        }

        private boolean isBefore(Named other) {
            return timeMillis < other.timeMillis
                    || (timeMillis == other.timeMillis && eventId.compareTo(other.eventId) < 0);
        }
    }

    /** Adds the agent type and the tags that an event names. */
    void add(StoryEvent e) {
        if (e.hasType()) {
            types.merge(e.agentId(), Named.of(e.agentType(), e), Named::first);
        }
        for (int i = 0; i < e.tags().size(); i++) {
            tags.merge(e.tags().name(i), Named.of(e.tags().value(i), e), Named::first);
        }
    }

    void addAll(Attribution other) {
        types.putAll(other.types);
        tags.putAll(other.tags);
    }

    void clear() {
        types.clear();
        tags.clear();
    }

    /** Returns true if an agent type or a tag is known from this event. */
    boolean isFrom(StoryEvent e) {
        return isTypeFrom(e)
                || tags.values().stream().anyMatch(tag -> tag.eventId().equals(e.eventId()));
    }

    /**
     * Returns true if adding an event changes the agent type or a tag under which calls count.
     *
     * @param known content that the event replaces
     * @param calls calls of the task
     */
    boolean isChangedBy(StoryEvent event, @Nullable StoryEvent known, CallSummary calls) {
        return (calls.untyped > 0 && (isFirstType(event) || (known != null && isTypeFrom(known))))
                || isFirstTag(event, calls)
                || (known != null && isTagFrom(known, calls));
    }

    /** Returns true if the event would be the first that names its agent's type. */
    private boolean isFirstType(StoryEvent e) {
        Named first = types.get(e.agentId());
        return e.hasType() && (first == null || Named.of(e.agentType(), e).isBefore(first));
    }

    private boolean isTypeFrom(StoryEvent e) {
        return e.hasType() && Named.of(e.agentType(), e).equals(types.get(e.agentId()));
    }

    /** Returns true if the event would be the first that names a tag that a call lacks. */
    private boolean isFirstTag(StoryEvent e, CallSummary calls) {
        for (int i = 0; i < e.tags().size(); i++) {
            Named first = tags.get(e.tags().name(i));
            boolean isFirst = first == null || Named.of(e.tags().value(i), e).isBefore(first);
            if (isFirst && calls.lacks(e.tags().name(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean isTagFrom(StoryEvent e, CallSummary calls) {
        for (int i = 0; i < e.tags().size(); i++) {
            String tag = e.tags().name(i);
            if (Named.of(e.tags().value(i), e).equals(tags.get(tag)) && calls.lacks(tag)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the agent type of an event: its own, or the one known so far. */
    String typeOf(TaskEvent event) {
        Named first = types.get(event.agentId());
        return first == null || !event.agentType().equals(TaskEvent.UNKNOWN_AGENT_TYPE)
                ? event.agentType()
                : first.value();
    }

    /**
     * Returns an event with the agent type and the tags that it lacks. Excludes those from events
     * later than the horizon: the windows in which the event counts may no longer exist.
     */
    StoryEvent attributed(StoryEvent e, long horizonMillis) {
        Named first = e.hasType() ? null : types.get(e.agentId());
        String type =
                first == null || first.timeMillis() - e.timeMillis() > horizonMillis
                        ? e.agentType()
                        : first.value();
        Tags all = tagsOf(e, horizonMillis);
        return type.equals(e.agentType()) && all.equals(e.tags()) ? e : e.of(type, all);
    }

    private Tags tagsOf(StoryEvent e, long horizonMillis) {
        if (tags.size() == e.tags().size()) {
            return e.tags();
        }
        Map<String, String> ofTask = new HashMap<>();
        tags.forEach(
                (tag, first) -> {
                    if (first.timeMillis() - e.timeMillis() <= horizonMillis) {
                        ofTask.put(tag, first.value());
                    }
                });
        return e.tags().or(ofTask);
    }
}
