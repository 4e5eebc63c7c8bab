/** Provider weights, decided from requests by a policy that is independent of Flink. */
@NullMarked
package io.agentanalytics.job.weights;

import org.jspecify.annotations.NullMarked;
