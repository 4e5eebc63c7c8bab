/** Input: decoding, dead letters, event time while the sources are idle, control topics. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.ingest;
