/**
 * Budgets: what was spent in the period, what tasks in flight will spend, and a forecast.
 *
 * <pre>
 * calls with cost   -> combine by label and quarter hour -> by budget ----------------.
 * tasks in flight   -> newest per second -> by budget -> reservations (keyed by agent) -> budgets
 * alerts about trees -> stops (keyed by alert), in the form of a budget's status
 * </pre>
 */
@NullMarked
package io.agentanalytics.job.budgets;

import org.jspecify.annotations.NullMarked;
