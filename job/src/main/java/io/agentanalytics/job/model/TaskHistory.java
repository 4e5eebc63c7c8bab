package io.agentanalytics.job.model;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TimelineCall;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * All calls of a task that ended, in the order of their start.
 *
 * @param endedAt event time (epoch ms) of the ending
 * @param repo value of the tag {@code repo}; empty if the task has none
 * @param ending type of the ending; an inferred one is {@link EventType#TASK_ENDED}
 * @param seen version of the task's row that these calls belong to
 */
@RecordBuilder
@TypeInfo(TaskHistorySerializer.TypeFactory.class)
public record TaskHistory(
        String taskId,
        long endedAt,
        String agentId,
        String agentType,
        String repo,
        EventType ending,
        long seen,
        List<TimelineCall> calls) {}
