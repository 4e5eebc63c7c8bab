/** Backtests: runs of the job's topology over past events at full speed. */
@NullMarked
package io.agentanalytics.local.backtest;

import org.jspecify.annotations.NullMarked;
