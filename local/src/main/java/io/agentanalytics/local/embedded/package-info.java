/** Kafka, Postgres, Flink, the intake and the API in one JVM. */
@NullMarked
package io.agentanalytics.local.embedded;

import org.jspecify.annotations.NullMarked;
