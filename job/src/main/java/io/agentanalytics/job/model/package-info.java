/** Records and sums that flow between operators, with their serializers. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.model;
