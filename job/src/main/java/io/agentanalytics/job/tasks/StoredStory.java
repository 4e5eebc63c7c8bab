package io.agentanalytics.job.tasks;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Story of a task in Flink state: as objects while its events arrive, and as bytes once it has
 * ended. Most stories have ended and wait for late events; on the heap, bytes take a fraction of
 * the memory, and a snapshot copies them.
 */
@TypeInfo(TaskStorySerializer.TypeFactory.class)
public sealed interface StoredStory permits TaskStory, PackedStory {
    /** Returns the story. Changes take effect when it is stored again. */
    TaskStory story();
}
