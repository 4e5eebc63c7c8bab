/** Access to Flink state, shared by the features. */
@NullMarked
package io.agentanalytics.job.state;

import org.jspecify.annotations.NullMarked;
