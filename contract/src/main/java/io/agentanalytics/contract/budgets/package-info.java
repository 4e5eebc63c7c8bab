/** Budgets: their definitions, and the statuses that the job publishes. */
@NullMarked
package io.agentanalytics.contract.budgets;

import org.jspecify.annotations.NullMarked;
