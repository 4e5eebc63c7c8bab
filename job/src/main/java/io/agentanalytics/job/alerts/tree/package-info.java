/**
 * Alerts about task trees: a root task and its sub-agents.
 *
 * <pre>
 * changes ─► combine by task and second ─► trees (keyed by root)
 *         ─► usual figures and rules (keyed by agent type) ─► signals
 * </pre>
 */
@NullMarked
package io.agentanalytics.job.alerts.tree;

import org.jspecify.annotations.NullMarked;
