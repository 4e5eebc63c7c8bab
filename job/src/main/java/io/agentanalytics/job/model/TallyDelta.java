package io.agentanalytics.job.model;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Change of the statistics of a scope at an event time (epoch ms).
 *
 * @param tags tags that the change counts under
 */
@TypeInfo(TallyDeltaSerializer.TypeFactory.class)
public record TallyDelta(Scope scope, long timeMillis, Tally tally, Tags tags) {
    /** Creates a change without tags. */
    public TallyDelta(Scope scope, long timeMillis, Tally tally) {
        this(scope, timeMillis, tally, Tags.NONE);
    }

    /** Returns this change without its tags. */
    public TallyDelta withoutTags() {
        return tags.isEmpty() ? this : new TallyDelta(scope, timeMillis, tally);
    }
}
