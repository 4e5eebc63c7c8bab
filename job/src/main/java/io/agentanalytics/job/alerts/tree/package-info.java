/**
 * Alerts about task trees: a root task and its sub-agents.
 *
 * <pre>
 * changes ─► combine by task and second ─► tree (keyed by root) ─► usual and rules (keyed by type) ─► signals
 * </pre>
 */
@NullMarked
package io.agentanalytics.job.alerts.tree;

import org.jspecify.annotations.NullMarked;
