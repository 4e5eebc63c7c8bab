/** Budgets: their definitions and what the job publishes about them. */
@NullMarked
package io.agentanalytics.contract.budgets;

import org.jspecify.annotations.NullMarked;
