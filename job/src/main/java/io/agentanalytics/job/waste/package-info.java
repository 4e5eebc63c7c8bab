/**
 * Waste by pattern: calls of a task that cost money without progress.
 *
 * <pre>
 * calls of each task that ended -> steps of each pattern -> flink-cep, one operator per pattern
 * </pre>
 *
 * <p>A task's steps are emitted at once and in order, when its row is written. The patterns are
 * keyed by the emitting subtask, so that a task's steps follow each other without gaps, and a step
 * that ends the task ends every match: the patterns need no timers, no buffer and no state per
 * task.
 */
@NullMarked
package io.agentanalytics.job.waste;

import org.jspecify.annotations.NullMarked;
