/**
 * A filter in front of Flink's own REST interface, loaded by the JobManager (not by the job): see
 * {@code docs/decisions/0020-flinks-rest-interface.md}.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.rest;
