/** Closed loop of budgets and those who start work. */
@NullMarked
package io.agentanalytics.benchmarks.budgets;

import org.jspecify.annotations.NullMarked;
