/** The Flink job: reads task events, computes exact statistics, writes them to Postgres. */
@NullMarked
package io.agentanalytics.job;

import org.jspecify.annotations.NullMarked;
