/**
 * The Flink job: reads task events, computes exact statistics, writes them to Postgres. {@link
 * io.agentanalytics.job.Topology} connects these streams:
 *
 * <table>
 *   <caption>Streams</caption>
 *   <tr><td>SourceRecord</td><td>event or dead letter, from Kafka to the assembler</td></tr>
 *   <tr><td>TallyDelta</td><td>change of the statistics by one event, from the assembler to windows
 *       and budgets</td></tr>
 *   <tr><td>TaskOutcome</td><td>start, ending or correction of a task, from the assembler to alerts
 *       and agent moves</td></tr>
 *   <tr><td>ProviderRequest</td><td>start or end of a request, from the assembler to weights</td></tr>
 *   <tr><td>TaskInFlight</td><td>task whose cost changed or that ended, from the assembler to
 *       reservations of budgets</td></tr>
 *   <tr><td>TaskHistory</td><td>calls of a task that ended, from the assembler to waste patterns</td></tr>
 *   <tr><td>TreeChange</td><td>change of a task tree, from the assembler to tree alerts</td></tr>
 *   <tr><td>DeadLetter</td><td>record that is refused, from the sources and the assembler to the
 *       topic of dead letters and their counts</td></tr>
 *   <tr><td>AgentSignal</td><td>activity of an agent, from the assembler to its row and the fleet's
 *       gauge</td></tr>
 *   <tr><td>QueueChange</td><td>change of waiting tasks, from the assembler to backlog alerts</td></tr>
 *   <tr><td>WindowRow</td><td>value of a window, from the rollup to Postgres and provider alerts</td></tr>
 *   <tr><td>Signal</td><td>transition that a detector reports, to patterns and the lifecycle of alerts</td></tr>
 * </table>
 */
@NullMarked
package io.agentanalytics.job;

import org.jspecify.annotations.NullMarked;
