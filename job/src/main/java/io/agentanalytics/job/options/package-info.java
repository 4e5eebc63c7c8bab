/** Options of a run. */
@NullMarked
package io.agentanalytics.job.options;

import org.jspecify.annotations.NullMarked;
