/**
 * Postgres and Kafka outputs. Rows for Postgres wait in memory and in checkpoints, so that an
 * outage of the database neither fails nor delays the job.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.sinks;
