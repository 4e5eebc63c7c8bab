package io.agentanalytics.job.waste;

import io.agentanalytics.contract.WastePattern;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Occurrence of a pattern in a task. Times are epoch ms.
 *
 * @param place position of its first call among the calls of the task
 * @param tool name of the tool; null for calls of models
 * @param times how often the step occurred, the first time included
 * @param calls calls of models that were wasted
 * @param costNanos sum of their known costs, in nano-dollars
 * @param unpriced those of them without a known cost
 * @param seen version of the task's row to which the finding belongs
 */
@RecordBuilder
public record WasteFinding(
        String taskId,
        long endedAt,
        WastePattern pattern,
        int place,
        String agentId,
        String agentType,
        @Nullable String repo,
        @Nullable String tool,
        long times,
        long calls,
        long costNanos,
        long unpriced,
        long startedAt,
        long finishedAt,
        long seen) {}
