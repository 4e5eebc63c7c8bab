package io.agentanalytics.job.tasks;

import io.agentanalytics.job.model.Tags;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums and extremes over a set of calls of one task, independent of their order. */
final class CallSummary {
    /** Sums over the calls. */
    Usage usage = new Usage();

    /** Number of calls with a duration above zero. */
    long timed;

    /** Number of calls without an agent type. */
    long untyped;

    /** Number of calls with each tag. */
    final Map<String, Long> tagged = new HashMap<>(4);

    @Nullable StoryEvent newest;

    /** Earliest call that names a parent task. */
    @Nullable StoryEvent child;

    /** Earliest call that names a root task. */
    @Nullable StoryEvent rooted;

    CallSummary copy() {
        CallSummary copy = new CallSummary();
        copy.usage = Usage.of(usage.sums());
        copy.timed = timed;
        copy.untyped = untyped;
        copy.tagged.putAll(tagged);
        copy.newest = newest;
        copy.child = child;
        copy.rooted = rooted;
        return copy;
    }

    void add(StoryEvent call) {
        count(call, 1);
        newest = StoryEvent.later(newest, call);
        child = call.parentTaskId().isEmpty() ? child : StoryEvent.earlier(child, call);
        rooted = call.rootTaskId().isEmpty() ? rooted : StoryEvent.earlier(rooted, call);
    }

    /**
     * Replaces the content of a call.
     *
     * @return false if an extreme has to be searched again among all calls, because the call was an
     *     extreme and, with its new content, no longer is
     */
    boolean replace(StoryEvent old, StoryEvent call) {
        count(old, -1);
        boolean wasNewest = isSame(newest, old);
        boolean wasChild = isSame(child, old);
        boolean wasRooted = isSame(rooted, old);
        add(call);
        return (!wasNewest || call.equals(newest))
                && (!wasChild || call.equals(child))
                && (!wasRooted || call.equals(rooted));
    }

    private static boolean isSame(@Nullable StoryEvent extreme, StoryEvent call) {
        return extreme != null && extreme.eventId().equals(call.eventId());
    }

    private void count(StoryEvent call, int sign) {
        usage.add(call, sign);
        timed += call.durationMillis() > 0 ? sign : 0;
        untyped += call.hasType() ? 0 : sign;
        Tags tags = call.tags();
        for (int i = 0; i < tags.size(); i++) {
            tagged.merge(tags.name(i), (long) sign, Long::sum);
        }
    }

    /** Returns true if there is a call without the tag. */
    boolean lacks(String tag) {
        return tagged.getOrDefault(tag, 0L) < usage.calls;
    }
}
