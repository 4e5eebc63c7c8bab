/** Closed loop of budgets and the workers that check them. */
@NullMarked
package io.agentanalytics.benchmarks.budgets;

import org.jspecify.annotations.NullMarked;
