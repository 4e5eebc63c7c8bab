/**
 * Filter in front of Flink's own REST interface, loaded by the JobManager (not by the job): see
 * {@code docs/decisions/0027-flinks-rest-interface.md}.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.rest;
