/** Provider weights: requests in, decisions out; the policy knows nothing of Flink. */
@NullMarked
package io.agentanalytics.job.weights;

import org.jspecify.annotations.NullMarked;
