/** Recomputation of past rows from Kafka. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.local.reprocess;
