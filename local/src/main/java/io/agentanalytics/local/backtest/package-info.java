/** Runs the job's topology over events of the past at full speed. */
@NullMarked
package io.agentanalytics.local.backtest;

import org.jspecify.annotations.NullMarked;
