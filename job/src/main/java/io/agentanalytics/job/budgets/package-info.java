/**
 * Budgets: the spend of the period, the expected spend of tasks in flight, and a forecast.
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
