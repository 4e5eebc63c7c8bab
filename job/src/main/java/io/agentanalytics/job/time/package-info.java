/** Event time, and the clock of functions in processing time. */
@NullMarked
package io.agentanalytics.job.time;

import org.jspecify.annotations.NullMarked;
